import type { Exchange } from "./exchange.ts";

/**
 * Takes values out of what is recorded by the name that they stand under, as AdCP's runner output contract asks for
 * (static/compliance, runner-output-contract, `security.payload_redaction` and `security.response_headers`): a seller may
 * plant credentials that nobody here has seen before.
 */
const CREDENTIAL_KEY =
  /^(authorization|credentials?|token|api[_-]?key|password|secret|client[_-]?secret|(refresh|access|session|offering|id)[_-]?token|bearer|(set[_-]?)?cookies?)$/i;
const PLAIN_HEADERS = new Set([
  "content-type",
  "content-length",
  "content-encoding",
  "www-authenticate",
  "location",
  "retry-after",
  "x-request-id",
  "x-correlation-id",
]);

const REDACTED = "[redacted]";
/** JSON that stands as text in JSON that stands as text ... is followed so far; what is nested deeper is left out. */
const DEEPEST = 8;

/** Whether anything in a text could be such a name, however it is escaped. */
const MAYBE = /authorization|credential|token|api[_-]?key|password|secret|bearer|cookie|\\u00/i;

/** A copy of a JSON value without the values of such keys, texts that hold JSON included. */
export function redactValue(value: unknown): unknown {
  if (typeof value === "string") return redactText(value);
  if (Array.isArray(value)) return value.map(redactValue);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([key, entry]) => [
    key,
    CREDENTIAL_KEY.test(key) ? REDACTED : redactValue(entry),
  ]);
  return Object.fromEntries(entries);
}

/**
 * The same for a text: JSON, whole or cut off, or an event stream. It is scanned and not parsed, so that all else stays as it
 * was on the wire, and no key hides behind a second one of its name.
 */
export function redactText(text: string, depth = 0): string {
  if (!MAYBE.test(text)) return text;
  if (depth > DEEPEST) return REDACTED;
  let result = "";
  let done = 0;
  for (let at = text.indexOf('"'); at !== -1; ) {
    const end = endOfString(text, at);
    const inner = parsed(text.slice(at, end));
    const value = inner !== undefined && CREDENTIAL_KEY.test(inner) ? valueAfter(text, end) : undefined;
    // A quotation mark that begins no string may stand in prose; the one that seems to end it may begin one.
    let next = inner === undefined ? Math.max(at + 1, end - 1) : end;
    if (value) {
      result += `${text.slice(done, value.start)}"${REDACTED}"`;
      done = next = value.end;
    } else if (inner?.includes('"')) {
      const safe = redactText(inner, depth + 1);
      if (safe !== inner) {
        result += text.slice(done, at) + JSON.stringify(safe);
        done = end;
      }
    }
    at = text.indexOf('"', next);
  }
  return result + text.slice(done);
}

/** Where a string ends that begins with the quotation mark at a place; the end of the text where it is cut off. */
function endOfString(text: string, from: number): number {
  for (let quote = text.indexOf('"', from + 1); quote !== -1; quote = text.indexOf('"', quote + 1)) {
    let backslashes = 0;
    while (text[quote - 1 - backslashes] === "\\") backslashes++;
    if (backslashes % 2 === 0) return quote + 1;
  }
  return text.length;
}

function parsed(literal: string): string | undefined {
  try {
    return JSON.parse(literal) as string;
  } catch {
    return undefined;
  }
}

/** Between tokens; an event stream may break a line there. */
const GAP = /(?:\s|(?<=\n)data:)*/y;
const SCALAR = /[^\s,\]}]*/y;

/** Where the value of a key stands, given where the key ended. */
function valueAfter(text: string, from: number): { start: number; end: number } | undefined {
  const colon = skip(GAP, text, from);
  if (text[colon] !== ":") return undefined;
  const start = skip(GAP, text, colon + 1);
  const first = text[start];
  if (first === '"') return { start, end: endOfString(text, start) };
  return { start, end: first === "{" || first === "[" ? endOfNested(text, start) : skip(SCALAR, text, start) };
}

function skip(pattern: RegExp, text: string, from: number): number {
  pattern.lastIndex = from;
  return pattern.test(text) ? pattern.lastIndex : from;
}

function endOfNested(text: string, start: number): number {
  const token = /["{}[\]]/g;
  token.lastIndex = start;
  let depth = 0;
  for (let match = token.exec(text); match; match = token.exec(text)) {
    if (match[0] === '"') token.lastIndex = endOfString(text, match.index);
    else depth += match[0] === "{" || match[0] === "[" ? 1 : -1;
    if (depth === 0) return token.lastIndex;
  }
  return text.length;
}

/** The headers that may be shown. A name that the seller made up may itself tell something, so others are left out. */
export function plainHeaders(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => PLAIN_HEADERS.has(name.toLowerCase())));
}

/** An exchange whose bodies have no such values. */
export function withoutCredentials<T extends Pick<Exchange, "request" | "response" | "failure">>(exchange: T): T {
  const { request, response, failure } = exchange;
  return {
    ...exchange,
    request: { ...request, ...(request.body !== undefined && { body: redactText(request.body) }) },
    ...(response && { response: { ...response, body: redactText(response.body) } }),
    ...(failure && { failure: redactValue(failure) as typeof failure }),
  };
}
