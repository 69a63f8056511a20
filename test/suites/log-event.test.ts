import { describe, expect, test } from "vitest";
import { createValidator } from "../../src/validation/index.ts";
import logEvent from "../../suites/log-event.ts";
import { play } from "./play.ts";

const RULES = Object.keys(logEvent.rules);

describe("log_event", () => {
  test.each([
    ["LOG-01", "events-of-new-source-refused"],
    ["LOG-01", "events-of-new-source-all-fail"],
    ["LOG-01", "test-events-refused"],
    ["LOG-02", "events-of-unknown-source-accepted"],
    ["LOG-02-PARTIAL", "events-of-unknown-source-fail-one-by-one"],
    ["LOG-03", "unknown-source-code-is-own"],
    ["LOG-04", "event-types-of-source-ignored"],
    ["LOG-05", "events-counted-twice"],
    ["LOG-05", "events-counted-as-text"],
    ["LOG-05", "events-not-counted"],
    ["LOG-06", "failed-source-takes-events"],
    ["DEL-12", "deleted-source-takes-events"],
  ])("%s sees %s", async (rule, fault) => {
    const { rule: of } = await play([logEvent], { fault });
    expect(of(rule).verdict).toBe(of(rule).level === "must" ? "failed" : "warned");
    expect(of(rule).findings[0]?.message).not.toBe("");
  });

  test.each([
    { release: "3.0" },
    { release: "3.1" },
    { release: "3.2" },
    { seed: 7 },
    { variant: "test-events-are-not-processed" },
    { variant: "bad-events-refuse-the-batch" },
    { variant: "everything-fails-one-by-one" },
    { variant: "invalid-input-refused-in-prose" },
    { variant: "no-conversion-tracking-details" },
    { variant: "adcp-error-alone" },
  ] as const)("every rule passes on a correct seller: %o", async (options) => {
    const { found, tested } = await play([logEvent], options);
    expect(found).toEqual([]);
    expect(tested).toEqual(expect.arrayContaining(RULES));
  });

  test("without log_event nothing is judged", async () => {
    const { found, rule } = await play([logEvent], { variant: "no-log-event" });
    expect(found).toEqual([]);
    for (const id of RULES) expect(rule(id).verdict).toBe("not_applicable");
  });

  test("where nothing may be deleted, deletion is not tested, and the rest is", async () => {
    const { found, rule } = await play([logEvent], { foreign: [{ event_source_id: "of_somebody_else" }] });
    expect(found).toEqual([]);
    expect(rule("DEL-12")).toMatchObject({
      verdict: "not_tested",
      reason: expect.stringContaining("of_somebody_else"),
    });
    expect(rule("LOG-01").verdict).toBe("passed");
  });

  test.each(["3.0", "3.1", "3.2"] as const)("every request is valid in %s, and counts for nothing", async (release) => {
    const sent = await requestsOf(release);
    expect(sent.length).toBeGreaterThanOrEqual(5);
    for (const request of sent) {
      expect(createValidator().validate("log-event-request", release, request)).toEqual([]);
      expect(request).toMatchObject({
        test_event_code: expect.any(String),
        event_source_id: expect.stringMatching(/^cf_/),
      });
    }
  });
});

/** The `log_event` requests of a run. */
async function requestsOf(release: "3.0" | "3.1" | "3.2"): Promise<unknown[]> {
  const seen: unknown[] = [];
  const watching = {
    ...logEvent,
    answers: {
      "LOG-05": ({ tool, request }: { tool: string; request: unknown }) => {
        if (tool === "log_event") seen.push(request);
        return undefined;
      },
    },
  };
  await play([watching], { release });
  return seen;
}
