import type { AccountEntry, Finding, HarnessError, RuleResult, RuleVerdict, RunResult } from "../engine/result.ts";
import type { Shard } from "../engine/scenarios.ts";
import type { Exchange, WireFailure } from "../transport/exchange.ts";
import { bounded, boundedText } from "./bound.ts";
import { type Reproduce, reproduce } from "./reproduce.ts";

/** `report.json`: its schema is schemas/report.json. Keys are stable; later versions may add some. */
export interface Report {
  format: "adcp-conformance/1";
  tool: { name: string; version: string };
  /** The version of the tool whose rules grade; absent: the tool's own. */
  rules_version?: string;
  run_id: string;
  target: RunResult["target"];
  verdict: RunResult["verdict"];
  /** Why the run is inconclusive or ended early. */
  reason?: string;
  ended_early?: true;
  fail_on?: "must" | "should";
  /** Absent where no baseline was given. */
  baseline?: ReportBaseline;
  /** Which part of a whole run it is. */
  shard?: Shard;
  /** The reports of shards that this one was made of. */
  merged_from?: MergedFrom[];
  seed: number;
  started_at: string;
  duration_ms: number;
  totals: Totals;
  /** Of the tool's own rules about what a seller hands back; never part of `verdict`. */
  security: "clean" | "findings";
  rules: ReportRule[];
  /** `null`: nothing was generated. */
  fuzz: RunResult["fuzz"];
  account: { before: AccountEntry[] | null; after: AccountEntry[] | null; left_behind: LeftBehind[] };
  timings: RunResult["timings"];
  schemas_used: { id: string; digest: string }[];
  harness_errors: HarnessError[];
  /** Those that findings cite, in order. */
  exchanges: ReportExchange[];
}

export interface MergedFrom extends Pick<Report, "run_id" | "verdict" | "started_at" | "duration_ms"> {
  shard: Shard;
  account: unknown;
  requests: number;
}

type LeftBehind = RunResult["account"]["left_behind"][number];
type Counts<V extends RuleVerdict> = Record<V, number>;

export interface Totals {
  must: Counts<"passed" | "failed" | "not_applicable" | "not_tested">;
  should: Counts<"passed" | "warned" | "not_applicable" | "not_tested">;
  note: Counts<"passed" | "noted" | "not_applicable" | "not_tested">;
  /** Rules of the tool's own; they are not counted above. */
  security: Counts<"passed" | "failed" | "warned" | "noted" | "not_applicable" | "not_tested">;
  requests: number;
  harness_errors: number;
}

export interface ReportFinding extends Finding {
  /** It stands in the baseline: it does not fail the run. */
  known?: Known;
  reproduce: Reproduce;
}

export interface ReportRule extends RuleResult {
  findings: ReportFinding[];
}

/** What a run made of the baseline that it was given. */
export interface ReportBaseline {
  file: string;
  entries: number;
  /** Findings that stand in it. */
  known: number;
  /** Entries to be removed. */
  stale: StaleEntry[];
  /** Entries whose rule or scenario the run did not get to. */
  unchecked: { rule: string; scenario?: string; reason: string; expires?: string; line: number }[];
}

export interface StaleEntry {
  rule: string;
  scenario?: string;
  reason: string;
  expires?: string;
  /** Where it begins in the file, from 1. */
  line: number;
  /** It fails no longer; its last day is over; no rule, or no scenario, is of that name. */
  why: "fixed" | "expired" | "no_rule" | "no_scenario";
}

/** Why a failure is known, and the last day on which that is accepted (YYYY-MM-DD). */
export interface Known {
  reason: string;
  expires?: string;
}

export interface ReportExchange {
  n: number;
  at: string;
  operation: string;
  tool?: string;
  attempt: number;
  request: Exchange["request"];
  /** `null` where no complete answer was read; then `failure` says why. */
  response: { headers: Record<string, string>; body: string; bytes: number } | null;
  failure?: WireFailure;
  http_status: number | null;
  duration_ms: number;
}

export interface ReportOptions {
  /** Whether the credential is a bearer token of the user's (`$ADCP_TOKEN`), and no header in full. */
  bearer?: boolean;
  /** The version of the tool whose rules grade, where it is not the tool's own. */
  rulesVersion?: string;
  /** Replaces credentials in whatever the seller handed back; the exchanges come without them already. */
  redact?(value: unknown): unknown;
}

/** A report holds so much of one body; all of it is in exchanges.ndjson. */
const MOST_OF_A_BODY = 64 * 1024;

