import { Buffer } from "node:buffer";
import { validateHeaderName, validateHeaderValue } from "node:http";
import { decoded } from "./redact.ts";

/**
 * The endpoint without user information and fragment, and the configured headers in lower case; user information becomes
 * Basic credentials (RFC 7617) unless there are others.
 * @throws TypeError naming what cannot be used, never its value
 */
export function endpoint(
  address: string,
  configured: Record<string, string>,
): { url: URL; headers: Record<string, string> } {
  if (!URL.canParse(address)) throw new TypeError("The seller's address is not a URL.");
  const url = new URL(address);
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    throw new TypeError(`The seller's address has to begin with http: or https:, not ${url.protocol}`);
  }
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(configured)) {
    headers[usable(name, value)] = value;
  }
  if ((url.username || url.password) && headers.authorization === undefined) {
    const pair = `${decoded(url.username)}:${decoded(url.password)}`;
    headers.authorization = `Basic ${Buffer.from(pair).toString("base64")}`;
  }
  url.username = "";
  url.password = "";
  url.hash = "";
  return { url, headers };
}

/** Headers with others put over them; `null` takes one away. Names in lower case. */
export function mergeHeaders(
  headers: Record<string, string>,
  over: Record<string, string | null | undefined>,
): Record<string, string> {
  const merged = { ...headers };
  for (const [name, value] of Object.entries(over)) {
    if (value === null) delete merged[name.toLowerCase()];
    else if (value !== undefined) merged[name.toLowerCase()] = value;
  }
  return merged;
}

/** Whether text that the server chose can be sent back in a header. */
export function sendable(value: string | undefined): value is string {
  return value !== undefined && value.length <= 8192 && /^[\x21-\x7e]+$/.test(value);
}

function usable(name: string, value: string): string {
  try {
    validateHeaderName(name);
  } catch {
    throw new TypeError("A configured header has a name that HTTP does not allow.");
  }
  try {
    validateHeaderValue(name, value);
  } catch {
    throw new TypeError(
      `The value of the header ${name} has characters that HTTP does not allow, a line break perhaps.`,
    );
  }
  return name.toLowerCase();
}
