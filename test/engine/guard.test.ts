import { describe, expect, it } from "vitest";
import { asRequested, couldDelete, Guard } from "../../src/engine/guard.ts";
import type { JsonObject } from "../../src/protocol/json.ts";
import { snapshot } from "../model/support.ts";

const theirs = { event_source_id: "web_pixel", name: "Somebody's", event_types: ["purchase"] };
const mine = { event_source_id: "cf_1_001", name: "The tool's" };
const sellers = { event_source_id: "attribution", managed_by: "seller" };

function guard(sources: JsonObject[], options: { allowDestructive?: boolean; sellerManaged?: string[] } = {}) {
  const one = new Guard(snapshot(1, sources), { allowDestructive: false, sellerManaged: [], ...options });
  one.prove(snapshot(2, [...sources, mine]));
  return one;
}

const sync = (request: JsonObject) => ["sync_event_sources", { account: {}, ...request }] as const;
const removal = sync({ event_sources: [mine], delete_missing: true });

describe("what could delete", () => {
  it.each<[string, JsonObject]>([
    ["delete_missing true", { event_sources: [mine], delete_missing: true }],
    ["delete_missing as text", { event_sources: [mine], delete_missing: "true" }],
    ["delete_missing as text that says no", { event_sources: [mine], delete_missing: "false" }],
    ["delete_missing 1", { delete_missing: 1 }],
    ["delete_missing false", { event_sources: [mine], delete_missing: false }],
    ["delete_missing null", { delete_missing: null }],
    ["an empty list", { event_sources: [] }],
    ["no list", { event_sources: null }],
    ["an object", { event_sources: {} }],
  ])("%s", (_, request) => {
    expect(couldDelete(request)).toBe(true);
    expect(guard([theirs]).forbids("sync_event_sources", request)).toContain("web_pixel");
    expect(guard([theirs]).forbids("sync_event_sources", request)).toContain("--allow-destructive");
    expect(guard([sellers]).forbids("sync_event_sources", request)).toBeUndefined();
  });

  it.each<[string, JsonObject]>([
    ["an upsert", { event_sources: [mine] }],
    ["a discovery", {}],
  ])("not %s", (_, request) => {
    expect(couldDelete(request)).toBe(false);
    expect(guard([theirs]).forbids("sync_event_sources", request)).toBeUndefined();
  });
});

describe("the guard", () => {
  it("lets nobody name what is not the tool's own", () => {
    for (const id of ["web_pixel", "attribution", "anything"]) {
      expect(guard([theirs, sellers]).forbids(...sync({ event_sources: [{ event_source_id: id }] }))).toContain(id);
    }
    expect(guard([theirs]).forbids(...sync({ event_sources: [{ event_source_id: " CF_1_001 " }] }))).toBeUndefined();
  });

  it("lets nothing be deleted before discovery has shown a source of the tool's own as the buyer's", () => {
    const unproven = new Guard(snapshot(1, []), { allowDestructive: false, sellerManaged: [] });
    expect(unproven.forbids(...removal)).toBeDefined();
    unproven.prove(snapshot(2, [{ ...mine, managed_by: "seller" }]));
    expect(unproven.forbids(...removal)).toBeDefined();
    unproven.prove(snapshot(3, [mine]));
    expect(unproven.forbids(...removal)).toBeUndefined();
  });

  it("takes a source without managed_by for the buyer's", () => {
    expect(guard([{ ...theirs, managed_by: undefined }]).limited).toContain("web_pixel");
  });

  it("believes the owner about seller-managed sources, unless discovery says otherwise", () => {
    const sellerManaged = ["web_pixel"];
    expect(guard([{ ...theirs, managed_by: undefined }], { sellerManaged }).limited).toBeUndefined();
    expect(guard([{ ...theirs, managed_by: "buyer" }], { sellerManaged }).limited).toContain("web_pixel");
  });

  it("withdraws its leave when an answer names what the first discovery did not show", () => {
    const one = guard([]);
    one.sees(snapshot(3, [mine, { ...theirs, event_source_id: "hidden" }]).rows);
    expect(one.limited).toContain("hidden");
    expect(one.forbids(...removal)).toContain("hidden");
  });

  it("does not take a failed result, or what the run itself sent, for somebody's source", () => {
    const one = guard([]);
    one.sends({ event_sources: [{ event_source_id: "" }] });
    one.sees(snapshot(3, [{ event_source_id: "" }, { event_source_id: "unknown", action: "failed" }]).rows);
    expect(one.limited).toBeUndefined();
  });

  it("keeps foreign sources by naming them as they were shown, where they are risked", () => {
    const one = guard([theirs, sellers], { allowDestructive: true });
    expect(one.limited).toBeUndefined();
    expect(one.keepers()).toEqual([theirs]);
  });

  it("names no field that was not shown", () => {
    expect(asRequested("x", { name: null, event_types: ["lead"], health: {}, seller_id: "1" })).toEqual({
      event_source_id: "x",
      event_types: ["lead"],
    });
  });
});
