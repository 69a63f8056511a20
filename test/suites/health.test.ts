import { describe, expect, test } from "vitest";
import type { Answer } from "../../src/protocol/answer.ts";
import health from "../../suites/health.ts";
import setup from "../../suites/setup.ts";
import { play } from "./play.ts";

// The health suite has no scenario of its own: that of the setup suite makes a source.
const suites = [health, setup];

describe("health", () => {
  test.each([
    ["HLT-01", "health-without-status"],
    ["HLT-01", "health-status-unknown"],
    ["HLT-01", "health-status-in-capitals"],
    ["HLT-01", "match-rate-in-percent"],
    ["HLT-01", "events-received-is-negative"],
    ["HLT-01", "health-issue-severity-unknown"],
    ["HLT-02", "health-on-some-sources"],
    ["HLT-03", "new-source-has-last-event"],
    ["HLT-03", "last-event-in-future"],
    ["HLT-04", "new-source-is-excellent"],
    ["HLT-04", "new-source-is-good"],
    ["HLT-05", "score-above-maximum"],
    ["HLT-06", "six-health-issues"],
    ["HLT-07", "evaluated-in-future"],
  ])("%s alone sees %s", async (rule, fault) => {
    const { rule: of, found } = await play(suites, { fault });
    expect(found).toEqual([rule]);
    expect(of(rule).verdict).toBe(rule === "HLT-01" ? "failed" : "warned");
  });

  test.each([
    { release: "3.0" },
    { release: "3.1" },
    { release: "3.2" },
    { variant: "native-health-score" },
    { variant: "extra-fields" },
    { variant: "clock-two-minutes-ahead" },
    { variant: "many-seller-managed-sources" },
  ] as const)("nothing is found on a correct seller: %o", async (options) => {
    const { found, tested } = await play(suites, options);
    expect(found).toEqual([]);
    expect(tested).toEqual(expect.arrayContaining(Object.keys(health.rules)));
  });

  test("a seller that does not grade its sources is not judged", async () => {
    const { found, tested } = await play(suites, { variant: "no-health" });
    expect(found).toEqual([]);
    expect(tested.filter((rule) => rule.startsWith("HLT"))).toEqual([]);
  });

  test.each([
    ["2026-01-01T12:04:00Z", undefined, "held"],
    ["2026-01-01T12:06:00Z", undefined, "broke"],
    ["2026-01-01T13:00:00Z", "Thu, 01 Jan 2026 13:00:01 GMT", "held"],
    ["2026-01-01T11:00:00Z", "Thu, 01 Jan 2026 09:00:00 GMT", "held"],
    ["2026-01-01T13:06:00Z", "Thu, 01 Jan 2026 13:00:00 GMT", "broke"],
    ["soon", undefined, "held"],
  ])("evaluated_at %s, read at 12:00 with Date %s: %s", (evaluated_at, date, verdict) => {
    const judgement = health.answers["HLT-07"]?.(answerWith({ status: "good", evaluated_at }, date));
    expect(judgement?.verdict).toBe(verdict);
  });
});

function answerWith(value: object, date?: string): Answer {
  return {
    tool: "sync_event_sources",
    outcome: { kind: "accepted" },
    payload: { event_sources: [{ event_source_id: "a", action: "unchanged", health: value }] },
    exchange: {
      n: 1,
      at: "2026-01-01T12:00:00.000Z",
      duration_ms: 20,
      response: { headers: date === undefined ? {} : { date } },
    },
  } as unknown as Answer;
}
