import { describe, expect, it } from "vitest";
import type { Observed } from "../../src/engine/oracle.ts";
import { oracle } from "../../src/model/index.ts";
import type { JsonObject } from "../../src/protocol/json.ts";
import { accepted, rejected, snapshot } from "./support.ts";

type Source = JsonObject & { event_source_id: string };

const pixel: Source = {
  event_source_id: "cf_a",
  name: "A",
  event_types: ["purchase", "lead"],
  allowed_domains: ["a.example.com"],
};
const other: Source = { event_source_id: "cf_b", name: "B", event_types: ["lead"], allowed_domains: ["b.example.com"] };
const sellers: Source = { event_source_id: "s_1", name: "S", managed_by: "seller" };

interface Step {
  before?: Source[];
  send: Source[];
  more?: JsonObject;
  results: (JsonObject & { event_source_id: string })[] | "rejected";
  after: Source[];
  mayFail?: string[];
}

/** What the oracle says was broken by one write. */
function broken({ before = [], send, more = {}, results, after, mayFail }: Step): Observed[] {
  const account = oracle();
  const first = snapshot(1, before);
  account.see(first);
  const second = snapshot(3, after);
  account.see(second);
  const request = { event_sources: send, ...more };
  const answer = results === "rejected" ? rejected(2, request) : accepted(2, request, results);
  const observations = account.judge({
    request,
    answer,
    before: first,
    changes: account.changes(first, second),
    after: second,
    ...(mayFail && { mayFail: new Set(mayFail) }),
  });
  return observations.filter(({ judgement }) => judgement.verdict === "broke").map(({ what }) => what);
}

const done = (action: string, source: Source) => ({ ...source, action });

describe("what a correct seller does is never blamed", () => {
  it.each<[string, Step]>([
    ["a source is created", { send: [pixel], results: [done("created", pixel)], after: [pixel] }],
    [
      "sets are sorted and repeated, domains in another case",
      {
        send: [{ ...pixel, event_types: ["purchase", "lead", "lead"], allowed_domains: ["A.Example.com"] }],
        results: [done("created", pixel)],
        after: [{ ...pixel, event_types: ["lead", "purchase"] }],
      },
    ],
    [
      "fields that nobody sees",
      {
        send: [pixel],
        results: [
          {
            event_source_id: "cf_a",
            action: "created",
            name: "A",
            event_types: ["lead", "purchase"],
            allowed_domains: ["a.example.com"],
          },
        ],
        after: [{ event_source_id: "cf_a" }],
      },
    ],
    [
      "a changed source is updated, all others stay",
      {
        before: [pixel, other, sellers],
        send: [{ ...pixel, name: "A2" }],
        results: [done("updated", { ...pixel, name: "A2" }), done("unchanged", sellers)],
        after: [{ ...pixel, name: "A2" }, other, sellers],
      },
    ],
    [
      "an omitted field is kept",
      {
        before: [pixel],
        send: [{ event_source_id: "cf_a", name: "A2" }],
        results: [done("updated", { ...pixel, name: "A2" })],
        after: [{ ...pixel, name: "A2" }],
      },
    ],
    [
      "what is missing is deleted",
      {
        before: [pixel, other, sellers],
        send: [pixel],
        more: { delete_missing: true },
        results: [done("unchanged", pixel), done("deleted", other), done("unchanged", sellers)],
        after: [pixel, sellers],
      },
    ],
    [
      "a bad source fails by itself",
      {
        send: [pixel, { ...other, event_types: ["nonsense"] }],
        results: [done("created", pixel), { event_source_id: "cf_b", action: "failed" }],
        after: [pixel],
        mayFail: ["cf_b"],
      },
    ],
    [
      "a bad source fails the operation",
      { send: [pixel, { ...other, event_types: ["nonsense"] }], results: "rejected", after: [], mayFail: ["cf_b"] },
    ],
  ])("%s", (_, step) => expect(broken(step).filter((what) => what !== "omitted field")).toEqual([]));
});

