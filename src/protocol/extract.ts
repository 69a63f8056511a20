import { parseJson } from "../transport/json.ts";
import { isObject, type JsonObject, own } from "./json.ts";

/** An MCP tool result's parts, defensively read. */
export interface ToolResult {
  isError: boolean;
  structured?: JsonObject;
  /** The first text part that is a JSON object. */
  textJson?: JsonObject;
  /** All text parts, joined. */
  prose: string;
}

const read = new WeakMap<object, ToolResult>();

/** Reads the parts of an MCP `tools/call` result (transport-errors, mcp-response-extraction). */
export function readToolResult(result: unknown): ToolResult {
  if (!isObject(result)) return readParts(result);
  // The text beside structuredContent is often as long as that, and several rules look at it.
  const parts = read.get(result) ?? readParts(result);
  read.set(result, parts);
  return parts;
}

function readParts(result: unknown): ToolResult {
  const content = own(result, "content");
  const texts = (Array.isArray(content) ? content : [])
    .filter((part) => own(part, "type") === "text" && typeof own(part, "text") === "string")
    .map((part) => own(part, "text") as string);
  const structured = own(result, "structuredContent");
  // Servers repeat what is structured as text: where it is the same to the letter it need not be parsed once more.
  const repeated = isObject(structured) && texts.length > 0 && texts[0] === JSON.stringify(structured);
  const textJson = repeated ? structured : firstObject(texts);
  return {
    isError: own(result, "isError") === true,
    ...(isObject(structured) && { structured }),
    ...(textJson && { textJson }),
    prose: texts.join("\n"),
  };
}

function firstObject(texts: string[]): JsonObject | undefined {
  for (const text of texts) {
    if (!/^\s*\{/.test(text)) continue;
    const parsed = parseJson(text);
    if (parsed && isObject(parsed.value)) return parsed.value;
  }
  return undefined;
}

/** The `adcp_error` of an object, where it has the least that makes one: a code that is a non-empty string. */
export function adcpErrorOf(value: unknown): JsonObject | undefined {
  const error = own(value, "adcp_error");
  const code = own(error, "code");
  return isObject(error) && typeof code === "string" && code !== "" ? error : undefined;
}

const onlyError = (value: JsonObject) => Object.keys(value).every((key) => key === "adcp_error");

/** What a client takes for the task's data: never from an error, never an object that is an error alone. */
export function extractData(result: unknown): JsonObject | undefined {
  const { isError, structured, textJson } = readToolResult(result);
  if (isError) return undefined;
  const data = structured ?? textJson;
  if (!data) return undefined;
  return Object.keys(data).length > 0 && onlyError(data) ? undefined : data;
}

/** What a client takes for the task's error: from a result marked as one, or from a JSON-RPC error's data. */
export function extractError(message: { result?: unknown; error?: unknown }): JsonObject | undefined {
  if (message.error !== undefined) return adcpErrorOf(own(message.error, "data"));
  const { isError, structured, textJson } = readToolResult(message.result);
  return isError ? (adcpErrorOf(structured) ?? adcpErrorOf(textJson)) : undefined;
}