/** The report of a run. Nothing of the result is left out, but long values of the seller are cut, with a word. */
export function toReport(result: RunResult, tool: Report["tool"], options: ReportOptions = {}): Report {
  const redact = <T>(value: T): T => (options.redact ? (options.redact(value) as T) : value);
  const exchanges = new Map(result.exchanges.map((exchange) => [exchange.n, exchange]));
  const rules = result.rules.map((rule) => ({
    ...rule,
    findings: rule.findings.map((finding) => ({
      ...finding,
      message: redact(boundedText(finding.message, 1_000)),
      // A value that is not there has no place in JSON; null says so without losing the key.
      expected: redact(bounded(finding.expected) ?? null),
      actual: redact(bounded(finding.actual) ?? null),
      reproduce: reproduce(
        finding.exchanges.flatMap((n) => exchanges.get(n) ?? []),
        { seed: result.seed, path: finding.path, bearer: options.bearer ?? true },
      ),
    })),
  }));
  const { run_id, target, verdict, reason, seed, started_at, duration_ms, timings, schemas_used } = result;
  const { ended_early, fail_on, shard } = result;
  return {
    format: "adcp-conformance/1",
    tool,
    ...(options.rulesVersion !== undefined && { rules_version: options.rulesVersion }),
    run_id,
    target: { ...target, ...(target.server && { server: redact(bounded(target.server, SHORT) as { name?: string }) }) },
    verdict,
    ...(reason !== undefined && { reason: redact(boundedText(reason, 2_000)) }),
    ...(ended_early && { ended_early }),
    ...(fail_on && { fail_on }),
    ...(shard && { shard }),
    seed,
    started_at,
    duration_ms,
    totals: totalsOf(result),
    security: securityOf(result.rules),
    rules,
    fuzz: result.fuzz && (redact(bounded(result.fuzz)) as RunResult["fuzz"]),
    account: redact({
      before: entries(result.account.before),
      after: entries(result.account.after),
      left_behind: result.account.left_behind,
    }),
    timings,
    schemas_used,
    harness_errors: redact(result.harness_errors),
    exchanges: result.exchanges.map(toExchange),
  };
}

const SHORT = { text: 200, entries: 20, depth: 4 };

/** Ids are kept whole, since they are what a person has to look for; names are only a help. */
const entries = (all: AccountEntry[] | null): AccountEntry[] | null =>
  all?.map((entry) => ({ ...entry, ...(entry.name !== undefined && { name: boundedText(entry.name, 200) }) })) ?? null;

function toExchange({ facts: _, response, failure, ...exchange }: Exchange): ReportExchange {
  return {
    n: exchange.n,
    at: exchange.at,
    operation: exchange.operation,
    ...(exchange.tool !== undefined && { tool: exchange.tool }),
    attempt: exchange.attempt,
    request: exchange.request,
    response: response
      ? { headers: response.headers, body: boundedText(response.body, MOST_OF_A_BODY), bytes: response.bytes }
      : null,
    ...(failure && { failure }),
    http_status: response?.status ?? null,
    duration_ms: exchange.duration_ms,
  };
}

/** Whether rules of the tool's own were broken. */
export const securityOf = (rules: readonly RuleResult[]): Report["security"] =>
  rules.some(({ security, verdict }) => security && (verdict === "failed" || verdict === "warned"))
    ? "findings"
    : "clean";

/** How many rules of each level got which verdict. */
export function totalsOf({
  rules,
  requests,
  harness_errors,
}: Pick<RunResult, "rules" | "requests" | "harness_errors">): Totals {
  const count = <V extends RuleVerdict>(of: (rule: RuleResult) => boolean, ...verdicts: V[]): Counts<V> => {
    const chosen = rules.filter(of);
    const pairs = verdicts.map((verdict) => [verdict, chosen.filter((rule) => rule.verdict === verdict).length]);
    return Object.fromEntries(pairs) as Counts<V>;
  };
  const level = (wanted: string) => (rule: RuleResult) => rule.level === wanted && !rule.security;
  return {
    must: count(level("must"), "passed", "failed", "not_applicable", "not_tested"),
    should: count(level("should"), "passed", "warned", "not_applicable", "not_tested"),
    note: count(level("note"), "passed", "noted", "not_applicable", "not_tested"),
    security: count(({ security }) => security, "passed", "failed", "warned", "noted", "not_applicable", "not_tested"),
    requests,
    harness_errors: harness_errors.length,
  };
}
