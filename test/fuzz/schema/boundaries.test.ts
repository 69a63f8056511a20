import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type Assertion,
  applyPatches,
  arbitraryOf,
  assertionsOf,
  type Boundary,
  boundaries,
  type Label,
} from "../../../src/fuzz/schema/index.ts";
import type { JsonObject } from "../../../src/protocol/json.ts";
import { depthOf } from "../../../src/validation/pointer.ts";
import { BASES, OFFICIAL, type Subject, subject, subjects } from "./messages.ts";
import { misses, summary } from "./verdicts.ts";

const ALL = subjects("sync-event-sources-request", "log-event-request");

/** What is wrong with some boundaries around a message. */
function faults(one: Subject, base: JsonObject, found: readonly Boundary[]): string[] {
  return found.flatMap((boundary) => {
    if (boundary.side === "invalid") return misses(one, base, boundary);
    const found = one.issues(applyPatches(base, boundary.patches));
    const { schemaPointer, what } = boundary.label;
    return found.length === 0 ? [] : [`${schemaPointer}, ${what}: ${summary(found)}`];
  });
}

describe.each(ALL)("boundaries of $name $release by $by", (one) => {
  const base = BASES[one.name];
  const found = boundaries(one.schema, base);

  test("the valid ones are valid, the invalid ones break just what their labels say", () => {
    expect(faults(one, base, found)).toEqual([]);
  });

  test("so do those of another message", () => {
    const [other] = fc.sample(arbitraryOf(one.schema, { batch: 2, text: "plain" }), { seed: 11, numRuns: 1 });
    expect(faults(one, other as JsonObject, boundaries(one.schema, other as JsonObject))).toEqual([]);
  });

  test("every keyword and every listed value is met and broken, but for those told as a union", () => {
    const key = ({ keyword, schemaPointer, value }: Assertion) => JSON.stringify([keyword, schemaPointer, value]);
    const missing = (["valid", "invalid"] as const).flatMap((side) => {
      const walked = new Set(found.filter((each) => each.side === side).map(({ label }) => key(label)));
      return assertionsOf(one.schema).filter((assertion) => !walked.has(key(assertion)));
    });
    // Where an arm of a union requires one member and that is missing, no arm is meant: the validator names the union.
    const loneMembers = missing.filter(({ keyword, schemaPointer }) => {
      const [union, arm] = schemaPointer.split(/\/(?=\d+\/required$)/);
      const broken = found.some(({ side, label }) => side === "invalid" && label.schemaPointer === union);
      return keyword === "required" && arm !== undefined && broken;
    });
    expect(missing).toEqual(loneMembers);
    expect([...new Set(loneMembers.map(({ value }) => value))].sort()).toEqual(
      one.name === "sync-event-sources-request"
        ? ["account_id", "email", "url"]
        : ["click_id", "hashed_email", "hashed_phone", ...(one.release === "3.0" ? [] : PROGRESS), "uids"],
    );
  });

  test("they are the same every time, from the root down", () => {
    expect(boundaries(one.schema, base)).toEqual(found);
    const depths = found.map(({ label }) => depthOf(label.pointer));
    expect(depths).toEqual(depths.toSorted((a, b) => a - b));
    expect(found.length).toBeGreaterThan(300);
  });
});

const PROGRESS = ["progress_percent", "progress_seconds"];

describe("boundaries of the official bundle", () => {
  test.skipIf(OFFICIAL !== "official schemas")(OFFICIAL, () => {
    expect(ALL.filter(({ by }) => by === OFFICIAL)).toHaveLength(6);
  });
});

