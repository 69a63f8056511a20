import type { RpcFacts } from "./exchange.ts";
import { parseJson } from "./json.ts";

/** A request that the server sends to us. */
export interface ServerRequest {
  id: string | number;
  method: string;
}

/** What stands in one JSON-RPC message or batch. */
export interface Messages {
  /** The answer to the request with the id that was asked for. */
  answer?: { result: unknown } | { error: NonNullable<RpcFacts["error"]> };
  requests: ServerRequest[];
}

/** Longer ids are not sent back. */
const MAX_ID = 1024;

/** A JSON-RPC 2.0 message as text. @param params JSON text, put in as it stands */
export function message(method: string, params: string | undefined, id?: number): string {
  const head = id === undefined ? '{"jsonrpc":"2.0"' : `{"jsonrpc":"2.0","id":${id}`;
  return `${head},"method":"${method}"${params === undefined ? "" : `,"params":${params}`}}`;
}

/**
 * Reads one message or a batch of them (https://www.jsonrpc.org/specification, 5 and 6).
 * @param id of the request whose answer is sought; undefined where none is expected
 * @param alone whether the messages answer one request only: then an error with the id null can belong to no other
 */
export function readMessages(value: unknown, id: number | undefined, alone: boolean): Messages {
  const found: Messages = { requests: [] };
  for (const item of Array.isArray(value) ? value : [value]) {
    if (typeof item !== "object" || item === null || item.jsonrpc !== "2.0") continue;
    const single = item as Record<string, unknown>;
    if (typeof single.method === "string") {
      if (isId(single.id)) found.requests.push({ id: single.id, method: single.method });
    } else if (id !== undefined && !found.answer) {
      const answer = answerOf(single);
      const ours = single.id === id || (alone && single.id === null && answer !== undefined && "error" in answer);
      if (ours && answer) found.answer = answer;
    }
  }
  return found;
}

/** The facts about a body that is not an event stream. */
export function factsOfBody(
  text: string,
  id: number | undefined,
  onRequest: (request: ServerRequest) => void,
): RpcFacts {
  if (text.trim() === "") return { reply: "none" };
  const parsed = parseJson(text);
  if (!parsed) return { reply: "not_json" };
  const { answer, requests } = readMessages(parsed.value, id, true);
  requests.forEach(onRequest);
  return factsOf(answer, "json");
}

export function factsOf(answer: Messages["answer"], framing: "json" | "sse"): RpcFacts {
  if (!answer) return { reply: "not_jsonrpc", framing };
  if ("error" in answer) return { reply: "error", framing, error: answer.error };
  return { reply: "result", framing, result: answer.result };
}

function answerOf(single: Record<string, unknown>): Messages["answer"] {
  const hasResult = Object.hasOwn(single, "result");
  if (hasResult === Object.hasOwn(single, "error")) return undefined;
  if (hasResult) return { result: single.result };
  const error = single.error;
  if (typeof error !== "object" || error === null || Array.isArray(error)) return undefined;
  const { code, message: text, data } = error as Record<string, unknown>;
  return { error: { code, message: text, ...(data === undefined ? {} : { data }) } };
}

function isId(id: unknown): id is string | number {
  return typeof id === "number" || (typeof id === "string" && id.length <= MAX_ID);
}
