/** One request and its answer as they were on the wire, credentials replaced by `***`. */
export interface Exchange {
  /** Order within the run, from 1. */
  n: number;
  /** When the request was sent, ISO 8601 in UTC. */
  at: string;
  /** The transport's own operation, for instance `tools/call`. */
  operation: string;
  /** The task that was called, where the operation calls one. */
  tool?: string;
  /** 1 for the first sending of a call, 2 and above for its retries. */
  attempt: number;
  request: WireRequest;
  /**
   * Absent where no complete answer was read; then `failure` says why. A redirect that is not followed has both, and so
   * has an event stream that ended without the answer and could not be continued in time.
   */
  response?: WireResponse;
  failure?: WireFailure;
  facts: WireFacts;
  /** Milliseconds from sending to the complete answer or the failure. */
  duration_ms: number;
}

export interface WireRequest {
  method: string;
  url: string;
  headers: Record<string, string>;
  body?: string;
}

export interface WireResponse {
  status: number;
  headers: Record<string, string>;
  /** The text as received, all events of an event stream included. */
  body: string;
  /** Octets of the body as received. */
  bytes: number;
}

/** Why there is no complete answer. */
export interface WireFailure {
  kind:
    | "refused"
    | "dns"
    | "tls"
    | "connect_timeout"
    | "timeout"
    | "closed"
    | "too_large"
    | "not_utf8"
    | "aborted"
    | "redirect"
    | "other";
  /** One sentence for a person, without credentials. */
  message: string;
  /** The HTTP status, where the head of an answer was read. */
  status?: number;
  /** What part of a body was read before the failure, at most 4 KiB. */
  partial?: string;
}

/** What the transport's own message says, in neutral words: no AdCP meaning is read here. */
export type WireFacts = McpFacts | A2aFacts;

/** The facts about an answer to a JSON-RPC request. */
export interface RpcFacts {
  /**
   * `result`, `error`: a JSON-RPC answer to this request; `not_json`: a body that is no JSON; `not_jsonrpc`: JSON (or an
   * event stream) without an answer to this request; `none`: no body was read, or the HTTP answer has none.
   */
  reply: "result" | "error" | "not_json" | "not_jsonrpc" | "none";
  /** Whether the answer came as a JSON body or as an event stream. */
  framing?: "json" | "sse";
  /** The JSON-RPC result, where there is one. */
  result?: unknown;
  error?: { code: unknown; message: unknown; data?: unknown };
}

export interface McpFacts extends RpcFacts {
  kind: "mcp";
  /** The exchanges that continued a broken event stream, in order: the answer arrived in the last of them. */
  resumed_in?: number[];
}

export interface A2aFacts extends RpcFacts {
  kind: "a2a";
  /** The exchanges that asked for the task again while it was at work, in order: `result` is what the last of them gave. */
  polled_in?: number[];
}