describe("what a broken seller does is seen", () => {
  it.each<[string, Observed, Step]>([
    [
      "a created source is not there",
      "created is stored",
      { send: [pixel], results: [done("created", pixel)], after: [] },
    ],
    [
      "a created source has a type too few",
      "created is stored",
      { send: [pixel], results: [done("created", pixel)], after: [{ ...pixel, event_types: ["lead"] }] },
    ],
    [
      "a created source has no name, though others have",
      "created is stored",
      {
        before: [other],
        send: [pixel],
        results: [done("created", pixel)],
        after: [other, { ...pixel, name: undefined }],
      },
    ],
    [
      "a new source holds a neighbour's domains",
      "created is stored",
      {
        send: [{ event_source_id: "cf_a", name: "A" }, other],
        results: [{ event_source_id: "cf_a", name: "A", action: "created" }, done("created", other)],
        after: [{ event_source_id: "cf_a", name: "A", allowed_domains: ["b.example.com"] }, other],
      },
    ],
    [
      "a new source is reported updated",
      "new is created",
      { send: [pixel], results: [done("updated", pixel)], after: [pixel] },
    ],
    [
      "an existing source is reported created",
      "resend is no creation",
      { before: [pixel], send: [pixel], results: [done("created", pixel)], after: [pixel] },
    ],
    [
      "a resend is reported updated",
      "resend is called unchanged",
      { before: [pixel], send: [pixel], results: [done("updated", pixel)], after: [pixel] },
    ],
    [
      "an update is lost",
      "update is stored",
      {
        before: [pixel],
        send: [{ ...pixel, name: "A2" }],
        results: [done("updated", { ...pixel, name: "A2" })],
        after: [pixel],
      },
    ],
    [
      "an update is taken for a resend",
      "change is noticed",
      { before: [pixel], send: [{ ...pixel, name: "A2" }], results: [done("unchanged", pixel)], after: [pixel] },
    ],
    [
      "an update reaches a neighbour",
      "unnamed stays",
      {
        before: [pixel, other],
        send: [{ ...pixel, name: "A2" }],
        results: [done("updated", { ...pixel, name: "A2" })],
        after: [
          { ...pixel, name: "A2" },
          { ...other, name: "A2" },
        ],
      },
    ],
    [
      "an upsert drops what it does not name",
      "unnamed stays",
      { before: [other], send: [pixel], results: [done("created", pixel)], after: [pixel] },
    ],
    [
      "delete_missing false deletes",
      "unnamed stays, delete_missing false",
      {
        before: [other],
        send: [pixel],
        more: { delete_missing: false },
        results: [done("created", pixel)],
        after: [pixel],
      },
    ],
    [
      "a source stands twice",
      "one row each",
      { before: [pixel], send: [pixel], results: [done("unchanged", pixel)], after: [pixel, pixel] },
    ],
    [
      "a failed source is stored",
      "failed changes nothing",
      { send: [pixel], results: [{ event_source_id: "cf_a", action: "failed" }], after: [pixel], mayFail: ["cf_a"] },
    ],
    [
      "a refused call is applied",
      "rejected changes nothing",
      {
        before: [pixel],
        send: [{ ...pixel, name: "A2" }],
        results: "rejected",
        after: [{ ...pixel, name: "A2" }],
        mayFail: ["cf_a"],
      },
    ],
    ["a well-formed source is refused", "new is created", { send: [pixel], results: "rejected", after: [] }],
    [
      "something nobody asked for appears",
      "nothing else appears",
      { send: [pixel], results: [done("created", pixel)], after: [pixel, { event_source_id: "default" }] },
    ],
    [
      "what is missing stays",
      "unlisted is removed",
      {
        before: [pixel, other],
        send: [pixel],
        more: { delete_missing: true },
        results: [done("unchanged", pixel)],
        after: [pixel, other],
      },
    ],
    [
      "a deletion is not reported",
      "removed is reported",
      {
        before: [pixel, other],
        send: [pixel],
        more: { delete_missing: true },
        results: [done("unchanged", pixel)],
        after: [pixel],
      },
    ],
    [
      "a listed source is deleted",
      "listed survives",
      {
        before: [pixel, other],
        send: [pixel, other],
        more: { delete_missing: true },
        results: [done("unchanged", pixel), done("unchanged", other)],
        after: [other],
      },
    ],
    [
      "a seller-managed source is deleted",
      "seller-managed stays",
      {
        before: [pixel, sellers],
        send: [pixel],
        more: { delete_missing: true },
        results: [done("unchanged", pixel)],
        after: [pixel],
      },
    ],
    [
      "a seller-managed source is only said to be deleted",
      "seller-managed stays",
      {
        before: [pixel, sellers],
        send: [pixel],
        more: { delete_missing: true },
        results: [done("unchanged", pixel), done("deleted", sellers)],
        after: [pixel, sellers],
      },
    ],
    [
      "a seller-managed source is left out",
      "seller-managed are listed",
      { before: [pixel, sellers], send: [pixel], results: [done("unchanged", pixel)], after: [pixel, sellers] },
    ],
    [
      "a result contradicts the request",
      "echo is faithful",
      { send: [pixel], results: [done("created", { ...pixel, name: "a" })], after: [pixel] },
    ],
    [
      "an answer names what discovery hides",
      "answered is shown",
      { send: [pixel], results: [done("created", pixel), done("unchanged", other)], after: [pixel] },
    ],
  ])("%s", (_, what, step) => expect(broken(step)).toContain(what));
});

describe("a memory of what was sent", () => {
  it("tells a toggled value from a resend where discovery shows no fields", () => {
    const account = oracle();
    const bare = snapshot(1, [{ event_source_id: "cf_a" }]);
    const write = (source: Source, action: string) => {
      const request = { event_sources: [source] };
      return account
        .judge({
          request,
          answer: accepted(2, request, [done(action, source)]),
          before: bare,
          after: bare,
          changes: [],
        })
        .filter(({ judgement }) => judgement.verdict === "broke")
        .map(({ what }) => what);
    };
    write(pixel, "updated");
    expect(write({ ...pixel, name: "A2" }, "updated")).toEqual([]);
    expect(write({ ...pixel, name: "A2" }, "updated")).toEqual(["resend is called unchanged"]);
    expect(write({ ...pixel, name: "A2" }, "created")).toContain("resend is no creation");
  });
});
