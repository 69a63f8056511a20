import type { JsonObject } from "./json.ts";

/** An AdCP error as far as it can be read; `raw` is what was sent. */
export interface AdcpError {
  code?: string;
  message?: string;
  recovery?: string;
  /** Seconds. */
  retry_after?: number;
  raw: unknown;
}

/** The seller says that it did what was asked (of each source: what its result says). */
export interface Accepted {
  kind: "accepted";
}

/** The seller, or the server's protocol library before it, refused the call. */
export interface Rejected {
  kind: "rejected";
  /** Who refused: the task with `errors` or `adcp_error`, the tool with prose, JSON-RPC, or HTTP. */
  layer: "task" | "tool" | "protocol" | "http";
  /** From `errors[]`, else `adcp_error`, else empty. */
  errors: AdcpError[];
  /** The prose, where there is no AdCP error. */
  prose?: string;
  /** Why the call may pass later, where it was not judged on its merits. */
  transient?: "rate_limit" | "outage";
  /** The transport itself asks for credentials, or for other ones. */
  credentials?: true;
}

/** No verdict of the seller's can be read from the answer. */
export interface Broken {
  kind: "broken";
  reason: "no_answer" | "server_error" | "not_jsonrpc" | "no_payload" | "neither_arm" | "contradictory" | "unfinished";
  message: string;
}

export type Outcome = Accepted | Rejected | Broken;

/** An answer read: what the seller decided, and the AdCP object it sent, wherever that stood. */
export interface Reading {
  outcome: Outcome;
  /** The AdCP object, where there is one. */
  payload?: JsonObject;
  /** Where the payload stood. */
  place?: "structuredContent" | "text" | "error.data" | "artifact" | "status.message" | "message";
  /** The key under which the payload was wrapped, although it belongs at the root. */
  nested?: string;
}
