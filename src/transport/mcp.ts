import { Client, type ClientOptions } from "./client.ts";
import type { Exchange, RpcFacts } from "./exchange.ts";
import { plain } from "./failures.ts";
import { sendable } from "./headers.ts";
import { objectOf } from "./json.ts";
import { problemWith } from "./problems.ts";
import { type Answered, type Call, type Session, StreamableHttp } from "./streamable.ts";
import { argumentsText, type CallOptions, type JsonText, type Opened, type Transport } from "./transport.ts";

/** The newest protocol version: it is offered, and whatever the server answers is taken. */
const PROTOCOL_VERSION = "2025-11-25";

const MAX_PAGES = 100;
const MAX_TOOLS = 10_000;

/**
 * A client for MCP over streamable HTTP (https://modelcontextprotocol.io/specification/2025-11-25/basic/transports).
 * Calls may overlap. A call before `open` is sent as it is, without a session.
 * @throws TypeError where the URL, a header or the environment's proxy cannot be used
 */
export function createMcpTransport(options: ClientOptions): Transport {
  return new McpTransport(options);
}

class McpTransport implements Transport {
  readonly kind = "mcp";
  /** Without credentials. */
  readonly url: string;
  readonly #client: Client;
  readonly #http: StreamableHttp;
  #session: Session = {};
  #renewal?: Promise<unknown>;

  constructor(options: ClientOptions) {
    this.#client = new Client("mcp", options);
    this.url = this.#client.shown;
    const { wire, redactor, headers, timeoutMs } = this.#client;
    const accept = { accept: "application/json, text/event-stream", "content-type": "application/json" };
    this.#http = new StreamableHttp(wire, redactor, { ...accept, ...headers }, timeoutMs);
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
    if (options.headers) this.#client.redactor.learnHeaders(options.headers);
    const params = `{"name":${JSON.stringify(tool)},"arguments":${argumentsText(args)}}`;
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
    await this.#client.connections.destroy();
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
      clientInfo: { name: this.#client.name, version: this.#client.version },
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

function resultOf(facts: RpcFacts): Record<string, unknown> | undefined {
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
