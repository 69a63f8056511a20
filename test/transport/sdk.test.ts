import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { StreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/streamableHttp.js";
import { EmptyResultSchema, type JSONRPCMessage } from "@modelcontextprotocol/sdk/types.js";
import { describe, expect, it } from "vitest";
import { connect, listen } from "./support.ts";

function newServer(): McpServer {
  const server = new McpServer({ name: "official", version: "9.9" }, { capabilities: { logging: {} } });
  server.registerTool("greet", { description: "greets" }, async () => ({
    content: [{ type: "text", text: "hello é" }],
    structuredContent: { hello: "é" },
  }));
  server.registerTool("ask", { description: "asks back" }, async (extra) => {
    await extra.sendNotification({ method: "notifications/message", params: { level: "info", data: "working" } });
    const answer = await extra.sendRequest({ method: "ping" }, EmptyResultSchema);
    return { content: [{ type: "text", text: `pong ${JSON.stringify(answer)}` }] };
  });
  server.registerTool("fail", {}, async () => {
    throw new Error("it broke");
  });
  return server;
}

/** The official server: one for each session, or one for each request where it keeps none. */
async function official(mode: { sessions: boolean; json: boolean }) {
  const transports = new Map<string, StreamableHTTPServerTransport>();
  const http = createServer(async (request, response) => {
    const id = request.headers["mcp-session-id"] as string | undefined;
    let transport = id === undefined ? undefined : transports.get(id);
    if (id !== undefined && mode.sessions && !transport) {
      response.writeHead(404).end();
      return;
    }
    if (!transport) {
      const created = new StreamableHTTPServerTransport({
        sessionIdGenerator: mode.sessions ? randomUUID : undefined,
        enableJsonResponse: mode.json,
        onsessioninitialized: (session) => void transports.set(session, created),
      });
      transport = created;
      await newServer().connect(created);
    }
    await transport.handleRequest(request, response);
  });
  return { url: `http://127.0.0.1:${await listen(http)}/mcp`, transports };
}

describe.each([
  { sessions: false, json: true },
  { sessions: false, json: false },
  { sessions: true, json: true },
  { sessions: true, json: false },
])("the official server, %o", (mode) => {
  it("is opened, listed, called and closed", async () => {
    const { url, transports } = await official(mode);
    const { transport, exchanges } = connect(url);
    expect(await transport.open()).toEqual({
      protocolVersion: "2025-11-25",
      server: { name: "official", version: "9.9" },
      session: mode.sessions,
    });
    expect(await transport.tools()).toEqual(["greet", "ask", "fail"]);
    const greeting = await transport.call("greet", {});
    expect(greeting.facts).toMatchObject({
      reply: "result",
      framing: mode.json ? "json" : "sse",
      result: { structuredContent: { hello: "é" }, content: [{ type: "text", text: "hello é" }] },
    });
    expect((await transport.call("fail", {})).facts).toMatchObject({ result: { isError: true } });
    const unknown = await transport.call("nothing", {});
    expect(unknown.facts.reply).toMatch(/result|error/);
    const broken = await transport.call("greet", { json: "{" });
    expect(broken.facts).toMatchObject({ reply: "error", error: { code: -32700 } });
    expect(broken.response?.status).toBe(400);
    const many = await Promise.all(Array.from({ length: 20 }, () => transport.call("greet", {})));
    expect(many.every((each) => each.facts.reply === "result")).toBe(true);
    const before = transports.size;
    await transport.close();
    expect(before).toBe(mode.sessions ? 1 : 0);
    expect(exchanges.every((each) => each.failure === undefined)).toBe(true);
    expect(exchanges.at(-1)!.operation).toBe(mode.sessions ? "session/end" : "tools/call");
  });
});

describe("the official server with sessions and event streams", () => {
  it("has its ping answered during a call", async () => {
    const { url } = await official({ sessions: true, json: false });
    const { transport, exchanges } = connect(url);
    await transport.open();
    const exchange = await transport.call("ask", {});
    expect(exchange.facts).toMatchObject({ result: { content: [{ type: "text", text: "pong {}" }] } });
    await transport.close();
    expect(exchanges.find((each) => each.operation === "response")?.response?.status).toBe(202);
  });

  it("forgets a session, and the call is made in a new one", async () => {
    const { url, transports } = await official({ sessions: true, json: false });
    const { transport } = connect(url);
    await transport.open();
    transports.clear();
    expect((await transport.call("greet", {})).facts).toMatchObject({ reply: "result" });
    expect(transports.size).toBe(1);
  });

  it("continues a stream that was cut", async () => {
    const events: [string, string, JSONRPCMessage][] = [];
    const transport = new StreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      retryInterval: 60,
      eventStore: {
        async storeEvent(stream, message) {
          const id = `${stream}_${events.length}`;
          events.push([id, stream, message]);
          return id;
        },
        async replayEventsAfter(last, { send }) {
          const from = events.findIndex(([id]) => id === last);
          const stream = events[from]![1];
          for (const [id, of, message] of events.slice(from + 1)) if (of === stream) await send(id, message);
          return stream;
        },
      },
    });
    const server = new McpServer({ name: "official", version: "9.9" });
    server.registerTool("slow", {}, async (extra) => {
      extra.closeSSEStream?.();
      return { content: [{ type: "text", text: "after all" }] };
    });
    await server.connect(transport);
    const http = createServer((request, response) => void transport.handleRequest(request, response));
    const client = connect(`http://127.0.0.1:${await listen(http)}/mcp`);
    await client.transport.open();
    const exchange = await client.transport.call("slow", {});
    expect(exchange.facts).toMatchObject({ reply: "result", result: { content: [{ text: "after all" }] } });
    expect(exchange.facts).toMatchObject({ resumed_in: [expect.any(Number)] });
  });
});
