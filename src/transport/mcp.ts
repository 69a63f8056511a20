import { Connections, proxyFor } from "./connections.ts";
import type { Exchange, McpFacts } from "./exchange.ts";
import { plain } from "./failures.ts";
import { endpoint, sendable } from "./headers.ts";
import { problemWith } from "./problems.ts";
import { Redactor } from "./redact.ts";
import { type Answered, type Call, type Session, StreamableHttp } from "./streamable.ts";
import type { CallOptions, JsonText, Opened, Transport } from "./transport.ts";
import { Wire } from "./wire.ts";

/** The newest protocol version: it is offered, and whatever the server answers is taken. */
const PROTOCOL_VERSION = "2025-11-25";

const MAX_PAGES = 100;
const MAX_TOOLS = 10_000;

export interface McpOptions {
  /** The endpoint, http or https. User information in it is sent as Basic credentials. */
  url: string;
  /** Sent with every request: `Authorization` and the like. Their values are recorded as `***`. */
  headers?: Record<string, string>;
  /** Further values that must never be recorded, wherever they stand. */
  secrets?: readonly string[];
  /** For the connection, in milliseconds: 10,000 unless given. */
  connectTimeoutMs?: number;
  /** For the whole answer, in milliseconds: 30,000 unless given. */
  timeoutMs?: number;
  /** The largest body of an answer, in octets: 16 MiB unless given. */
  maxBytes?: number;
  clientName?: string;
  clientVersion?: string;
  /** Sees every exchange when it is finished, also those that `call` does not return: the handshake, redirects, and so on. */
  onExchange?: (exchange: Exchange) => void;
  /** Numbers the exchanges in the order of sending: from 1 unless given. */
  nextNumber?: () => number;
}

/**
 * A client for MCP over streamable HTTP (https://modelcontextprotocol.io/specification/2025-11-25/basic/transports).
 * Calls may overlap. A call before `open` is sent as it is, without a session.
 * @throws TypeError where the URL, a header or the environment's proxy cannot be used
 */
export function createMcpTransport(options: McpOptions): Transport {
  return new McpTransport(options);
}

class McpTransport implements Transport {
  readonly kind = "mcp";
  /** Without credentials. */
  readonly url: string;
  readonly #client: { name: string; version: string };
  readonly #redactor: Redactor;
  readonly #connections: Connections;
  readonly #http: StreamableHttp;
  #session: Session = {};
  #renewal?: Promise<unknown>;

  constructor(options: McpOptions) {
    const { url, headers } = endpoint(options.url, options.headers ?? {});
    this.#client = { name: options.clientName ?? "adcp-conformance", version: options.clientVersion ?? "0" };
    this.#redactor = new Redactor(headers, options.secrets ?? []);
    this.#redactor.learnUrl(new URL(options.url));
    const proxy = proxyFor(url);
    if (proxy) this.#redactor.learnUrl(proxy);
    this.url = this.#redactor.url(url.href);
    this.#connections = new Connections(options.connectTimeoutMs ?? 10_000);
    let number = 0;
    const wire = new Wire({
      url,
      connections: this.#connections,
      redactor: this.#redactor,
      maxBytes: options.maxBytes ?? 16 * 1024 * 1024,
      nextNumber: options.nextNumber ?? (() => ++number),
      onExchange: options.onExchange,
    });
    const always = {
      accept: "application/json, text/event-stream",
      "content-type": "application/json",
      "user-agent": `${this.#client.name}/${this.#client.version}`,
      ...headers,
    };
    this.#http = new StreamableHttp(wire, this.#redactor, always, options.timeoutMs ?? 30_000);
  }

  async open(options: { signal?: AbortSignal } = {}): Promise<Opened> {
    const { exchange } = await this.#initialize(options.signal);
    const result = resultOf(exchange.facts);
    const version = result?.protocolVersion;
    const flaw = typeof version === "string" ? undefined : "names no protocol version";
    const problem = problemWith(exchange, "initialize", flaw);
    if (problem) throw problem;
    const server = objectOf(result?.serverInfo);
    return {
      protocolVersion: plain(String(version), 100),
      ...(server ? { server: { ...textOf(server, "name"), ...textOf(server, "version") } } : {}),
      session: this.#session.id !== undefined,
    };
  }

