import type { A2aFacts, Exchange, McpFacts, WireFailure } from "../../src/transport/exchange.ts";

/** An exchange with an answer, over MCP unless said otherwise, as the transport would have recorded it. */
export function exchange(
  facts: Partial<McpFacts> | (Partial<A2aFacts> & { kind: "a2a" }),
  http: { status?: number; headers?: Record<string, string>; failure?: WireFailure } = {},
): Exchange {
  const { status = 200, headers = {}, failure } = http;
  return {
    n: 7,
    at: "2026-01-01T00:00:00.000Z",
    operation: "tools/call",
    tool: "sync_event_sources",
    attempt: 1,
    request: { method: "POST", url: "https://seller.example/mcp", headers: {}, body: "{}" },
    ...(failure ? { failure } : { response: { status, headers, body: "", bytes: 0 } }),
    facts: { kind: "mcp", reply: "none", ...facts },
    duration_ms: 1,
  };
}

export const result = (value: unknown, http?: Parameters<typeof exchange>[1]): Exchange =>
  exchange({ reply: "result", framing: "json", result: value }, http);

export const structured = (payload: unknown, more: Record<string, unknown> = {}): Exchange =>
  result({ content: [], structuredContent: payload, ...more });

export const rpcError = (code: number, message = "", data?: unknown, status = 200): Exchange =>
  exchange({ reply: "error", error: { code, message, ...(data !== undefined && { data }) } }, { status });

/** An exchange with the result of an A2A call. */
export const a2a = (value: unknown): Exchange =>
  exchange({ kind: "a2a", reply: "result", framing: "json", result: value });
