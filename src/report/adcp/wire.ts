import { bounded } from "../bound.ts";
import type { Report, ReportExchange } from "../report.ts";
import { argumentsOf, messageOf, parse } from "../rpc-message.ts";

/** A payload is told as it was, unless it is far longer than any that is meant. */
const BOUNDS = { text: 65_536, entries: 2_000, depth: 64 };

type Transport = Report["target"]["transport"];

/** The contract's `request`, credentials taken out already; it has no headers on purpose. */
export function requestOf(exchange: ReportExchange, transport: Transport) {
  return {
    transport,
    operation: exchange.tool ?? exchange.operation,
    payload: bounded(
      argumentsOf(exchange) ?? parse(exchange.request.body ?? "") ?? exchange.request.body ?? null,
      BOUNDS,
    ),
    url: exchange.request.url,
  };
}

/** The contract's `response`; null where nothing came back. */
export function responseOf(exchange: ReportExchange, transport: Transport) {
  const { response } = exchange;
  if (!response) return null;
  const message = messageOf(exchange);
  const { isError = false, structuredContent = null, content = null } = message?.result ?? {};
  const payload = message?.result
    ? { isError, structuredContent, content }
    : (message?.error ?? parse(response.body) ?? response.body);
  return {
    transport: message ? transport : ("http" as const),
    payload: bounded(payload, BOUNDS),
    status: exchange.http_status,
    headers: response.headers,
    duration_ms: exchange.duration_ms,
  };
}

/** The contract's `extraction`: where a client finds the task's answer. */
export function extractionOf(exchange: ReportExchange | undefined) {
  if (!exchange) return { path: "none", note: "a report keeps the exchanges that findings cite, and no others" };
  const message = messageOf(exchange);
  if (message?.error !== undefined) return { path: "error" };
  const { structuredContent, content } = message?.result ?? {};
  if (typeof structuredContent === "object" && structuredContent !== null) {
    const keys = Object.keys(structuredContent);
    return keys.length === 1 && keys[0] === "adcp_error"
      ? { path: "error", note: "structuredContent holds adcp_error alone" }
      : { path: "structured_content" };
  }
  const texts = (Array.isArray(content) ? content : []).map((part) => (part as { text?: unknown } | null)?.text);
  return { path: texts.some((text) => typeof text === "string" && isObject(parse(text))) ? "text_fallback" : "none" };
}

const isObject = (value: unknown): boolean => typeof value === "object" && value !== null && !Array.isArray(value);
