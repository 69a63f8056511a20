import { describe, expect, test } from "vitest";
import type { Snapshot } from "../../src/engine/oracle.ts";
import { judgeOverlap } from "../../src/model/orders.ts";
import type { Answer } from "../../src/protocol/answer.ts";
import { rowsOf } from "../../src/protocol/event-source.ts";
import type { JsonObject } from "../../src/protocol/json.ts";

const one = (id: string, name: string): JsonObject => ({ event_source_id: id, name, managed_by: "buyer" });

function snapshot(exchange: number, ...sources: JsonObject[]): Snapshot {
  return { exchange, rows: rowsOf({ event_sources: sources }) };
}

type Result = [id: string, action: string];

function answered(
  n: number,
  sources: JsonObject[],
  results: Result[] | "refused" | "none",
  more: JsonObject = {},
): Answer {
  const payload = Array.isArray(results)
    ? { event_sources: results.map(([event_source_id, action]) => ({ event_source_id, action })) }
    : undefined;
  const kind = payload ? "accepted" : results === "refused" ? "rejected" : "broken";
  return {
    request: { event_sources: sources, ...more },
    outcome: { kind },
    ...(payload && { payload }),
    exchange: { n },
  } as unknown as Answer;
}

const verdicts = (...given: Parameters<typeof judgeOverlap>) => {
  const { sources, calls } = judgeOverlap(...given);
  return [sources.verdict, calls.verdict];
};

const created = (n: number, id: string, name: string) => answered(n, [one(id, name)], [[id, "created"]]);
const updated = (n: number, id: string, name: string) => answered(n, [one(id, name)], [[id, "updated"]]);

describe("calls that overlapped", () => {
  test("one of two updates wins", () => {
    const calls = [updated(2, "a", "x"), updated(3, "a", "y")];
    expect(verdicts(snapshot(1, one("a", "w")), calls, snapshot(4, one("a", "x")))).toEqual(["held", "held"]);
    expect(verdicts(snapshot(1, one("a", "w")), calls, snapshot(4, one("a", "y")))).toEqual(["held", "held"]);
  });

  test("an update that was answered is lost", () => {
    const calls = [updated(2, "a", "x"), updated(3, "a", "y")];
    expect(verdicts(snapshot(1, one("a", "w")), calls, snapshot(4, one("a", "w")))).toEqual(["broke", "unclear"]);
  });

  test("two updates mix", () => {
    const source = (name: string, domain: string) => ({ ...one("a", name), allowed_domains: [domain] });
    const calls = [
      answered(2, [source("x", "x.example")], [["a", "updated"]]),
      answered(3, [source("y", "y.example")], [["a", "updated"]]),
    ];
    const before = snapshot(1, source("w", "w.example"));
    expect(verdicts(before, calls, snapshot(4, source("x", "y.example")))[0]).toBe("broke");
    expect(verdicts(before, calls, snapshot(4, source("y", "Y.example")))[0]).toBe("held");
  });

  test("a creation is lost beside another one", () => {
    const calls = [created(2, "a", "x"), created(3, "b", "y")];
    expect(verdicts(snapshot(1), calls, snapshot(4, one("b", "y")))[0]).toBe("broke");
    expect(verdicts(snapshot(1), calls, snapshot(4, one("a", "x"), one("b", "y")))).toEqual(["held", "held"]);
  });

  test("both of two calls say that they made one source", () => {
    const calls = [created(2, "a", "x"), created(3, "a", "y")];
    expect(verdicts(snapshot(1), calls, snapshot(4, one("a", "y")))).toEqual(["held", "broke"]);
  });

  test("of two batches each wins one source: that is no order of whole calls", () => {
    const both = (n: number, name: string) =>
      answered(
        n,
        [one("a", name), one("b", name)],
        [
          ["a", "updated"],
          ["b", "updated"],
        ],
      );
    const before = snapshot(1, one("a", "w"), one("b", "w"));
    const calls = [both(2, "x"), both(3, "y")];
    expect(verdicts(before, calls, snapshot(4, one("a", "x"), one("b", "y")))).toEqual(["held", "broke"]);
  });

  test("a deletion comes before or after a creation, and never takes what it lists", () => {
    const deletion = answered(2, [one("a", "w")], [["a", "unchanged"]], { delete_missing: true });
    const calls = [deletion, created(3, "c", "z")];
    const before = snapshot(1, one("a", "w"), one("b", "w"));
    expect(verdicts(before, calls, snapshot(4, one("a", "w"), one("c", "z")))).toEqual(["held", "held"]);
    expect(verdicts(before, calls, snapshot(4, one("a", "w")))).toEqual(["held", "held"]);
    expect(verdicts(before, calls, snapshot(4, one("c", "z")))[0]).toBe("broke");
    expect(verdicts(before, calls, snapshot(4, one("a", "w"), one("b", "w"), one("c", "z")))[0]).toBe("broke");
  });

  test("what was refused did nothing, and what got no answer may have", () => {
    const before = snapshot(1, one("a", "w"));
    const refused = [answered(2, [one("a", "x")], "refused"), updated(3, "a", "y")];
    expect(verdicts(before, refused, snapshot(4, one("a", "y")))).toEqual(["held", "held"]);
    expect(verdicts(before, refused, snapshot(4, one("a", "x")))[0]).toBe("broke");
    const unanswered = [answered(2, [one("a", "x")], "none"), updated(3, "a", "y")];
    expect(verdicts(before, unanswered, snapshot(4, one("a", "x")))).toEqual(["held", "held"]);
    expect(verdicts(before, unanswered, snapshot(4, one("a", "y")))).toEqual(["held", "held"]);
    expect(verdicts(before, unanswered, snapshot(4, one("a", "w")))[0]).toBe("broke");
  });

  test("seller-managed sources have no part in it, and fields that are not shown contradict nothing", () => {
    const managed = { event_source_id: "own", managed_by: "seller", name: "s" };
    const calls = [updated(2, "a", "x"), updated(3, "a", "y")];
    const after = snapshot(4, { event_source_id: "a" }, { ...managed, name: "other" });
    expect(verdicts(snapshot(1, one("a", "w"), managed), calls, after)).toEqual(["held", "held"]);
  });
});
