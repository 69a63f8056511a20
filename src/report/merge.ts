import { causeOf, MOST_FINDINGS } from "../engine/ledger.ts";
import { sameJson } from "../protocol/json.ts";
import { judged } from "./judge.ts";
import { ReportError } from "./read.ts";
import type { Report, ReportFinding, ReportRule } from "./report.ts";

type Shards = readonly [ShardReport, ...ShardReport[]];
type ShardReport = Report & Required<Pick<Report, "shard">>;

/** Whether reports are those of different shards of one run. */
export const areShards = (reports: readonly Report[]): boolean =>
  reports.length > 1 &&
  reports.every(({ shard }) => shard !== undefined) &&
  new Set(reports.map(({ shard }) => shard!.k)).size > 1;

/**
 * The reports of shards as the one report of the run that they are parts of: the same rules, the same verdicts. A shard that is
 * missing leaves the verdict inconclusive.
 * @param order ids of rules, in the order in which a run reports them
 * @throws ReportError when they do not belong together
 */
export function merge(reports: readonly Report[], order: readonly string[]): Report {
  const shards = inOrder(reports);
  const [first] = shards;
  const numbered = renumbered(shards);
  const { shard: _, ...whole } = first;
  const accounts = shards.map(({ target }) => target.account);
  const alone = accounts.every((account) => sameJson(account, accounts[0]));
  const byTime = shards.toSorted((a, b) => Date.parse(a.started_at) - Date.parse(b.started_at));
  const missing = missingOf(shards);
  const cut = shards.find(({ ended_early }) => ended_early);
  const early =
    cut !== undefined
      ? (cut.reason ?? "a shard ended early")
      : missing.length > 0
        ? `of ${first.shard.n} shards, these are missing: ${missing.join(", ")}`
        : undefined;
  const sum = (count: (report: Report) => number) => shards.reduce((total, report) => total + count(report), 0);
  const merged: Report = {
    ...whole,
    run_id: shards.map(({ run_id }) => run_id).join("+"),
    target: { ...first.target, release: (shards.find(({ ended_early }) => !ended_early) ?? first).target.release },
    merged_from: shards.map(({ run_id, shard, verdict, target, started_at, duration_ms, totals }) => ({
      ...{ run_id, shard, verdict, account: target.account, started_at, duration_ms },
      requests: totals.requests,
    })),
    started_at: byTime[0]!.started_at,
    duration_ms: sum(({ duration_ms }) => duration_ms),
    totals: { ...first.totals, requests: sum(({ totals }) => totals.requests) },
    rules: mergeRules(numbered, order),
    fuzz: mergeFuzz(shards),
    account: {
      before: alone ? byTime[0]!.account.before : everything(shards.map(({ account }) => account.before)),
      after: alone ? byTime.at(-1)!.account.after : everything(shards.map(({ account }) => account.after)),
      left_behind: distinct(shards.flatMap(({ account }) => account.left_behind)),
    },
    timings: mergeTimings(shards),
    schemas_used: distinct(shards.flatMap(({ schemas_used }) => schemas_used)),
    harness_errors: shards.flatMap(({ harness_errors }) => harness_errors),
    exchanges: numbered.flatMap(({ exchanges }) => exchanges),
  };
  // Whether an entry of the baseline is stale can only be told of the whole: it has to be given again.
  delete merged.baseline;
  delete merged.ended_early;
  delete merged.reason;
  return judged(early === undefined ? merged : { ...merged, ended_early: true, reason: early });
}

function inOrder(reports: readonly Report[]): Shards {
  const shards = reports.filter((report): report is ShardReport => report.shard !== undefined);
  if (shards.length < reports.length) throw new ReportError("Not all of these reports are of shards (--shard K/N).");
  shards.sort((a, b) => a.shard.k - b.shard.k);
  const [first, ...others] = shards;
  if (!first) throw new ReportError("There is no report to merge.");
  for (const [index, other] of others.entries()) {
    if (other.shard.k === shards[index]!.shard.k)
      throw new ReportError(`Shard ${other.shard.k}/${other.shard.n} is there twice.`);
    const differing = differenceOf(first, other);
    if (differing !== undefined)
      throw new ReportError(
        `Shards ${first.shard.k} and ${other.shard.k} are not of one run: ${differing} differs${differing === SEED ? " (give all of them one with --seed)" : ""}.`,
      );
  }
  return [first, ...others];
}

const SEED = "the seed";

/** A seller on this machine may listen on another port for each shard. */
const addressOf = (url: string): string => url.replace(/^(http:\/\/(?:127\.0\.0\.1|localhost|\[::1\])):\d+/, "$1");

function differenceOf(a: ShardReport, b: ShardReport): string | undefined {
  if (a.shard.n !== b.shard.n) return "the number of shards";
  if (addressOf(a.target.url) !== addressOf(b.target.url)) return "the seller";
  if (a.target.transport !== b.target.transport) return "the transport";
  if (a.tool.version !== b.tool.version) return "the version of the tool";
  if (a.rules_version !== b.rules_version) return "--rules";
  if (a.seed !== b.seed) return SEED;
  if (a.fail_on !== b.fail_on) return "--fail-on";
  if (!a.ended_early && !b.ended_early && a.target.release !== b.target.release) return "the release";
  return undefined;
}

