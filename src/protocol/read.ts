import type { Exchange } from "../transport/exchange.ts";
import { plain } from "../transport/failures.ts";
import { phaseOf } from "../transport/tasks.ts";
import { adcpErrorOf, readToolResult } from "./extract.ts";
import { readTask } from "./extract-task.ts";
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
/** AdCP's transport page gives this one to calls that show no credentials. */
const RPC_AUTH_MISSING = -32028;

/** Reads an exchange into one outcome, from every place where AdCP puts it. */
export function readAnswer(tool: string, exchange: Exchange): Reading {
  const { facts, failure, response } = exchange;
  if (failure || !response) {
    return { outcome: broken("no_answer", failure?.message ?? "no answer was read") };
  }
  if (facts.reply === "result") {
    if (response.status >= 500) return serverError(response.status);
    return facts.kind === "mcp" ? readResult(tool, facts.result) : readTaskResult(tool, facts.result);
  }
  if (facts.reply === "error") return readRpcError(response.status, facts.error);
  if (response.status >= 500) return serverError(response.status);
  if (response.status >= 400) {
    return {
      outcome: rejected("http", [], response.status === 429 ? "rate_limit" : undefined, `HTTP ${response.status}`),
    };
  }
  const what =
    facts.reply === "not_json" ? "the body is not JSON" : "the body holds no JSON-RPC answer to this request";
  return {
    outcome: broken("not_jsonrpc", `HTTP ${response.status}, but ${facts.reply === "none" ? "no body" : what}`),
  };
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
  const credentials = error?.code === RPC_AUTH_MISSING && { credentials: true as const };
  return { outcome: { ...rejected("protocol", [], undefined, prose), ...credentials } };
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

/** States in which a task has come to nothing. */
const FAILED = ["failed", "rejected"];

/**
 * Reads the result of an A2A call. Where the answer stands in the wrong data part or artifact it is read all the same: one
 * breakdown is one finding.
 */
function readTaskResult(tool: string, result: unknown): Reading {
  const task = readTask(result);
  if (!task) return { outcome: broken("no_payload", "the result is neither a task nor a message") };
  const { state, artifacts, said, prose } = task;
  const final = state === undefined || phaseOf(state) === "final";
  const [first = [], ...more] = final ? artifacts : [];
  const inArtifacts = [first, ...more].map((parts) => pick(tool, parts)).filter((data) => data !== undefined);
  const place = inArtifacts.length > 0 ? "artifact" : state === undefined ? "message" : "status.message";
  const found = inArtifacts.find((data) => speaks(tool, data)) ?? inArtifacts[0] ?? pick(tool, said);
  if (!found || !final) return { outcome: unfinished(state, prose), ...(found && { payload: found, place }) };
  const { payload, nested } = unwrap(tool, found);
  // The state of a task is the transport's alone: it does not speak against what the payload says.
  const failed = state !== undefined && FAILED.includes(state) && !speaks(tool, payload);
  return { outcome: readPayload(tool, payload, failed, prose), payload, place, ...(nested && { nested }) };
}

/** The last data part that says how the call went; else the last one. */
const pick = (tool: string, parts: JsonObject[]): JsonObject | undefined =>
  parts.findLast((data) => speaks(tool, unwrap(tool, data).payload)) ?? parts.at(-1);

/** A task without data, or one that has not come to its end. */
function unfinished(state: string | undefined, prose: string): Outcome {
  if (state !== undefined && FAILED.includes(state)) return rejected("tool", [], undefined, prose);
  if (state === "auth-required") {
    return { ...rejected("protocol", [], undefined, prose || "the task asks for credentials"), credentials: true };
  }
  if (state === undefined || state === "completed") {
    return broken("no_payload", `the ${state === undefined ? "message" : "task"} holds no data part`);
  }
  const what = phaseOf(state) ? `is "${state}"` : `is in a state that A2A does not have: "${plain(state, 60)}"`;
  return broken("unfinished", `the task ${what}, and holds no answer`);
}

function speaks(tool: string, value: unknown): boolean {
  return ["errors", "adcp_error", SUCCESS[tool] ?? ""].some((key) => own(value, key) !== undefined);
}

function unwrap(tool: string, found: JsonObject): { payload: JsonObject; nested?: string } {
  if (speaks(tool, found)) return { payload: found };
  for (const nested of WRAPPERS) {
    const inner = own(found, nested);
    if (isObject(inner) && speaks(tool, inner)) return { payload: { ...found, ...inner }, nested };
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
