import { describe, expect, it } from "vitest";
import type { RunSetup } from "../../src/engine/setup.ts";
import { merge } from "../../src/report/merge.ts";
import type { Report } from "../../src/report/report.ts";
import { suites } from "../../suites/index.ts";
import { callsOf, embedded, reportIssues, runAgainst } from "./support.ts";

const ORDER = suites.flatMap((suite) => Object.keys(suite.rules));

/** Each report is of a seller of its own: what one run left behind must not matter. */
async function reportOf(fault: string | undefined, choices: Partial<RunSetup> = {}) {
  const seller = await embedded(fault === undefined ? {} : { fault });
  return runAgainst(seller.url, seller.account, { secondAccount: seller.secondAccount, seed: 3, ...choices });
}

async function shardsOf(n: number, fault?: string, choices: Partial<RunSetup> = {}): Promise<Report[]> {
  const reports: Report[] = [];
  for (let k = 1; k <= n; k++) reports.push((await reportOf(fault, { ...choices, shard: { k, n } })).report);
  return reports;
}

const verdicts = ({ rules }: Report) => rules.map(({ id, verdict }) => `${id} ${verdict}`);

describe("shards", () => {
  it.each([
    [2, undefined],
    [3, undefined],
    [2, "duplicates-last-wins"],
    [3, "upsert-drops-unlisted"],
    [2, "success-with-empty-errors"],
    [4, "delete-missing-ignored"],
    [2, "missing-account-means-default"],
    [3, "batch-cut-at-fifty"],
  ] as const)("%i of them give the rules and verdicts of one run, with %s", async (n, fault) => {
    const { report: whole } = await reportOf(fault);
    const merged = merge(await shardsOf(n, fault), ORDER);
    expect(verdicts(merged)).toEqual(verdicts(whole));
    expect({ verdict: merged.verdict, security: merged.security }).toEqual({
      verdict: whole.verdict,
      security: whole.security,
    });
    expect(reportIssues(merged)).toBeNull();
  });

  it("play every scenario in one shard, and each the same calls as in a whole run", async () => {
    const only = { only: ["duplicates", "upsert"] };
    const plain = (calls: object[]) =>
      calls.map((args) => JSON.stringify(args).replaceAll(/cf_[0-9a-f]{8}_\d+|[0-9a-f-]{36}/gi, "*"));
    const writes = async (choices: Partial<RunSetup>) => {
      const { exchanges } = await reportOf(undefined, { ...only, ...choices });
      const calls = callsOf(exchanges).filter((args) => !JSON.stringify(args).includes("cf_sentinel"));
      return plain(calls.filter((args) => Object.hasOwn(args, "event_sources")));
    };
    const whole = await writes({});
    const parts = [await writes({ shard: { k: 1, n: 2 } }), await writes({ shard: { k: 2, n: 2 } })];
    expect(parts.flat().toSorted()).toEqual(whole.toSorted());
    expect(parts.map((part) => part.length > 10)).toEqual([true, true]);
  });
});
