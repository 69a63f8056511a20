import { describe, expect, test } from "vitest";
import { fuzzing } from "../../src/fuzz/fuzz.ts";
import { before as inFrontOf } from "../run/front.ts";
import { dangerousCalls, OTHERS, othersOn } from "../run/others.ts";
import { script } from "../run/script.ts";
import { callsOf, embedded, findings, reportIssues, rulesThat, runAgainst, writesOf } from "../run/support.ts";
import { type Fuzzed, fuzz, LITTLE } from "./support.ts";

/** The finding of a rule that is said to be broken. */
function found({ report }: Fuzzed, id: string) {
  const rule = report.rules.find((one) => one.id === id);
  expect(rule, `${id} is not in the report`).toBeDefined();
  const [finding] = rule!.findings;
  expect(finding, `${id} has no finding`).toBeDefined();
  return finding!;
}

/** Calls of a finding that write. */
const writing = (finding: ReturnType<typeof found>) =>
  finding.reproduce.calls
    .map(({ params }) => params.arguments as Record<string, unknown>)
    .filter((args) => "event_sources" in args || "delete_missing" in args);

describe("generated calls on a correct seller", () => {
  test.each([
    ["3.0", {}],
    ["3.1", { stream: true }],
    ["3.2", { sessions: true }],
  ] as const)("find nothing in release %s, served with %o", async (release, options) => {
    const outcome = await fuzz(
      { release, ...options },
      { runs: 10 },
      { release, secondAccount: { account_id: "acct_second" } },
    );
    const { result, report, code } = outcome;
    expect({ code, findings: findings(result), errors: result.harness_errors }).toEqual({
      code: 0,
      findings: [],
      errors: [],
    });
    expect(reportIssues(report)).toBeNull();
    expect(report.fuzz).toMatchObject({ runs: 10, counterexamples: 0, flaky: 0, warnings: [] });
    expect(report.fuzz?.accepted).toBeGreaterThan(50);
    expect(report.fuzz?.rejected).toBeGreaterThan(10);
    expect(report.fuzz?.states.visited).toBeGreaterThan(3);
  });

  test("are the same for one seed, under fresh keys and ids, and others for another seed", async () => {
    const one = await fuzz({}, {}, { seed: 11 });
    const two = await fuzz({}, {}, { seed: 11 });
    const other = await fuzz({}, {}, { seed: 12 });
    expect(script(two)).toEqual(script(one));
    expect(script(other)).not.toEqual(script(one));
  });

  test("leave the account as it was, but for the sentinel", async () => {
    const { seller } = await fuzz({}, {}, {});
    const buyers = seller.seller.sources("acct_demo").filter(({ managed_by }) => managed_by === "buyer");
    expect(buyers.map(({ event_source_id }) => event_source_id)).toEqual(["cf_sentinel"]);
  });

  test("leave out the rules of which they say nothing", async () => {
    const { result } = await fuzz({});
    expect(rulesThat(result, "not_tested", "not_applicable")).toEqual([]);
    expect(rulesThat(result, "passed")).toContain("UPS-04");
  });

  test("go through shards without overlap", async () => {
    const calls = async (k: number) => {
      const { report } = await fuzz({}, { shard: { k, n: 2 } });
      return report.fuzz?.runs ?? 0;
    };
    expect((await calls(1)) + (await calls(2))).toBe(LITTLE.runs);
  });
});

describe("a defect that takes several calls", () => {
  test("is cut to the calls that show it, and sent again by --seed and --replay", async () => {
    const fault = "recreated-source-has-old-domains";
    const first = await fuzz({ fault }, { runs: 60, edges: 0, maxRequests: 4000, enough: (rule) => rule === "UPS-02" });
    const finding = found(first, "UPS-02");
    expect(finding.phase).toBe("fuzz");
    expect(finding.flaky).toBeUndefined();
    // Made, deleted, and made again.
    expect(writing(finding)).toHaveLength(3);
    expect(finding.reproduce.curl).toContain("allowed_domains");
    expect(finding.reproduce.typescript).toContain("await fetch(");
    expect(finding.reproduce).toMatchObject({ seed: 1, path: expect.stringMatching(/^sequence\/\d+$/) });

    const { path } = finding.reproduce;
    const again = await fuzz({ fault }, { runs: 60, edges: 0, maxRequests: 4000, path: path as string });
    expect(found(again, "UPS-02")).toMatchObject({
      message: expect.stringContaining("allowed_domains"),
      reproduce: { path },
    });
  });

  test("is one finding, however often it is seen", async () => {
    const { report } = await fuzz({ fault: "name-compared-without-case" }, { runs: 30, edges: 0, maxRequests: 3000 });
    for (const { findings: all } of report.rules) {
      const causes = all.map(
        ({ message, json_pointer }) =>
          `${json_pointer.replaceAll(/\d+/g, "*")} ${message.replaceAll(/"[^"]*"|\d+/g, "*")}`,
      );
      expect(new Set(causes).size).toBe(causes.length);
    }
  });

  test("that shows only when calls overlap says how often it did", async () => {
    const outcome = await fuzz(
      { fault: "last-call-writes-the-whole-account" },
      { runs: 40, edges: 0, maxRequests: 4000, enough: (rule) => rule === "OVL-01" },
    );
    expect(found(outcome, "OVL-01").message).toMatch(/sent 10 times more, it showed \d+ times/);
  });

  test("that does not show again is called flaky", async () => {
    let spoilt = false;
    const seller = await embedded();
    const url = await inFrontOf(seller, async ({ writes, tool, args }, response) => {
      if (spoilt || writes < 20 || tool !== "sync_event_sources" || !Array.isArray(args["event_sources"])) return false;
      spoilt = true;
      response.writeHead(500, { "content-type": "text/plain" }).end("oops");
      return true;
    });
    const { report } = await runAgainst(url, seller.account, {
      phase: fuzzing({ ...LITTLE, edges: 0, runs: 8 }),
      phaseOnly: true,
    });
    const flaky = report.rules.flatMap(({ findings: all }) => all).filter((one) => one.flaky);
    expect(flaky.length).toBeGreaterThan(0);
    expect(report.fuzz?.flaky).toBe(flaky.length);
  });
});