  async tools(options: { signal?: AbortSignal } = {}): Promise<string[]> {
    const names: string[] = [];
    const cursors = new Set<string>();
    let params: string | undefined;
    for (let page = 0; page < MAX_PAGES && names.length < MAX_TOOLS; page++) {
      const exchange = await this.#request({ method: "tools/list", params, signal: options.signal });
      const result = resultOf(exchange.facts);
      const listed: unknown = result?.tools;
      const flaw = Array.isArray(listed) ? undefined : "has no list of tools";
      const problem = problemWith(exchange, "tools/list", flaw);
      if (problem) throw problem;
      for (const tool of listed as unknown[]) {
        const name = objectOf(tool)?.name;
        if (typeof name === "string") names.push(name);
      }
      const cursor = result?.nextCursor;
      if (typeof cursor !== "string" || cursors.has(cursor)) break;
      cursors.add(cursor);
      params = JSON.stringify({ cursor });
    }
    return names;
  }

  async call(tool: string, args: unknown | JsonText, options: CallOptions = {}): Promise<Exchange> {
    const json = isJsonText(args) ? args.json : JSON.stringify(args ?? {});
    if (options.headers) this.#redactor.learnHeaders(options.headers);
    const params = `{"name":${JSON.stringify(tool)},"arguments":${json}}`;
    return this.#request({ method: "tools/call", params, tool, ...options });
  }

  async close(): Promise<void> {
    const session = this.#session;
    this.#session = {};
    try {
      if (session.id !== undefined) await this.#http.end(session);
    } catch {
      // The session ends by itself in time, and a listener that fails here has nobody left to tell.
    }
    await this.#connections.destroy();
    await this.#http.settled();
  }

  /** Sends a request; where its session turns out to have ended (404), begins a new one and sends it once more. */
  async #request(call: Call): Promise<Exchange> {
    const used = this.#session;
    const { exchange } = await this.#http.request(call, used);
    const ended = used.id !== undefined && exchange.response?.status === 404 && !exchange.failure;
    if (!ended || call.signal?.aborted || names(call.headers, "mcp-session-id")) return exchange;
    if (this.#session === used) {
      this.#renewal ??= this.#initialize().finally(() => {
        this.#renewal = undefined;
      });
      await orAborted(this.#renewal, call.signal);
    }
    if (this.#session === used || call.signal?.aborted) return exchange;
    return (await this.#http.request(call, this.#session)).exchange;
  }

  /** Agrees on a new session; the old one stays where that fails. */
  async #initialize(signal?: AbortSignal): Promise<Answered> {
    const params = JSON.stringify({
      protocolVersion: PROTOCOL_VERSION,
      capabilities: {},
      clientInfo: this.#client,
    });
    const answered = await this.#http.request({ method: "initialize", params, signal }, {});
    const protocolVersion = resultOf(answered.exchange.facts)?.protocolVersion;
    if (typeof protocolVersion === "string") {
      const id = sendable(answered.sessionId) ? answered.sessionId : undefined;
      const session: Session = { protocolVersion, ...(id === undefined ? {} : { id }) };
      await this.#http.notify("notifications/initialized", session, signal);
      this.#session = session;
    }
    return answered;
  }
}

function isJsonText(args: unknown): args is JsonText {
  const keys = objectOf(args) && Object.keys(args as object);
  return keys?.length === 1 && typeof (args as Partial<JsonText>).json === "string";
}

function objectOf(value: unknown): Record<string, unknown> | undefined {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
}

function resultOf(facts: McpFacts): Record<string, unknown> | undefined {
  return facts.reply === "result" ? objectOf(facts.result) : undefined;
}

function textOf(object: Record<string, unknown>, key: string): Record<string, string> {
  const value = object[key];
  return typeof value === "string" ? { [key]: plain(value, 200) } : {};
}

function names(headers: Record<string, string | null> | undefined, header: string): boolean {
  return Object.keys(headers ?? {}).some((name) => name.toLowerCase() === header);
}

/** Waits for something shared without being kept by it. */
function orAborted(shared: Promise<unknown>, signal: AbortSignal | undefined): Promise<unknown> {
  if (!signal) return shared;
  return new Promise((resolve, reject) => {
    signal.addEventListener("abort", resolve, { once: true });
    shared.then(resolve, reject).finally(() => signal.removeEventListener("abort", resolve));
  });
}
