import type { WireFailure } from "./exchange.ts";

/** A failure that this transport itself declares: a limit was reached, the caller aborted, a body is not text. */
export class WireError extends Error {
  override readonly name = "WireError";
  readonly kind: WireFailure["kind"];
  constructor(kind: WireFailure["kind"], message: string) {
    super(message);
    this.kind = kind;
  }
}

const UNREACHABLE = new Set(["ECONNREFUSED", "EHOSTUNREACH", "EHOSTDOWN", "ENETUNREACH", "ENETDOWN", "EADDRNOTAVAIL"]);
const CLOSED = new Set([
  "ECONNRESET",
  "ECONNABORTED",
  "EPIPE",
  "UND_ERR_SOCKET",
  "UND_ERR_RES_CONTENT_LENGTH_MISMATCH",
  "HPE_INVALID_EOF_STATE",
  "HPE_CB_MESSAGE_COMPLETE",
]);

/** Certificate problems by the codes that OpenSSL and Node give them. */
const CERTIFICATE: Record<string, string> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: "the certificate is self-signed",
  SELF_SIGNED_CERT_IN_CHAIN: "the certificate chain ends in a self-signed certificate that is not trusted here",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "the certificate's issuer is unknown or an intermediate certificate is missing",
  UNABLE_TO_GET_ISSUER_CERT: "the certificate's issuer is unknown",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "the certificate's issuer is unknown",
  CERT_HAS_EXPIRED: "the certificate has expired",
  CERT_NOT_YET_VALID: "the certificate is not valid yet",
  CERT_REVOKED: "the certificate was revoked",
  CERT_UNTRUSTED: "the certificate is not trusted",
  HOSTNAME_MISMATCH: "the certificate is for another host",
  ERR_TLS_CERT_ALTNAME_INVALID: "the certificate is for another host",
};

/**
 * What went wrong, in the words of an exchange.
 * @param error what undici, Node or this transport reported
 * @param host host and port of the target, for the sentence
 */
export function toFailure(error: unknown, host: string): WireFailure {
  if (error instanceof WireError) return { kind: error.kind, message: error.message };
  const cause = firstCause(error);
  const code = typeof cause.code === "string" ? cause.code : "";
  const certificate = Object.hasOwn(CERTIFICATE, code) ? CERTIFICATE[code] : undefined;
  if (certificate) return { kind: "tls", message: `TLS with ${host} failed: ${certificate} (${code}).` };
  if (/^(ERR_SSL|ERR_TLS|CERT_|CRL_|EPROTO$)/.test(code)) {
    return { kind: "tls", message: `TLS with ${host} failed (${code}): the other end may not speak TLS on this port.` };
  }
  if (code === "ECONNRESET" && /before secure TLS/.test(cause.message)) {
    return { kind: "tls", message: `${host} closed the connection during the TLS handshake.` };
  }
  if (UNREACHABLE.has(code)) return { kind: "refused", message: `No connection to ${host} (${code}).` };
  if (code === "ENOTFOUND" || code.startsWith("EAI_")) {
    return { kind: "dns", message: `The name in ${host} could not be resolved (${code}).` };
  }
  if (code === "UND_ERR_CONNECT_TIMEOUT" || (code === "ETIMEDOUT" && cause.syscall !== "read")) {
    return { kind: "connect_timeout", message: `${host} did not accept a connection in time.` };
  }
  if (code === "UND_ERR_DESTROYED" || code === "UND_ERR_CLOSED") {
    return { kind: "aborted", message: "The transport was closed on this side." };
  }
  if (code === "UND_ERR_HEADERS_OVERFLOW") {
    return { kind: "too_large", message: "The head of the answer is larger than 16 KiB." };
  }
  const proxy = /^Proxy\b.*\((\d{3})\)/.exec(cause.message)?.[1];
  if (code.startsWith("UND_ERR_") && proxy) {
    return { kind: "other", message: `The proxy refused the connection (HTTP ${proxy}).`, status: Number(proxy) };
  }
  if (CLOSED.has(code) || code === "ETIMEDOUT") {
    return { kind: "closed", message: `${host} closed the connection before the answer was complete (${code}).` };
  }
  if (code.startsWith("HPE_")) {
    return { kind: "other", message: `What ${host} sent is not valid HTTP (${code}).` };
  }
  return { kind: "other", message: `The request failed: ${plain(cause.message, 200)}` };
}

/** Text of unknown origin for one line of prose: no control or direction characters, at most `max` characters. */
export function plain(text: string, max: number): string {
  const line = text
    .slice(0, max * 2)
    .replace(/[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]+/g, " ")
    .trim();
  return line.length > max ? `${line.slice(0, max)}…` : line;
}

interface Cause {
  message: string;
  code?: unknown;
  syscall?: unknown;
}

/** Node wraps the failures of several addresses, undici those of a proxy's TLS: the innermost one tells the reason. */
function firstCause(error: unknown): Cause {
  let current = error;
  for (let depth = 0; depth < 5 && current instanceof Error; depth++) {
    const inner = current instanceof AggregateError ? current.errors[0] : current.cause;
    if (!(inner instanceof Error)) return current;
    current = inner;
  }
  return current instanceof Error ? current : { message: String(current) };
}
