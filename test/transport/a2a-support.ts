import type { ServerResponse } from "node:http";
import { onTestFinished } from "vitest";
import { type A2aOptions, createA2aTransport } from "../../src/transport/a2a.ts";
import type { Exchange } from "../../src/transport/exchange.ts";
import type { Transport } from "../../src/transport/transport.ts";
import { json, type Received, type Rpc, result, serve } from "./support.ts";

type Json = Record<string, unknown>;

/** A transport that closes with the test, and every exchange that it told of. */
export function connect(
  url: string,
  options: Partial<A2aOptions> = {},
): { transport: Transport; exchanges: Exchange[] } {
  const exchanges: Exchange[] = [];
  const transport = createA2aTransport({ url, onExchange: (exchange) => exchanges.push(exchange), ...options });
  onTestFinished(() => transport.close());
  return { transport, exchanges };
}

/** The card of an agent of A2A 1.0 whose endpoint is `/a2a`. */
export const card = (base: string, more: Json = {}): Json => ({
  name: "agent",
  version: "1.2",
  supportedInterfaces: [{ url: `${base}/a2a`, protocolBinding: "JSONRPC", protocolVersion: "1.0" }],
  skills: [{ id: "greet", name: "Greet" }],
  ...more,
});

/** The card of an agent of A2A 0.3. */
export const olderCard = (base: string, more: Json = {}): Json => ({
  name: "agent",
  version: "1.2",
  protocolVersion: "0.3.0",
  url: `${base}/a2a`,
  skills: [{ id: "greet", name: "Greet" }],
  ...more,
});

export type OnCall = (call: Rpc, response: ServerResponse, request: Received) => void;

/** An agent that shows a card at its origin and leaves calls to the test. */
export async function agent(cardOf: (base: string) => unknown, onCall: OnCall = () => {}) {
  const base = (request: Received) => `http://${request.headers.host}`;
  const server = await serve((request, response) => {
    if (request.method === "POST") return onCall(JSON.parse(request.body) as Rpc, response, request);
    if (request.url !== "/.well-known/agent-card.json") return void response.writeHead(404).end();
    json(response, cardOf(base(request)));
  });
  return { ...server, url: server.url.replace("/mcp", "") };
}

/** Answers a call with a task. */
export const answer = (response: ServerResponse, call: Rpc, state: string, more: Json = {}): void =>
  json(response, result(call, { task: { id: "t1", contextId: "c1", status: { state }, ...more } }));

/** One artifact with one data part. */
export const data = (value: unknown): Json => ({ artifacts: [{ artifactId: "a", parts: [{ data: value }] }] });
