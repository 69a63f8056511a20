import { describe, expect, test } from "vitest";
import { findFault } from "../../fixtures/faults/index.ts";
import idempotency from "../../suites/idempotency.ts";
import { isMarked } from "../../suites/replays.ts";
import { sample } from "../sample.ts";
import { played } from "./idempotency-runs.ts";

/** Each rule, and a fault that breaks it and that it has to find. */
const FAULTS: Record<string, string[]> = {
  "IDM-01": ["key-not-needed", "key-not-needed-for-writing", "missing-key-rejected-after-writing"],
  "IDM-01-CODE": ["missing-key-has-code-of-its-own"],
  "IDM-02": ["key-not-needed", "key-not-needed-for-discovery"],
  "IDM-03": ["malformed-keys-accepted", "short-keys-accepted"],
  "IDM-04": ["key-ignored", "replay-carried-out-again", "replay-with-new-seller-id", "replay-says-unchanged"],
  "IDM-05": ["replay-not-marked", "replay-marked-false"],
  "IDM-05-OLD": ["replay-not-marked-in-3-0"],
  "IDM-06": ["everything-marked-as-replay"],
  "IDM-07": [
    "conflict-replays-first-answer",
    "conflict-carried-out",
    "conflict-sees-ids-only",
    "conflict-ignores-delete-missing",
  ],
  "IDM-08": ["conflict-names-field", "conflict-shows-first-answer"],
  "IDM-09": ["context-counts-as-payload"],
  "IDM-09-ECHO": ["replay-echoes-first-context"],
  "IDM-10": ["key-order-counts-as-payload", "key-order-of-sources-counts"],
  "IDM-11": ["ext-not-compared"],
  "IDM-12": ["replay-shows-present-state"],
  "IDM-13": ["failure-uses-up-key", "failure-is-kept"],
  "IDM-14": ["concurrent-calls-both-carried-out", "concurrent-calls-conflict"],
  "IDM-15": ["in-flight-without-delay"],
  "IDM-16": ["keys-shared-between-accounts", "keys-shared-and-replayed-between-accounts"],
  "IDM-17": ["equal-payload-replayed-under-new-key", "everything-marked-as-replay"],
  "IDM-18": ["keys-kept-for-each-tool"],
  "IDM-19": ["rate-limit-is-replayed"],
  "DEL-11": ["replayed-delete-deletes-again", "replayed-delete-deletes-and-replays"],
};
const table = Object.entries(FAULTS).flatMap(([rule, faults]) => faults.map((fault) => [rule, fault] as const));

describe("the rules about idempotency keys", () => {
  test("each of them is broken by a fault", () => {
    expect(Object.keys(FAULTS).sort()).toEqual(Object.keys(idempotency.rules).sort());
  });

  test.each(sample(table))("%s finds %s", { timeout: 120_000 }, async (rule, fault) => {
    const release = findFault(fault).setup?.release;
    const result = await played([idempotency], { fault, ...(release && { release }) });
    expect(result.harness_errors).toEqual([]);
    expect(result.broken).toContain(rule);
    const [finding] = result.rule(rule)?.findings ?? [];
    expect(finding?.message).toMatch(/\w/);
    expect(finding?.exchanges.length).toBeGreaterThan(0);
  });

  test("a fault that has to do with marks alone breaks no other rule", async () => {
    expect((await played([idempotency], { fault: "replay-not-marked" })).broken).toEqual(["IDM-05"]);
    expect((await played([idempotency], { fault: "replayed-delete-deletes-and-replays" })).broken).toEqual(["DEL-11"]);
    expect((await played([idempotency], { fault: "key-not-needed-for-discovery" })).broken).toEqual(["IDM-02"]);
  });
});

