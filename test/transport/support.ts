import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from "node:http";
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from "node:net";
import { onTestFinished } from "vitest";
import type { ClientOptions } from "../../src/transport/client.ts";
import type { Exchange } from "../../src/transport/exchange.ts";
import { createMcpTransport } from "../../src/transport/mcp.ts";
import type { Transport } from "../../src/transport/transport.ts";

/** A JSON-RPC message as a test server reads it. */
export interface Rpc {
  jsonrpc: string;
  id?: number | string;
  method?: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into whatever was sent
  params?: any;
  result?: unknown;
  error?: { code: number };
}

export interface Received {
  method: string;
  url: string;
  headers: IncomingMessage["headers"];
  body: string;
}

/** Starts a server on a free port of the loopback interface; it ends with the test. */
export async function listen(server: Server, host = "127.0.0.1"): Promise<number> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("error", () => {}).on("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => server.once("error", reject).listen(0, host, resolve));
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return (server.address() as AddressInfo).port;
}

/** An HTTP server that keeps what it receives. */
export async function serve(
  handler: (request: Received, response: ServerResponse) => void,
): Promise<{ url: string; port: number; received: Received[] }> {
  const received: Received[] = [];
  const port = await listen(createServer(listener(received, handler)));
  return { url: `http://127.0.0.1:${port}/mcp`, port, received };
}

export function listener(
  received: Received[],
  handler: (request: Received, response: ServerResponse) => void,
): RequestListener {
  return (request, response) => {
    const chunks: Buffer[] = [];
    response.on("error", () => {});
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const entry: Received = {
        method: request.method!,
        url: request.url!,
        headers: request.headers,
        body: Buffer.concat(chunks).toString("utf8"),
      };
      received.push(entry);
      handler(entry, response);
    });
  };
}

/** A server that speaks bytes: each request, however long, gets the same ones. */
export async function serveBytes(answer: (socket: Socket) => void): Promise<string> {
  const port = await listen(createTcpServer((socket) => socket.on("data", () => answer(socket))));
  return `http://127.0.0.1:${port}/mcp`;
}

/** Answers the handshake and `tools/list` as an MCP server does; everything else is the test's. */
export function mcp(
  onCall: (call: Rpc, response: ServerResponse, request: Received) => void,
): (request: Received, response: ServerResponse) => void {
  return (request, response) => {
    if (request.method !== "POST") {
      response.writeHead(405).end();
      return;
    }
    const call = JSON.parse(request.body) as Rpc;
    if (call.method === "initialize") json(response, result(call, HELLO));
    else if (call.id === undefined || call.method === undefined) response.writeHead(202).end();
    else onCall(call, response, request);
  };
}

export const HELLO = { protocolVersion: "2025-11-25", capabilities: {}, serverInfo: { name: "test", version: "1.2" } };

export function result(call: Rpc, value: unknown): unknown {
  return { jsonrpc: "2.0", id: call.id, result: value };
}

export function json(response: ServerResponse, value: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(200, { "content-type": "application/json", ...headers }).end(JSON.stringify(value));
}

export function event(value: unknown, id?: string): string {
  return `${id === undefined ? "" : `id: ${id}\n`}event: message\ndata: ${JSON.stringify(value)}\n\n`;
}

/** A transport that closes with the test, and every exchange that it told of. */
export function connect(
  url: string,
  options: Partial<ClientOptions> = {},
): { transport: Transport; exchanges: Exchange[] } {
  const exchanges: Exchange[] = [];
  const transport = createMcpTransport({ url, onExchange: (exchange) => exchanges.push(exchange), ...options });
  onTestFinished(() => transport.close());
  return { transport, exchanges };
}