describe("the budget", () => {
  test("ends generated calls, and that is no failure", async () => {
    const { report, code } = await fuzz({}, { runs: 500, maxRequests: 80 });
    expect(code).toBe(0);
    expect(report.fuzz?.stopped).toContain("80 requests were used up (--max-requests)");
    expect(report.fuzz?.requests).toBeLessThan(80 + 15);
  });

  test("of time ends them too", async () => {
    const { report, code } = await fuzz({}, { runs: 1_000_000, maxRequests: 1_000_000, maxTime: 0.3 });
    expect(code).toBe(0);
    expect(report.fuzz?.stopped).toContain("the time of 0.3 s was used up (--max-time)");
  });

  test("a seller that goes down is left alone, and the report says so", async () => {
    const seller = await embedded();
    let calls = 0;
    const url = await inFrontOf(seller, async ({ writes, tool }, response) => {
      if (writes < 30 || tool === undefined) return false;
      calls++;
      response.writeHead(500, { "content-type": "text/plain" }).end("down");
      return true;
    });
    const { report, code } = await runAgainst(url, seller.account, {
      phase: fuzzing({ ...LITTLE, runs: 200, maxRequests: 5000 }),
      phaseOnly: true,
    });
    expect(report.fuzz?.stopped).toMatch(/the seller seems to be down: 8 calls in a row .*HTTP 500/);
    expect(calls).toBeLessThan(30);
    expect(code).toBe(1);
  });

  test("hollow runs are told: nearly everything refused", async () => {
    const seller = await embedded({ variant: "plain-ids-only" });
    const url = await inFrontOf(seller, async ({ writes, tool, args, id }, response) => {
      if (writes < 2 || tool !== "sync_event_sources" || args["event_sources"] === undefined) return false;
      const errors = [{ code: "VALIDATION_ERROR", message: "no", recovery: "correctable" }];
      const structuredContent = { status: "failed", errors, adcp_error: errors[0] };
      const result = { content: [], structuredContent, isError: true };
      response
        .writeHead(200, { "content-type": "application/json" })
        .end(JSON.stringify({ jsonrpc: "2.0", id, result }));
      return true;
    });
    const { report } = await runAgainst(url, seller.account, {
      phase: fuzzing({ runs: 12, edges: 0, maxRequests: 400 }),
      phaseOnly: true,
    });
    expect(report.fuzz?.warnings).toEqual([
      expect.stringMatching(/^nearly all writes were refused \(\d+ of \d+\)/),
      "no call ever changed what the account holds",
    ]);
  });
});

describe("an account that holds somebody's sources", () => {
  test("is fuzzed without anything that could harm them", async () => {
    const outcome = await fuzz({ accounts: { acct_demo: OTHERS } }, { runs: 12, edges: 60 });
    expect({ code: outcome.code, findings: findings(outcome.result) }).toEqual({ code: 0, findings: [] });
    expect(dangerousCalls(outcome.exchanges)).toEqual([]);
    expect(othersOn(outcome.seller).map(({ fields }) => fields.name)).toEqual(["App", undefined, "Shop, checkout"]);
    const ids = new Set(
      writesOf(outcome.exchanges).flatMap((args) =>
        (Array.isArray(args["event_sources"]) ? args["event_sources"] : []).map(
          (one: { event_source_id?: unknown }) => one?.event_source_id,
        ),
      ),
    );
    const own = [...ids].filter((id) => typeof id === "string" && id.startsWith("cf_"));
    expect(own.length).toBeLessThanOrEqual(10);
    expect(outcome.report.fuzz?.runs).toBe(12);
  });
});

describe("a signal", () => {
  test("ends generated calls cleanly: the account is put in order", async () => {
    const abort = new AbortController();
    const seller = await embedded();
    const outcome = await runAgainst(seller.url, seller.account, {
      phase: fuzzing({ ...LITTLE, runs: 500, maxRequests: 10_000 }),
      phaseOnly: true,
      signal: abort.signal,
      onExchange: ({ n }) => {
        if (n === 60) abort.abort();
      },
    });
    expect(outcome.result).toMatchObject({ verdict: "inconclusive", reason: "the run was interrupted" });
    const left = seller.seller.sources("acct_demo").filter(({ managed_by }) => managed_by === "buyer");
    expect(left.map(({ event_source_id }) => event_source_id)).toEqual(["cf_sentinel"]);
    expect(callsOf(outcome.exchanges).length).toBeLessThan(90);
  });
});
