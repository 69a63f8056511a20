import type { RunResult } from "../src/engine/result.ts";
import { formatNames, reporter } from "../src/report/formats.ts";
import { toReport } from "../src/report/report.ts";
import type { Exchange } from "../src/transport/exchange.ts";
import { suites } from "../suites/index.ts";

const MB = 1024 * 1024;
const WHOLE = ["json", "adcp"];
/** Exchanges that one finding cites, and findings of one rule: as many as a run keeps. */
const [CITED, FINDINGS] = [20, 25];

export interface Rendered {
  format: string;
  ms: number;
  mb: number;
  /** The most memory that the process held until then, the report itself included. */
  peakMb: number;
}

/** Those that leave out nothing come last: what they take would hide what the others do. */
const ORDER = formatNames.toSorted((a, b) => Number(WHOLE.includes(a)) - Number(WHOLE.includes(b)));

/** Renders a report of so many exchanges, which findings of every rule cite, in every format. */
export async function renderAll(exchanges: number): Promise<Rendered[]> {
  const report = toReport(resultOf(exchanges), { name: "bench", version: "0" });
  const formats: Rendered[] = [];
  for (const format of ORDER) {
    const render = await reporter(format);
    const started = performance.now();
    const text = render(report, { columns: 80, colour: false });
    const ms = performance.now() - started;
    formats.push({ format, ms, mb: Buffer.byteLength(text) / MB, peakMb: process.resourceUsage().maxRSS / 1024 });
  }
  return formats;
}

function resultOf(count: number): RunResult {
  const all = suites.flatMap((suite) =>
    Object.entries(suite.rules).map(([id, rule]) => ({ id, suite: suite.name, rule })),
  );
  let next = 0;
  const cite = () => Array.from({ length: CITED }, () => (next++ % count) + 1);
  return {
    run_id: "0badcafe",
    target: { url: "https://seller.example/mcp", transport: "mcp", release: "3.1", account: { account_id: "a" } },
    verdict: "non_conformant",
    seed: 1,
    started_at: "2026-01-02T03:04:05.000Z",
    duration_ms: 1_000_000,
    requests: count,
    rules: all.map(({ id, suite, rule }) => ({
      ...{ id, suite, level: rule.level, basis: rule.basis, statement: rule.statement, source: rule.source },
      security: rule.security === true,
      verdict: "failed",
      findings: Array.from({ length: FINDINGS }, (_, n) => ({
        scenario: "bench",
        phase: "scenario",
        message: `finding ${n}`,
        json_pointer: "/event_sources/0/action",
        expected: "created",
        actual: "failed",
        exchanges: cite(),
      })),
    })),
    fuzz: null,
    harness_errors: [],
    account: { before: [], after: [], left_behind: [] },
    timings: { p50_ms: 1, p95_ms: 2, max_ms: 3 },
    schemas_used: [],
    exchanges: Array.from({ length: count }, (_, index) => exchange(index + 1)),
  };
}

function exchange(n: number): Exchange {
  const source = { event_source_id: `cf_${n}`, name: `source ${n}`, event_types: ["purchase", "lead"] };
  const params = { name: "sync_event_sources", arguments: { account: { account_id: "a" }, event_sources: [source] } };
  const result = { structuredContent: { status: "completed", event_sources: [{ ...source, action: "failed" }] } };
  const body = JSON.stringify({ jsonrpc: "2.0", id: n, result });
  return {
    n,
    at: "2026-01-02T03:04:05.678Z",
    operation: "tools/call",
    tool: "sync_event_sources",
    attempt: 1,
    request: {
      method: "POST",
      url: "https://seller.example/mcp",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ jsonrpc: "2.0", id: n, method: "tools/call", params }),
    },
    response: { status: 200, headers: { "content-type": "application/json" }, body, bytes: body.length },
    facts: { kind: "mcp", reply: "result" },
    duration_ms: 3,
  };
}
