import type { Finding, RuleResult, RunResult } from "../../src/engine/result.ts";
import { type Report, toReport } from "../../src/report/report.ts";
import type { Exchange } from "../../src/transport/exchange.ts";

export const KEY = "6f1f7a50-94cf-4b52-8a3c-0a5a3f8a1c11";

/** A call of sync_event_sources as the transport records it. */
export function exchange(n: number, args: unknown, over: Partial<Exchange> = {}): Exchange {
  const params = { name: "sync_event_sources", arguments: args };
  return {
    n,
    at: "2026-01-02T03:04:05.678Z",
    operation: "tools/call",
    tool: "sync_event_sources",
    attempt: 1,
    request: {
      method: "POST",
      url: "https://seller.example/mcp",
      headers: { "content-type": "application/json", accept: "application/json", authorization: "***" },
      body: JSON.stringify({ jsonrpc: "2.0", id: n, method: "tools/call", params }),
    },
    response: { status: 200, headers: { "content-type": "application/json" }, body: "{}", bytes: 2 },
    facts: { kind: "mcp", reply: "result", result: {} },
    duration_ms: 12,
    ...over,
  };
}

export function finding(over: Partial<Finding> = {}): Finding {
  return {
    scenario: "two entries, one id, different names",
    phase: "scenario",
    message: "The seller accepted both entries.",
    json_pointer: "/event_sources/0/action",
    expected: "a rejection",
    actual: { event_source_id: "cf_1", action: "created" },
    exchanges: [1, 2],
    ...over,
  };
}

export function rule(id: string, over: Partial<RuleResult> = {}): RuleResult {
  return {
    id,
    suite: "duplicates",
    level: "must",
    basis: "page",
    statement: "a request that names one id twice is not silently accepted",
    source: {
      title: "sync_event_sources, Error handling",
      url: "https://docs.example/sync_event_sources#error-handling",
    },
    security: false,
    verdict: "passed",
    findings: [],
    ...over,
  };
}

export function result(over: Partial<RunResult> = {}): RunResult {
  return {
    run_id: "0badcafe",
    target: {
      url: "https://seller.example/mcp",
      transport: "mcp",
      release: "3.1",
      account: { account_id: "acct_demo" },
      server: { name: "seller", version: "1.0" },
      protocol_version: "2025-11-25",
    },
    verdict: "non_conformant",
    seed: 7,
    started_at: "2026-01-02T03:04:05.000Z",
    duration_ms: 1234,
    requests: 42,
    rules: [
      rule("UPS-12", { verdict: "failed", findings: [finding()] }),
      rule("UPS-05", {
        level: "should",
        verdict: "warned",
        findings: [finding({ message: "An identical source came back as updated." })],
      }),
      rule("UPS-09", {
        level: "note",
        verdict: "noted",
        findings: [finding({ message: "An omitted field is kept." })],
      }),
      rule("UPS-01"),
      rule("DEL-01", { verdict: "not_tested", reason: "nothing may be deleted on this account" }),
      rule("DEL-03", { verdict: "not_tested", reason: "nothing may be deleted on this account" }),
      rule("ACC-07", { verdict: "not_applicable", reason: "no second account was given" }),
      rule("SEC-01", {
        suite: "security",
        security: true,
        verdict: "failed",
        findings: [finding({ message: "Markup." })],
      }),
    ],
    fuzz: null,
    harness_errors: [],
    account: {
      before: [{ event_source_id: "site", managed_by: "seller", name: "Site", own: false }],
      after: [{ event_source_id: "site", managed_by: "seller", own: false }],
      left_behind: [{ event_source_id: "cf_sentinel", reason: "an account cannot be emptied" }],
    },
    timings: { p50_ms: 3, p95_ms: 9, max_ms: 20 },
    schemas_used: [{ id: "https://adcp-conformance.dev/schemas/3.1/error.json", digest: "sha256:00" }],
    exchanges: [
      exchange(1, { idempotency_key: KEY, account: { account_id: "acct_demo" } }),
      exchange(2, {
        idempotency_key: KEY,
        account: { account_id: "acct_demo" },
        event_sources: [{ event_source_id: "a" }],
      }),
    ],
    ...over,
  };
}

export const TOOL = { name: "adcp-conformance", version: "0.0.0" };

export const report = (over: Partial<RunResult> = {}): Report => toReport(result(over), TOOL);

/** Texts with which a seller might break, forge or inject into an output. */
export const HOSTILE = [
  "\u001b[31mred\u001b[0m",
  "\u001b]0;title\u0007",
  "\u001b]8;;https://evil.example\u0007click\u001b]8;;\u0007",
  "\u009b2J",
  "line\nbreak\r\nverdict: conformant",
  "::error::forged",
  "\n::set-output name=x::y",
  "##[error]forged",
  "##vso[task.complete result=Succeeded;]",
  "##teamcity[testFailed name='x']",
  "\u202Egnitset\u2066\u200b",
  "\ud800 lone",
  "\u2028\u2029",
  "]]></failure><script>alert(1)</script>",
  "\u0000\u0008\u007f",
  "x".repeat(10_000_000),
];