describe("conformant sellers", () => {
  const NEVER = { "3.0": ["IDM-05", "IDM-15", "IDM-18"], "3.1": ["IDM-05-OLD", "IDM-18"], "3.2": ["IDM-05-OLD"] };
  test.each(["3.0", "3.1", "3.2"] as const)("pass in %s, and every rule that can be checked is", async (release) => {
    for (const seed of [1, 2, 3]) {
      const result = await played([idempotency], { release }, seed);
      expect(result.broken).toEqual([]);
      expect(result.harness_errors).toEqual([]);
      expect(result.verdict).toBe("conformant");
      // No call was in flight or limited.
      const open = new Set([...NEVER[release], "IDM-15", "IDM-19"]);
      for (const rule of Object.keys(idempotency.rules)) {
        expect([rule, result.rule(rule)?.verdict]).toEqual([rule, open.has(rule) ? "not_applicable" : "passed"]);
      }
    }
  });

  test.each([
    "replayed-in-meta",
    "replayed-false-on-first-answers",
    "waits-for-call-in-flight",
    "errors-alone",
    "adcp-error-alone",
    "everything-fails-one-by-one",
    "invalid-sources-fail-one-by-one",
    "invalid-input-refused-by-protocol",
    "extra-fields",
    "results-in-reverse",
    "json-text-only",
    "sync-lists-every-source",
    "no-log-event",
    "many-seller-managed-sources",
    "release-3-0-unnamed",
    "sessions-and-event-streams",
  ])("pass as %s", async (variant) => {
    const result = await played([idempotency], { variant });
    expect(result.broken).toEqual([]);
    expect(result.harness_errors).toEqual([]);
    expect(result.verdict).toBe("conformant");
  });

  test("may refuse a call that is in flight", async () => {
    const result = await played([idempotency], { variant: "refuses-call-in-flight" });
    expect(result.broken).toEqual([]);
    expect(result.rule("IDM-14")?.verdict).toBe("passed");
    expect(result.rule("IDM-15")?.verdict).toBe("passed");
  });

  test("may limit calls, and a call that is sent again is no first execution", { timeout: 120_000 }, async () => {
    const result = await played([idempotency], { variant: "rate-limited-now-and-then" });
    expect(result.broken).toEqual([]);
    expect(result.rule("IDM-19")?.verdict).toBe("passed");
  });

  test("that do not replay are asked for keys alone", async () => {
    const result = await played([idempotency], { variant: "no-idempotency" });
    expect(result.verdict).toBe("conformant");
    for (const rule of ["IDM-01", "IDM-02", "IDM-03"]) expect(result.rule(rule)?.verdict).toBe("passed");
    for (const rule of ["IDM-04", "IDM-07", "IDM-12", "IDM-13", "IDM-14", "DEL-11"]) {
      expect(result.rule(rule)).toMatchObject({
        verdict: "not_applicable",
        reason: "the seller does not declare that it supports idempotency keys",
      });
    }
  });
});

describe("the mark of a replay", () => {
  const answer = (payload: object, meta?: unknown) =>
    ({ payload, exchange: { facts: { kind: "mcp", reply: "result", result: { _meta: meta } } } }) as never;

  test.each([
    [{ replayed: true }, undefined],
    [{}, { replayed: true }],
    [{}, { "adcontextprotocol.org/replayed": true }],
    [{}, { adcp: { replayed: true } }],
  ])("is read from %j and %j", (payload, meta) => expect(isMarked(answer(payload, meta))).toBe(true));

  test.each([
    [{}, undefined],
    [{ replayed: false }, undefined],
    [{ replayed: "true" }, { replayed: "yes" }],
    [{ event_sources: [{ replayed: true }] }, { not_replayed: true }],
    [{}, "replayed"],
  ])("is not read from %j and %j", (payload, meta) => expect(isMarked(answer(payload, meta))).toBe(false));
});

describe("a conflict", () => {
  const judge = (error: object) =>
    idempotency.answers["IDM-08"]?.({
      payload: { errors: [{ code: "IDEMPOTENCY_CONFLICT", ...error }] },
      exchange: { n: 1 },
    } as never)?.verdict;

  test.each([
    {},
    { field: "idempotency_key" },
    { issues: [] },
    { issues: [{ pointer: "/idempotency_key" }] },
    { field: null },
  ])("may carry %j", (error) => expect(judge(error)).toBe("held"));

  test.each([{ field: "event_sources[0].name" }, { issues: [{ pointer: "/event_sources/0/name" }] }])(
    "may not carry %j",
    (error) => expect(judge(error)).toBe("broke"),
  );
});
