import { createHash, randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { StreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/streamableHttp.js";
import type { CallToolResult } from "@modelcontextprotocol/sdk/types.js";
import { type ErrorItem, SourceStore } from "./mcp-sdk-store.ts";
import { capabilitiesInput, EVENT_TYPES, logEventInput, syncEventSourcesInput } from "./mcp-sdk-tools.ts";

/*
 * A seller on the official MCP SDK, AdCP 3.1 written by hand: sessions, answers as event streams, one McpServer for each
 * session and one state for all of them.
 */

export interface McpSdkSellerOptions {
  /** When given, every request needs `Authorization: Bearer <token>`; by default none does. */
  token?: string;
}

export interface McpSdkSeller {
  /** The MCP endpoint, on 127.0.0.1. */
  url: string;
  /** It holds one seller-managed source from the start. */
  account: { account_id: string };
  /** It is empty from the start. */
  secondAccount: { account_id: string };
  /** How many MCP sessions are open. */
  sessions(): number;
  close(): Promise<void>;
}

interface Envelope {
  adcp_version?: string | undefined;
  adcp_major_version?: number | undefined;
  context?: Record<string, unknown> | undefined;
}
type Body = Record<string, unknown>;
type Stores = Map<string, SourceStore>;
type Replies = Map<string, { fingerprint: string; body: Body }>;

const SUPPORTED_VERSIONS = ["3.0", "3.1"];

class Refusal extends Error {
  readonly item: ErrorItem & { details?: Body };
  constructor(item: ErrorItem & { details?: Body }) {
    super(item.message);
    this.item = item;
  }
}

/** Starts the seller with state of its own. */
export async function startMcpSdkSeller(options: McpSdkSellerOptions = {}): Promise<McpSdkSeller> {
  const stores: Stores = new Map([
    ["shop-eu", new SourceStore([{ event_source_id: "checkout_sales", name: "Sales", event_types: ["purchase"] }])],
    ["shop-us", new SourceStore([])],
  ]);
  const replies: Replies = new Map();
  const sessions = new Map<string, StreamableHTTPServerTransport>();

  async function handle(req: IncomingMessage, res: ServerResponse): Promise<void> {
    if (new URL(req.url ?? "/", "http://seller").pathname !== "/mcp") {
      res.writeHead(404).end();
      return;
    }
    if (options.token && req.headers.authorization !== `Bearer ${options.token}`) {
      res.writeHead(401, { "WWW-Authenticate": "Bearer" }).end();
      return;
    }
    const id = req.headers["mcp-session-id"];
    if (typeof id === "string") {
      const open = sessions.get(id);
      if (open) return open.handleRequest(req, res);
      res.writeHead(404, { "Content-Type": "application/json" });
      res.end('{"jsonrpc":"2.0","error":{"code":-32001,"message":"Session not found"},"id":null}');
      return;
    }
    const transport = new StreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      onsessioninitialized: (session) => {
        sessions.set(session, transport);
      },
    });
    transport.onclose = () => {
      if (transport.sessionId) sessions.delete(transport.sessionId);
    };
    await mcpServer(stores, replies).connect(transport);
    await transport.handleRequest(req, res);
  }

  const http = createServer((req, res) => {
    handle(req, res).catch(() => {
      if (!res.headersSent) res.writeHead(500);
      res.end();
    });
  });
  http.listen(0, "127.0.0.1");
  await once(http, "listening");
  return {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}/mcp`,
    account: { account_id: "shop-eu" },
    secondAccount: { account_id: "shop-us" },
    sessions: () => sessions.size,
    async close() {
      const closed = once(http, "close");
      await Promise.all([...sessions.values()].map((transport) => transport.close()));
      http.close();
      http.closeAllConnections();
      await closed;
    },
  };
}

function mcpServer(stores: Stores, replies: Replies): McpServer {
  const server = new McpServer({ name: "plain-seller", version: "2.4.0" });
  server.registerTool(
    "get_adcp_capabilities",
    { description: "What this seller supports.", inputSchema: capabilitiesInput },
    (args) => answer(args, capabilities),
  );
  server.registerTool(
    "sync_event_sources",
    { description: "Creates, updates, lists and removes event sources.", inputSchema: syncEventSourcesInput },
    (args) =>
      answer(args, () => {
        const id = "account_id" in args.account ? args.account.account_id : undefined;
        const store = id === undefined ? undefined : stores.get(id);
        if (!store) throw refusal("ACCOUNT_NOT_FOUND", "There is no such account.", "account", "terminal");
        return replay(replies, `${id} ${args.idempotency_key}`, ["sync_event_sources", args], () => ({
          event_sources: args.event_sources
            ? store.sync(args.event_sources, args.delete_missing ?? false)
            : store.list(),
        }));
      }),
  );
  server.registerTool(
    "log_event",
    { description: "Takes events for an event source.", inputSchema: logEventInput },
    (args) =>
      answer(args, () => {
        for (const [id, store] of stores) {
          const log = () => {
            const refused = store.log(args.event_source_id, args.events);
            return refused && logged(args.events.length, refused);
          };
          const body = replay(replies, `${id} ${args.idempotency_key}`, ["log_event", args], log);
          if (body) return body;
        }
        throw refusal("REFERENCE_NOT_FOUND", "There is no such event source.", "event_source_id");
      }),
  );
  return server;
}

function capabilities(): Body {
  return {
    adcp: {
      major_versions: [3],
      supported_versions: SUPPORTED_VERSIONS,
      idempotency: { supported: true, replay_ttl_seconds: 86_400 },
    },
    supported_protocols: ["media_buy"],
    account: { require_operator_auth: true, supported_billing: ["operator"] },
    media_buy: {
      features: { conversion_tracking: true },
      conversion_tracking: { supported_event_types: EVENT_TYPES },
    },
  };
}

function logged(received: number, refused: { event_id: string }[]): Body {
  return {
    events_received: received,
    events_processed: received - refused.length,
    ...(refused.length > 0 && {
      partial_failures: refused.map((event) => ({
        event_id: event.event_id,
        code: "INVALID_EVENT_TYPE",
        message: "The event source does not take this type.",
      })),
    }),
  };
}

/** The stored body when the key was used for the same request; otherwise what `run` returns, which is then stored. */
function replay<T extends Body | undefined>(replies: Replies, key: string, request: [string, Body], run: () => T) {
  const [tool, { context: _context, ...args }] = request;
  const fingerprint = createHash("sha256")
    .update(canonical([tool, args]))
    .digest("hex");
  const earlier = replies.get(key);
  if (earlier && earlier.fingerprint !== fingerprint) {
    throw refusal("IDEMPOTENCY_CONFLICT", "The key was used for another request.", "idempotency_key");
  }
  if (earlier) return { ...structuredClone(earlier.body), replayed: true };
  const body = run();
  if (body) replies.set(key, { fingerprint, body: structuredClone(body) });
  return body;
}

/** JSON with sorted keys. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, v) =>
    v && typeof v === "object" && !Array.isArray(v)
      ? Object.fromEntries(Object.entries(v).sort(([a], [b]) => (a < b ? -1 : 1)))
      : v,
  );
}

/** Checks the version, runs the handler and wraps what it returns or refuses. */
function answer(request: Envelope, run: () => Body): CallToolResult {
  const context = request.context && { context: request.context };
  try {
    const version = negotiate(request);
    return toolResult({ status: "completed", adcp_version: version, ...run(), ...context }, false);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const { item } = error;
    return toolResult({ status: "failed", adcp_version: "3.1", adcp_error: item, errors: [item], ...context }, true);
  }
}

function negotiate({ adcp_version: pin, adcp_major_version: major }: Envelope): string {
  const [pinMajor, pinMinor] = (pin ?? "3.1").split(".").map((part) => Number.parseInt(part, 10));
  if (pinMajor !== 3 || (major !== undefined && major !== 3)) {
    throw new Refusal({
      code: "VERSION_UNSUPPORTED",
      message: "This seller speaks AdCP 3.0 and 3.1.",
      recovery: "correctable",
      details: { supported_versions: SUPPORTED_VERSIONS },
    });
  }
  return pinMinor === 0 ? "3.0" : "3.1";
}

function refusal(code: string, message: string, field: string, recovery: ErrorItem["recovery"] = "correctable") {
  return new Refusal({ code, message, field, recovery });
}

function toolResult(body: Body, isError: boolean): CallToolResult {
  return {
    content: [{ type: "text", text: JSON.stringify(body) }],
    structuredContent: body,
    ...(isError && { isError }),
  };
}
