import type { AccountEntry, Finding, HarnessError, RuleResult, RuleVerdict, RunResult } from "../engine/result.ts";
import type { Exchange, WireFailure } from "../transport/exchange.ts";
import { bounded, boundedText } from "./bound.ts";
import { plainHeaders, redactText, redactValue } from "./credential-keys.ts";
import { type Reproduce, reproduce } from "./reproduce.ts";

/** `report.json`: its schema is schemas/report.json. Keys are stable; later versions may add some. */
export interface Report {
  format: "adcp-conformance/1";
  tool: { name: string; version: string };
  run_id: string;
  target: RunResult["target"];
  verdict: RunResult["verdict"];
  /** Why the run is inconclusive or ended early. */
  reason?: string;
  seed: number;
  started_at: string;
  duration_ms: number;
  totals: Totals;
  /** Of the tool's own rules about what a seller hands back; never part of `verdict`. */
  security: "clean" | "findings";
  rules: ReportRule[];
  /** `null`: nothing was generated. */
  fuzz: Record<string, unknown> | null;
  account: { before: AccountEntry[] | null; after: AccountEntry[] | null; left_behind: LeftBehind[] };
  timings: RunResult["timings"];
  schemas_used: { id: string; digest: string }[];
  harness_errors: HarnessError[];
  /** Those that findings cite, in order. */
  exchanges: ReportExchange[];
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
  reproduce: Reproduce;
}

export interface ReportRule extends RuleResult {
  findings: ReportFinding[];
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
  /** Replaces credentials in whatever the seller handed back; the exchanges come without them already. */
  redact?(value: unknown): unknown;
}

/** A report holds so much of one body; all of it is in exchanges.ndjson. */
const MOST_OF_A_BODY = 64 * 1024;

/**
 * The report of a run. Nothing of the result is left out, but long values of the seller are cut, with a word, and what
 * stands under the name of a credential is not shown.
 */
export function toReport(result: RunResult, tool: Report["tool"], options: ReportOptions = {}): Report {
  const redact = <T>(value: T): T => redactValue(options.redact ? options.redact(value) : value) as T;
  const shown = result.exchanges.map(withoutCredentials);
  const exchanges = new Map(shown.map((exchange) => [exchange.n, exchange]));
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
        result.seed,
        options.bearer ?? true,
      ),
    })),
  }));
  const { run_id, target, verdict, reason, seed, started_at, duration_ms, timings, schemas_used } = result;
  return {
    format: "adcp-conformance/1",
    tool,
    run_id,
    target: { ...target, ...(target.server && { server: redact(bounded(target.server, SHORT) as { name?: string }) }) },
    verdict,
    ...(reason !== undefined && { reason: redact(boundedText(reason, 2_000)) }),
    seed,
    started_at,
    duration_ms,
    totals: totals(result),
    security: result.rules.some(({ security, verdict }) => security && (verdict === "failed" || verdict === "warned"))
      ? "findings"
      : "clean",
    rules,
    fuzz: null,
    account: redact({
      before: entries(result.account.before),
      after: entries(result.account.after),
      left_behind: result.account.left_behind,
    }),
    timings,
    schemas_used,
    harness_errors: redact(result.harness_errors),
    exchanges: shown.map(toExchange),
  };
}

const SHORT = { text: 200, entries: 20, depth: 4 };

/** Ids are kept whole, since they are what a person has to look for; names are only a help. */
const entries = (all: AccountEntry[] | null): AccountEntry[] | null =>
  all?.map((entry) => ({ ...entry, ...(entry.name !== undefined && { name: boundedText(entry.name, 200) }) })) ?? null;

function withoutCredentials({ request, response, failure, ...exchange }: Exchange): Exchange {
  const { body } = request;
  return {
    ...exchange,
    request: { ...request, ...(body !== undefined && { body: redactText(body) }) },
    ...(response && { response: { ...response, body: redactText(response.body) } }),
    ...(failure && { failure: redactValue(failure) as WireFailure }),
  };
}

function toExchange({ facts: _, response, failure, ...exchange }: Exchange): ReportExchange {
  return {
    n: exchange.n,
    at: exchange.at,
    operation: exchange.operation,
    ...(exchange.tool !== undefined && { tool: exchange.tool }),
    attempt: exchange.attempt,
    request: { ...exchange.request, headers: plainHeaders(exchange.request.headers) },
    response: response
      ? {
          headers: plainHeaders(response.headers),
          body: boundedText(response.body, MOST_OF_A_BODY),
          bytes: response.bytes,
        }
      : null,
    ...(failure && { failure }),
    http_status: response?.status ?? null,
    duration_ms: exchange.duration_ms,
  };
}

function totals({ rules, requests, harness_errors }: RunResult): Totals {
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
