import type { Exchange } from "../transport/exchange.ts";
import { adcpErrorOf, readToolResult } from "./extract.ts";
import { isObject, type JsonObject, own } from "./json.ts";
import type { AdcpError, Broken, Outcome, Reading, Rejected } from "./outcome.ts";

/** The property that marks a task's success. */
const SUCCESS: Record<string, string> = {
  sync_event_sources: "event_sources",
  log_event: "events_received",
  get_adcp_capabilities: "adcp",
  list_accounts: "accounts",
  get_products: "products",
};

/** Keys under which servers wrongly wrap the payload. */
const WRAPPERS = ["payload", "result", "response", "data"];

type Transient = Rejected["transient"];

const TRANSIENT_CODES = new Map<unknown, Transient>([
  ["RATE_LIMITED", "rate_limit"],
  ["SERVICE_UNAVAILABLE", "outage"],
]);
/** JSON-RPC codes that AdCP's transport page gives to rate limits and outages. */
const TRANSIENT_RPC = new Map<unknown, Transient>([
  [-32029, "rate_limit"],
  [-32027, "outage"],
]);
const RPC_INTERNAL_ERROR = -32603;

/** Reads an exchange into one outcome, from every place where AdCP puts it. */
export function readAnswer(tool: string, exchange: Exchange): Reading {
  const { facts, failure, response } = exchange;
  if (failure || !response) {
    return { outcome: broken("no_answer", failure?.message ?? "no answer was read") };
  }
  if (facts.reply === "result")
    return response.status >= 500 ? serverError(response.status) : readResult(tool, facts.result);
  if (facts.reply === "error") return readRpcError(response.status, facts.error);
  if (response.status >= 500) return serverError(response.status);
  if (response.status >= 400) {
    return {
      outcome: rejected("http", [], response.status === 429 ? "rate_limit" : undefined, `HTTP ${response.status}`),
    };
  }
  const what =
    facts.reply === "not_json" ? "the body is not JSON" : "the body holds no JSON-RPC answer to this request";
  return { outcome: broken("not_mcp", `HTTP ${response.status}, but ${facts.reply === "none" ? "no body" : what}`) };
}

const broken = (reason: Broken["reason"], message: string): Broken => ({ kind: "broken", reason, message });

function serverError(status: number): Reading {
  const outcome: Outcome =
    status === 503 || status === 502 || status === 504
      ? { kind: "rejected", layer: "http", errors: [], prose: `HTTP ${status}`, transient: "outage" }
      : broken("server_error", `HTTP ${status}`);
  return { outcome };
}

function rejected(layer: Rejected["layer"], errors: AdcpError[], transient?: Transient, prose?: string): Rejected {
  const why = transient ?? errors.map((error) => TRANSIENT_CODES.get(error.code)).find((one) => one !== undefined);
  return { kind: "rejected", layer, errors, ...(why && { transient: why }), ...(prose !== undefined && { prose }) };
}

function readRpcError(status: number, error: { code: unknown; message: unknown; data?: unknown } | undefined): Reading {
  const adcp = adcpErrorOf(error?.data);
  const prose = typeof error?.message === "string" ? error.message : "";
  if (adcp) {
    const payload = error?.data as JsonObject;
    return { outcome: rejected("protocol", [readError(adcp)], undefined, prose), payload, place: "error.data" };
  }
  const transient = status === 429 ? "rate_limit" : TRANSIENT_RPC.get(error?.code);
  if (transient) return { outcome: rejected("protocol", [], transient, prose) };
  if (status >= 500) return serverError(status);
  if (error?.code === RPC_INTERNAL_ERROR) {
    return { outcome: broken("server_error", `JSON-RPC error ${RPC_INTERNAL_ERROR}: ${prose}`) };
  }
  return { outcome: rejected("protocol", [], undefined, prose) };
}

function readResult(tool: string, result: unknown): Reading {
  const { isError, structured, textJson, prose } = readToolResult(result);
  const found = structured ?? textJson;
  if (!found) {
    if (isError) return { outcome: rejected("tool", [], undefined, prose) };
    return { outcome: broken("no_payload", "the result holds neither structuredContent nor a JSON object as text") };
  }
  const { payload, nested } = unwrap(tool, found);
  return {
    outcome: readPayload(tool, payload, isError, prose),
    payload,
    place: structured ? "structuredContent" : "text",
    ...(nested && { nested }),
  };
}

function unwrap(tool: string, found: JsonObject): { payload: JsonObject; nested?: string } {
  const success = SUCCESS[tool] ?? "";
  const speaks = (value: unknown) => ["errors", "adcp_error", success].some((key) => own(value, key) !== undefined);
  if (speaks(found)) return { payload: found };
  for (const nested of WRAPPERS) {
    const inner = own(found, nested);
    if (isObject(inner) && speaks(inner)) return { payload: { ...found, ...inner }, nested };
  }
  return { payload: found };
}

function readPayload(tool: string, payload: JsonObject, isError: boolean, prose: string): Outcome {
  const success = own(payload, SUCCESS[tool] ?? "") !== undefined;
  const listed = own(payload, "errors");
  const adcp = adcpErrorOf(payload);
  const errors = (Array.isArray(listed) && listed.length > 0 ? listed : adcp ? [adcp] : []).map(readError);
  if (success && isError) return broken("contradictory", "isError is true beside the fields of a success");
  if (success) return { kind: "accepted" };
  if (Array.isArray(listed) || adcp) return rejected("task", errors);
  if (isError) return rejected("tool", [], undefined, prose);
  const status = own(payload, "status");
  if (status === "submitted" || status === "working" || status === "input-required") {
    return broken("unfinished", `the answer says "${status}", and this task has no asynchronous arm`);
  }
  return broken("neither_arm", `the answer has neither ${SUCCESS[tool] ?? "a result"} nor errors`);
}

function readError(raw: unknown): AdcpError {
  const text = (key: string) => {
    const value = own(raw, key);
    return typeof value === "string" ? { [key]: value } : {};
  };
  const retry = own(raw, "retry_after");
  return {
    ...text("code"),
    ...text("message"),
    ...text("recovery"),
    ...(typeof retry === "number" && Number.isFinite(retry) && { retry_after: retry }),
    raw,
  };
}
