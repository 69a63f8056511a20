import type { Exchange } from "./exchange.ts";

/** Arguments exactly as they are to stand on the wire, for calls whose key order or white space matters. */
export interface JsonText {
  readonly json: string;
}

/** The arguments as JSON text. */
export function argumentsText(args: unknown | JsonText): string {
  return isJsonText(args) ? args.json : JSON.stringify(args ?? {});
}

function isJsonText(args: unknown): args is JsonText {
  if (typeof args !== "object" || args === null || Object.keys(args).length !== 1) return false;
  return typeof (args as Partial<JsonText>).json === "string";
}

export interface CallOptions {
  signal?: AbortSignal;
  /** Headers added to this call; `null` removes one that the transport would send. */
  headers?: Record<string, string | null>;
  /** 1 (default) for the first sending, 2 and above for a retry of the same call. */
  attempt?: number;
  /**
   * How a message of A2A names the call, where it is to be another way than usual: the arguments under `parameters`, or the
   * whole call in each of two data parts. Other transports have nothing of the kind, and leave it aside.
   */
  invocation?: "parameters" | "twice";
}

/** What the seller's end says of itself when the connection opens. */
export interface Opened {
  /** The protocol version that both ends agreed on. */
  protocolVersion: string;
  server?: { name?: string; version?: string };
  /** Whether the seller keeps a session for this connection. */
  session: boolean;
  /** The agent card, where the seller speaks A2A. */
  card?: AgentCard;
}

/** An agent card as it was found. */
export interface AgentCard {
  /** Where, without credentials. */
  url: string;
  /** The exchange that fetched it. */
  exchange: number;
  json: Record<string, unknown>;
}

/** A connection to one seller endpoint. It knows nothing of AdCP. */
export interface Transport {
  readonly kind: "mcp" | "a2a";
  readonly url: string;
  /** @throws ConnectionError when nothing that speaks this transport answers. */
  open(options?: { signal?: AbortSignal }): Promise<Opened>;
  /**
   * The names of all offered tools, every page of them.
   * @throws ConnectionError when the list cannot be read.
   */
  tools(options?: { signal?: AbortSignal }): Promise<string[]>;
  /** Calls a task. Whatever the seller does is told in the exchange; nothing that it does is thrown. */
  call(tool: string, args: unknown | JsonText, options?: CallOptions): Promise<Exchange>;
  /** Ends the session, where there is one, and closes every socket. Never throws. */
  close(): Promise<void>;
}

export type ConnectionProblem =
  | "unreachable"
  | "dns"
  | "tls"
  | "timeout"
  | "credentials"
  | "not_this_protocol"
  | "redirect"
  | "server_error"
  | "aborted";

/** The endpoint could not be used at all. `message` is one sentence, `advice` says what to do about it. */
export class ConnectionError extends Error {
  override readonly name = "ConnectionError";
  readonly problem: ConnectionProblem;
  readonly advice: string;
  readonly exchange?: Exchange;
  constructor(problem: ConnectionProblem, message: string, advice: string, exchange?: Exchange) {
    super(message);
    this.problem = problem;
    this.advice = advice;
    if (exchange) this.exchange = exchange;
  }
}