describe("what is on either side", () => {
  const { schema } = subject("sync-event-sources-request", "3.2");
  const found = boundaries(schema, BASES["sync-event-sources-request"]);
  const labelled = (wanted: Pick<Label, "pointer" | "keyword">) =>
    found.filter(({ label }) => label.pointer === wanted.pointer && label.keyword === wanted.keyword);
  const at = (pointer: string, keyword: string) =>
    labelled({ pointer, keyword }).map(({ side, label, patches }) => ({
      side,
      what: label.what,
      value: patches.at(-1)?.value,
    }));
  const values = (pointer: string, keyword: string, side: string) =>
    at(pointer, keyword).flatMap((one) => (one.side === side ? [one.value] : []));

  test("every other type, and numbers and truth values as text", () => {
    expect(values("/delete_missing", "type", "invalid").map((value) => JSON.stringify(value))).toEqual(
      expect.arrayContaining(["null", "7", "1.5", '"text"', "[]", "{}", '"true"']),
    );
    const major = values("/adcp_major_version", "type", "invalid");
    expect(major).toEqual(expect.arrayContaining([null, true, 1.5, "text", [], {}]));
    expect(major.filter((value) => typeof value === "string" && /^\d+$/.test(value))).toHaveLength(1);
  });

  test("lengths in code points, just as long and one more or less", () => {
    const lengths = (pointer: string, keyword: string, side: string) =>
      values(pointer, keyword, side).map((text) => [...(text as string)].length);
    expect(lengths("/idempotency_key", "minLength", "valid")).toEqual([16]);
    expect(lengths("/idempotency_key", "minLength", "invalid")).toEqual([15]);
    expect(lengths("/idempotency_key", "maxLength", "valid")).toEqual([255]);
    expect(lengths("/idempotency_key", "maxLength", "invalid")).toEqual([256]);
    const surface = "/event_sources/0/surface/property_id";
    expect(values(surface, "maxLength", "valid")).toContain("\u{1f600}".repeat(256));
    expect(lengths("/event_sources/0/event_source_id", "type", "valid")).toEqual([4, 0, 10_000]);
    // A caller's ids keep their beginning, by which they are known as its own.
    expect(values("/event_sources/0/event_source_id", "type", "valid").at(-1)).toMatch(/^cf_1+$/);
  });

  test("lists that are empty, that repeat an item, that hold each listed value and others", () => {
    expect(values("/event_sources/0/event_types", "minItems", "invalid")).toEqual([[]]);
    const [twice] = values("/event_sources/0/value_currencies", "uniqueItems", "invalid") as unknown[][];
    expect(new Set(twice)).toHaveProperty("size", 1);
    expect(twice).toHaveLength(2);
    const listed = values("/event_sources/0/event_types/0", "enum", "valid");
    expect(listed).toHaveLength(31);
    expect(values("/event_sources/0/event_types/0", "enum", "invalid")).toEqual(
      expect.arrayContaining(["x_unknown", "", ...listed.map((value) => (value as string).toUpperCase())]),
    );
  });

  test("an undeclared member: of an open object valid, of a closed one not, __proto__ as well", () => {
    expect(at("/event_sources/0/x_further", "additionalProperties").map(({ side }) => side)).toEqual(["valid"]);
    expect(at("/account/x_further", "additionalProperties").map(({ side }) => side)).toEqual(["invalid", "invalid"]);
    expect(at("/account/__proto__", "additionalProperties").map(({ side }) => side)).toEqual(["invalid", "invalid"]);
  });

  test("each arm of a union, none and both", () => {
    const { patches: none = [] } =
      found.find(({ label }) => label.pointer === "/account" && label.what === "none of the alternatives") ?? {};
    expect(applyPatches(BASES["sync-event-sources-request"], none)).toHaveProperty("account", {});
    const both = found.find(({ label }) => label.pointer === "/account" && label.what.includes("beside"));
    expect(both?.side).toBe("invalid");
    const account = (applyPatches(BASES["sync-event-sources-request"], both?.patches ?? []) as JsonObject).account;
    expect(Object.keys(account as object).sort()).toEqual(["account_id", "brand", "operator"]);
    expect(at("/account/brand", "required").map(({ side }) => side)).toEqual(["invalid", "valid"]);
  });

  test("bounds of integers, fractions, and patterns broken by a line feed", () => {
    expect(values("/adcp_major_version", "maximum", "valid")).toEqual([99]);
    expect(values("/adcp_major_version", "maximum", "invalid")).toEqual([100]);
    const confidence = "/account/brand/brand_kit_override/logo/provenance/verification/0/confidence";
    expect(values(confidence, "minimum", "invalid")).toEqual([-0.5, -1]);
    expect(values("/account/operator", "pattern", "invalid")).toContainEqual(expect.stringMatching(/\n$/));
  });
});
