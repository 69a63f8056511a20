import { describe, expect, it, onTestFinished } from "vitest";
import { startSeller } from "../../fixtures/seller/start.ts";
import { createAutoTransport } from "../../src/transport/auto.ts";
import type { Exchange } from "../../src/transport/exchange.ts";
import { rotate } from "../../src/transport/rotating.ts";
import { ConnectionError } from "../../src/transport/transport.ts";
import { agent, answer, card } from "./a2a-support.ts";
import { json, mcp, result, serve } from "./support.ts";

function auto(url: string) {
  const exchanges: Exchange[] = [];
  const transport = createAutoTransport({ url, onExchange: (exchange) => exchanges.push(exchange) });
  onTestFinished(() => transport.close());
  return {
    transport,
    tried: () => exchanges.map(({ request }) => `${request.method} ${new URL(request.url).pathname}`),
  };
}

async function failure(url: string): Promise<ConnectionError> {
  const error = await auto(url)
    .transport.open()
    .catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ConnectionError);
  return error as ConnectionError;
}

describe("what a URL speaks is found out", () => {
  it("as MCP, without a look at anything else", async () => {
    const server = await serve(mcp((call, response) => json(response, result(call, { tools: [{ name: "t" }] }))));
    const { transport, tried } = auto(server.url);
    await transport.open();
    expect(transport.kind).toBe("mcp");
    expect(await transport.tools()).toEqual(["t"]);
    expect(new Set(tried())).toEqual(new Set(["POST /mcp"]));
  });

  it("as A2A, after MCP: below the URL, then at its origin", async () => {
    const server = await agent(card, (call, response) => {
      if (call.method === "SendMessage") return answer(response, call, "TASK_STATE_COMPLETED");
      json(response, { jsonrpc: "2.0", id: call.id, error: { code: -32601, message: "Method not found" } });
    });
    const { transport, tried } = auto(`${server.url}/a2a`);
    const opened = await transport.open();
    expect({ kind: transport.kind, version: opened.protocolVersion }).toEqual({ kind: "a2a", version: "1.0" });
    expect(tried()).toEqual([
      "POST /a2a",
      "GET /a2a/.well-known/agent-card.json",
      "GET /a2a/.well-known/agent.json",
      "GET /.well-known/agent-card.json",
    ]);
    expect((await transport.call("greet", {})).facts).toMatchObject({ kind: "a2a", reply: "result" });
  });

  it("as A2A, from the URL of a card alone", async () => {
    const server = await agent(card);
    const { transport, tried } = auto(`${server.url}/.well-known/agent-card.json`);
    await transport.open();
    expect(transport.kind).toBe("a2a");
    expect(tried()).toEqual(["GET /.well-known/agent-card.json"]);
  });

  it("as both, by the embedded seller, each at its own URL", async () => {
    const seller = await startSeller();
    onTestFinished(() => seller.close());
    for (const [url, kind] of [
      [seller.url, "mcp"],
      [seller.a2aUrl, "a2a"],
    ] as const) {
      const { transport } = auto(url);
      await transport.open();
      expect(transport.kind).toBe(kind);
    }
  });

  it("as neither, and what was tried is told", async () => {
    const server = await serve((_, response) => void response.writeHead(404).end());
    const { problem, message, advice } = await failure(server.url);
    expect(problem).toBe("not_this_protocol");
    expect(message).toMatch(
      /^Over MCP: There is no MCP server at .* Over A2A: No agent card below .* or at its origin/,
    );
    expect(advice).toMatch(/\/mcp.*agent card/);
  });

  it("as neither, where credentials are asked for", async () => {
    const server = await serve((_, response) => void response.writeHead(401).end());
    expect(await failure(server.url)).toMatchObject({
      problem: "credentials",
      advice: expect.stringContaining("token"),
    });
  });

  it("no further, where nobody is there", async () => {
    const { transport, tried } = auto("http://127.0.0.1:9/mcp");
    await expect(transport.open()).rejects.toMatchObject({ problem: "unreachable" });
    expect(tried()).toEqual(["POST /mcp"]);
  });
});

describe("replicas", () => {
  it("are called in turn, each in its own session", async () => {
    const sellers = [await startSeller({ sessions: true }), await startSeller({ sessions: true }), await startSeller()];
    for (const seller of sellers) onTestFinished(() => seller.close());
    const seen: string[] = [];
    const [first, ...others] = sellers.map(({ url }) =>
      createAutoTransport({ url, onExchange: ({ tool, request }) => void (tool && seen.push(request.url)) }),
    );
    const transport = rotate(first!, ...others);
    onTestFinished(() => transport.close());
    await transport.open();
    for (let n = 0; n < 6; n++) await transport.call("get_adcp_capabilities", {});
    const urls = sellers.map(({ url }) => url);
    expect(seen).toEqual([...urls, ...urls]);
    expect(transport).toMatchObject({ kind: "mcp", url: urls[0] });
  });

  it("speak one transport, or are refused", async () => {
    const seller = await startSeller();
    onTestFinished(() => seller.close());
    const transport = rotate(createAutoTransport({ url: seller.url }), createAutoTransport({ url: seller.a2aUrl }));
    onTestFinished(() => transport.close());
    await expect(transport.open()).rejects.toThrow(/does not speak what/);
  });
});