function missingOf(shards: Shards): number[] {
  const there = new Set(shards.map(({ shard }) => shard.k));
  return Array.from({ length: shards[0].shard.n }, (_, index) => index + 1).filter((k) => !there.has(k));
}

/** Exchanges get numbers that no other shard has. */
function renumbered(shards: Shards): ShardReport[] {
  let offset = 0;
  return shards.map((report) => {
    const add = offset;
    const numbers = report.exchanges.map(({ n }) => n);
    offset += numbers.reduce((most, n) => Math.max(most, n), report.totals.requests);
    return {
      ...report,
      exchanges: report.exchanges.map((exchange) => ({ ...exchange, n: exchange.n + add })),
      rules: report.rules.map((rule) => ({
        ...rule,
        findings: rule.findings.map((one) => ({ ...one, exchanges: one.exchanges.map((n) => n + add) })),
      })),
    };
  });
}

function mergeRules(shards: readonly Report[], order: readonly string[]): ReportRule[] {
  const parts = new Map<string, ReportRule[]>();
  for (const rule of shards.flatMap(({ rules }) => rules)) parts.set(rule.id, [...(parts.get(rule.id) ?? []), rule]);
  const place = new Map(order.map((id, index) => [id, index]));
  return [...parts.values()]
    .map(mergeRule)
    .sort((a, b) => (place.get(a.id) ?? order.length) - (place.get(b.id) ?? order.length));
}

/** As if one run had seen what the shards saw. */
function mergeRule(parts: readonly ReportRule[]): ReportRule {
  const seen = parts.filter(({ unseen }) => !unseen);
  const asked = seen.length > 0 ? seen : parts;
  const decisive =
    asked.find(({ findings }) => findings.length > 0) ??
    (["passed", "not_tested"] as const)
      .map((verdict) => asked.find((part) => part.verdict === verdict))
      .find((part) => part !== undefined) ??
    asked[0]!;
  const { not_tested_in: _, not_applicable_in: __, ...rule } = decisive;
  const scenarios = (of: "not_tested_in" | "not_applicable_in") => {
    const names = distinct(parts.flatMap((part) => part[of] ?? []));
    return names.length > 0 ? { [of]: names } : {};
  };
  return {
    ...rule,
    ...scenarios("not_tested_in"),
    ...scenarios("not_applicable_in"),
    findings: mergeFindings(parts.flatMap(({ findings }) => findings)),
  };
}

function mergeFindings(all: readonly ReportFinding[]): ReportFinding[] {
  const causes = new Map<string, ReportFinding>();
  for (const finding of all) {
    const cause = causeOf(finding);
    const first = causes.get(cause);
    if (!first && causes.size < MOST_FINDINGS) causes.set(cause, finding);
    if (!first) continue;
    const { known, ...rest } = first;
    const scenarios = new Set([...(first.also_in ?? []), finding.scenario, ...(finding.also_in ?? [])]);
    scenarios.delete(first.scenario);
    causes.set(cause, {
      ...rest,
      ...(known && finding.known && { known }),
      repeats: (first.repeats ?? 0) + 1 + (finding.repeats ?? 0),
      ...(scenarios.size > 0 && { also_in: [...scenarios] }),
    });
  }
  return [...causes.values()];
}

/** The longest is exact; the others are weighed by how many requests each shard sent. */
function mergeTimings(shards: Shards): Report["timings"] {
  const all = shards.reduce((sum, { totals }) => sum + totals.requests, 0) || 1;
  const weighed = (key: "p50_ms" | "p95_ms") => {
    const sum = shards.reduce((total, { timings, totals }) => total + timings[key] * totals.requests, 0);
    return Math.round((sum / all) * 100) / 100;
  };
  const max_ms = Math.max(...shards.map(({ timings }) => timings.max_ms));
  return { p50_ms: weighed("p50_ms"), p95_ms: weighed("p95_ms"), max_ms };
}

/** Counts are added up. What one shard exercised another may have exercised too: the most that one of them did is told. */
function mergeFuzz(shards: Shards): Report["fuzz"] {
  const all = shards.flatMap(({ fuzz }) => (fuzz === null ? [] : [fuzz]));
  const [first] = all;
  if (!first) return null;
  const sum = (key: "runs" | "requests" | "accepted" | "rejected" | "counterexamples" | "flaky") =>
    all.reduce((total, fuzz) => total + fuzz[key], 0);
  const most = (key: "states" | "transitions" | "keywords" | "values") =>
    all.map((fuzz) => fuzz[key]).reduce((a, b) => (b.visited > a.visited ? b : a));
  const stopped = all.find((fuzz) => fuzz.stopped !== undefined)?.stopped;
  return {
    seed: first.seed,
    runs: sum("runs"),
    requests: sum("requests"),
    accepted: sum("accepted"),
    rejected: sum("rejected"),
    states: most("states"),
    transitions: most("transitions"),
    keywords: most("keywords"),
    values: most("values"),
    counterexamples: sum("counterexamples"),
    flaky: sum("flaky"),
    found: all.flatMap(({ found }) => found),
    ...(stopped !== undefined && { stopped }),
    warnings: [...new Set(all.flatMap(({ warnings }) => warnings))],
  };
}

function everything<T>(lists: readonly (T[] | null)[]): T[] | null {
  return lists.includes(null) ? null : lists.flatMap((list) => list ?? []);
}

const distinct = <T>(all: readonly T[]): T[] => [...new Map(all.map((one) => [JSON.stringify(one), one])).values()];
