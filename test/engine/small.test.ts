import { describe, expect, it } from "vitest";
import { Ids } from "../../src/engine/ids.ts";
import { foreignLease, leaseName, SENTINEL_ID } from "../../src/engine/lease.ts";
import { askedToWait, backoff, Pacer, wait } from "../../src/engine/pacing.ts";
import { pick, random } from "../../src/engine/random.ts";
import { ReleaseJudge } from "../../src/engine/release-judge.ts";
import { readCapabilities } from "../../src/protocol/capabilities.ts";
import type { Release } from "../../src/validation/release.ts";
import { snapshot } from "../model/support.ts";
import { exchange } from "../protocol/exchanges.ts";

describe("the release that judges an answer", () => {
  const judge = (asked: Release, supported?: string[]) => {
    const one = new ReleaseJudge(asked);
    one.declare(
      readCapabilities({ adcp: { major_versions: [3], ...(supported && { supported_versions: supported }) } }),
    );
    return one;
  };

  it("is the one that the answer names", () => {
    expect(judge("3.1", ["3.1"]).of({ adcp_version: "3.0" })).toBe("3.0");
    expect(judge("3.1").of({ adcp_version: "3.2-beta.5" })).toBe("3.2");
  });

  it("else the highest declared one that is not above the one asked for", () => {
    expect(judge("3.1", ["3.0", "3.1", "3.2"]).of({})).toBe("3.1");
    expect(judge("3.2", ["3.0", "3.1.4"]).of({})).toBe("3.1");
    expect(judge("3.0", ["3.1"]).of({})).toBe("3.0");
  });

  it("else 3.0, until an answer carries a status", () => {
    const one = judge("3.1");
    expect([one.of({ event_sources: [] }), one.provisional]).toEqual(["3.0", true]);
    expect([one.of({ status: "completed" }), one.provisional]).toEqual(["3.1", false]);
    expect(one.of({ event_sources: [] })).toBe("3.1");
  });

  it("is not fooled by releases that nobody knows", () => {
    expect(judge("3.1", ["4.0", "banana"]).of({ adcp_version: "3.10", status: "completed" })).toBe("3.1");
  });
});

describe("a lease", () => {
  const now = new Date("2026-01-01T12:00:00Z");
  const rows = (minutes: number, run = "other") =>
    snapshot(1, [{ event_source_id: SENTINEL_ID, name: leaseName(run, new Date(now.getTime() - minutes * 60_000)) }])
      .rows;

  it("is another run's for fifteen minutes", () => {
    expect(foreignLease(rows(14), "mine", now)).toMatchObject({ run: "other" });
    expect(foreignLease(rows(16), "mine", now)).toBeUndefined();
    expect(foreignLease(rows(1, "mine"), "mine", now)).toBeUndefined();
  });

  it("is nobody's when the name says anything else", () => {
    for (const name of ["adcp-conformance sentinel, no run at work", "adcp-conformance lease x yesterday", 7]) {
      expect(foreignLease(snapshot(1, [{ event_source_id: SENTINEL_ID, name }]).rows, "mine", now)).toBeUndefined();
    }
  });
});

describe("ids", () => {
  it("are the tool's own and never given twice", () => {
    const ids = new Ids("run1");
    const made = Array.from({ length: 200 }, () => ids.next());
    expect(new Set(made).size).toBe(200);
    for (const id of made) expect(id).toMatch(/^cf_run1_\d+$/);
  });

  it("are nine at most where nothing can be deleted, and differ within a scenario", () => {
    const ids = new Ids("run1");
    ids.limit(["cf_old_001"]);
    const seen = new Set<string>();
    for (let scenario = 0; scenario < 30; scenario++) {
      ids.startScenario();
      const mine = [ids.next(), ids.next(), ids.next()];
      expect(new Set(mine).size).toBe(3);
      for (const id of mine) seen.add(id);
    }
    expect(seen.size).toBeLessThanOrEqual(9);
    ids.startScenario();
    expect(() => Array.from({ length: 12 }, () => ids.next())).toThrow(/more than 10/);
  });
});

describe("pacing", () => {
  const answer = (headers: Record<string, string>, retry_after?: number) => ({
    exchange: exchange({}, { status: 429, headers }),
    outcome: {
      kind: "rejected" as const,
      layer: "http" as const,
      errors: retry_after === undefined ? [] : [{ retry_after, raw: {} }],
    },
  });

  it("reads Retry-After as seconds and as a date, and retry_after of an error", () => {
    const now = Date.parse("2026-01-01T00:00:00Z");
    expect(askedToWait(answer({ "retry-after": "3" }), now)).toBe(3);
    expect(askedToWait(answer({ "retry-after": "Thu, 01 Jan 2026 00:00:05 GMT" }), now)).toBe(5);
    expect(askedToWait(answer({ "retry-after": "soon" }, 7), now)).toBe(7);
    expect(askedToWait(answer({}), now)).toBeUndefined();
  });

  it("backs off further with every retry, with jitter", () => {
    expect([0, 1, 2].map((retry) => backoff(retry, () => 0))).toEqual([125, 250, 500]);
    expect(backoff(0, () => 1)).toBe(250);
  });

  it("stops waiting at once when the run is interrupted", async () => {
    const stop = new AbortController();
    const waiting = wait(60_000, stop.signal);
    stop.abort(new Error("interrupted"));
    await expect(waiting).rejects.toThrow("interrupted");
    await expect(new Pacer(0.001).turn()).resolves.toBeUndefined();
  });
});

describe("chance", () => {
  it("is the same for one seed and another for another", () => {
    const numbers = (seed: number) => {
      const next = random(seed);
      return Array.from({ length: 20 }, next);
    };
    expect(numbers(7)).toEqual(numbers(7));
    expect(numbers(7)).not.toEqual(numbers(8));
    for (const number of numbers(9)) expect(number >= 0 && number < 1).toBe(true);
  });

  it("picks different members in their order", () => {
    const picked = pick(random(3), [1, 2, 3, 4, 5, 6], 4);
    expect(new Set(picked).size).toBe(4);
    expect(picked).toEqual(picked.toSorted((a, b) => a - b));
    expect(pick(random(3), [1, 2], 5)).toEqual([1, 2]);
  });
});
