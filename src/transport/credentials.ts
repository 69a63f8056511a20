import { Buffer } from "node:buffer";

/** Headers whose value is a credential whoever sends them; a session's name is as good as a key to it. */
const CREDENTIAL_HEADERS = new Set([
  "authorization",
  "proxy-authorization",
  "cookie",
  "set-cookie",
  "x-api-key",
  "mcp-session-id",
]);

/** Headers that a caller configures and that hold no credential. */
const PLAIN_HEADERS =
  /^(accept(-.+)?|cache-control|pragma|content-type|from|origin|prefer|referer|te|traceparent|user-agent|x-dry-run|x-request-id|x-correlation-id|(.+-)?version)$/i;

const CREDENTIAL_NAME = /auth|token|secret|passw|api.?key|access.?key|^key$|^sig$|signature|credential|session|^code$/i;

/** Whether a header by this name always holds a credential. */
export function isCredentialHeader(name: string): boolean {
  return CREDENTIAL_HEADERS.has(name) || CREDENTIAL_HEADERS.has(name.toLowerCase());
}

/** Whether a query parameter by this name is likely to hold a credential. */
export function isCredentialName(name: string): boolean {
  return CREDENTIAL_NAME.test(name);
}

/** Whether a configured header is obviously no credential: by its name, or a switch or a small number. */
export function isPlainHeader(name: string, value: string): boolean {
  if (isCredentialHeader(name) || CREDENTIAL_NAME.test(name)) return false;
  return PLAIN_HEADERS.test(name) || /^(true|false|yes|no|on|off|\d{1,3})$/i.test(value);
}

/**
 * The texts in a header's value that must not be seen: the whole value, what follows the scheme, the two halves of a
 * Basic credential, and the values of cookies.
 */
export function credentialsOf(value: string): string[] {
  const found = [value.trim()];
  const scheme = /^([A-Za-z][A-Za-z0-9_-]*)\s+(\S.*)$/.exec(value.trim());
  if (scheme) {
    found.push(scheme[2]!);
    if (scheme[1]!.toLowerCase() === "basic") {
      const pair = Buffer.from(scheme[2]!, "base64").toString("utf8");
      found.push(pair, pair.slice(pair.indexOf(":") + 1));
    }
  }
  for (const cookie of value.matchAll(/(?:^|;)\s*[^=;\s]+=([^;]+)/g)) found.push(cookie[1]!.trim());
  return found;
}
