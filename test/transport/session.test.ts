import { describe, expect, it } from "vitest";
import { connect, HELLO, json, mcp, type Rpc, result, serve } from "./support.ts";

describe("handshake", () => {
  it("offers the newest protocol version and sends the agreed one from then on", async () => {
    const server = await serve((request, response) => {
      const call = JSON.parse(request.body) as Rpc;
      if (call.method === "initialize") json(response, result(call, { ...HELLO, protocolVersion: "2025-06-18" }));
      else if (call.id === undefined) response.writeHead(202).end();
      else json(response, result(call, { content: [] }));
    });
    const { transport, exchanges } = connect(server.url);
    expect(await transport.open()).toEqual({
      protocolVersion: "2025-06-18",
      server: { name: "test", version: "1.2" },
      session: false,
    });
    const exchange = await transport.call("t", {});
    const [hello, ready, call] = server.received;
    expect(JSON.parse(hello!.body)).toMatchObject({ method: "initialize", params: { protocolVersion: "2025-11-25" } });
    expect(hello!.headers).toMatchObject({
      accept: "application/json, text/event-stream",
      "content-type": "application/json",
    });
    expect(hello!.headers).not.toHaveProperty("mcp-protocol-version");
    expect(hello!.headers).not.toHaveProperty("accept-encoding");
    expect(JSON.parse(ready!.body)).toEqual({ jsonrpc: "2.0", method: "notifications/initialized" });
    expect(ready!.headers["mcp-protocol-version"]).toBe("2025-06-18");
    expect(call!.headers["mcp-protocol-version"]).toBe("2025-06-18");
    expect(exchanges.map((each) => [each.n, each.operation])).toEqual([
      [1, "initialize"],
      [2, "notifications/initialized"],
      [3, "tools/call"],
    ]);
    expect(exchanges[2]).toBe(exchange);
  });

  it("takes an unknown protocol version and tells it, but never sends an unusable one", async () => {
    const server = await serve((request, response) => {
      const call = JSON.parse(request.body) as Rpc;
      if (call.id === undefined) response.writeHead(202).end();
      else json(response, result(call, { ...HELLO, protocolVersion: "tomorrow\r\nx-evil: 1", serverInfo: "?" }));
    });
    const { transport } = connect(server.url);
    expect(await transport.open()).toEqual({ protocolVersion: "tomorrow x-evil: 1", session: false });
    await transport.call("t", {});
    expect(server.received[2]!.headers).not.toHaveProperty("mcp-protocol-version");
    expect(server.received[2]!.headers).not.toHaveProperty("x-evil");
  });

  it("numbers exchanges with the caller's counter", async () => {
    const server = await serve(mcp((call, response) => json(response, result(call, {}))));
    let n = 40;
    const { transport, exchanges } = connect(server.url, { nextNumber: () => ++n });
    await transport.open();
    expect((await transport.call("t", {})).n).toBe(43);
    expect(exchanges.map((each) => each.n)).toEqual([41, 42, 43]);
  });
});

/** A server that keeps sessions, and forgets the current one when it is told to. */
async function sessions(): Promise<{
  url: string;
  forget(): void;
  started(): number;
  ended: string[];
  seen: string[];
}> {
  let count = 0;
  let current = "";
  const ended: string[] = [];
  const seen: string[] = [];
  const server = await serve((request, response) => {
    const id = request.headers["mcp-session-id"] as string | undefined;
    if (request.method === "DELETE") {
      ended.push(id ?? "none");
      response.writeHead(405).end();
      return;
    }
    const call = JSON.parse(request.body) as Rpc;
    if (call.method === "initialize") {
      current = `session-number-${++count}`;
      json(response, result(call, HELLO), { "mcp-session-id": current });
    } else if (id !== current) {
      response.writeHead(404, { "content-type": "application/json" }).end('{"jsonrpc":"2.0","error":{},"id":null}');
    } else if (call.id === undefined) {
      response.writeHead(202).end();
    } else {
      seen.push(call.params.name);
      json(response, result(call, { session: id.length }));
    }
  });
  return {
    url: server.url,
    forget: () => {
      current = "forgotten";
    },
    started: () => count,
    ended,
    seen,
  };
}

describe("session", () => {
  it("is kept, sent and ended, and its id is recorded nowhere", async () => {
    const server = await sessions();
    const { transport, exchanges } = connect(server.url);
    expect(await transport.open()).toMatchObject({ session: true });
    expect((await transport.call("t", {})).facts.reply).toBe("result");
    await transport.close();
    expect(server.ended).toEqual(["session-number-1"]);
    expect(exchanges.at(-1)).toMatchObject({ operation: "session/end", response: { status: 405 } });
    expect(exchanges[2]!.request.headers["mcp-session-id"]).toBe("***");
    expect(JSON.stringify(exchanges)).not.toContain("session-number");
  });

  it("begins anew once when it has ended, and the call is sent again", async () => {
    const server = await sessions();
    const { transport, exchanges } = connect(server.url);
    await transport.open();
    server.forget();
    const exchange = await transport.call("t", {}, { attempt: 2 });
    expect(exchange.facts).toMatchObject({ reply: "result" });
    expect(exchanges.slice(2).map((each) => [each.operation, each.response!.status, each.attempt])).toEqual([
      ["tools/call", 404, 2],
      ["initialize", 200, 1],
      ["notifications/initialized", 202, 1],
      ["tools/call", 200, 2],
    ]);
  });

  it("begins anew only once for calls that overlap", async () => {
    const server = await sessions();
    const { transport } = connect(server.url);
    await transport.open();
    server.forget();
    const names = Array.from({ length: 8 }, (_, index) => `t${index}`);
    const answers = await Promise.all(names.map((name) => transport.call(name, {})));
    expect(answers.map((each) => each.facts.reply)).toEqual(names.map(() => "result"));
    expect(server.started()).toBe(2);
    expect(server.seen.toSorted()).toEqual(names);
  });

  it("tells 404 when beginning anew does not help", async () => {
    let inits = 0;
    const server = await serve((request, response) => {
      const call = request.body === "" ? {} : (JSON.parse(request.body) as Rpc);
      if ("method" in call && call.method === "initialize") {
        inits++;
        json(response, result(call as Rpc, HELLO), { "mcp-session-id": "one-and-the-same" });
      } else response.writeHead(404).end();
    });
    const { transport } = connect(server.url);
    await transport.open();
    expect((await transport.call("t", {})).response?.status).toBe(404);
    expect(inits).toBe(2);
  });

  it("is not begun anew for a call that names its own session or none", async () => {
    const server = await sessions();
    const { transport } = connect(server.url);
    await transport.open();
    const exchange = await transport.call("t", {}, { headers: { "Mcp-Session-Id": null } });
    expect(exchange.response?.status).toBe(404);
    expect(server.started()).toBe(1);
  });
});

describe("tools", () => {
  it("reads every page", async () => {
    const server = await serve(
      mcp((call, response) => {
        const page = Number(call.params?.cursor ?? 0);
        const tools = [{ name: `tool${page}` }, { name: 7 }, null, "x"];
        json(response, result(call, { tools, ...(page < 4 ? { nextCursor: String(page + 1) } : {}) }));
      }),
    );
    const { transport } = connect(server.url);
    await transport.open();
    expect(await transport.tools()).toEqual(["tool0", "tool1", "tool2", "tool3", "tool4"]);
  });

  it.each([
    ["a cursor that repeats", () => "again", 2],
    ["a cursor that never ends", (n: number) => `c${n}`, 100],
  ])("ends at %s", async (_name, cursor, pages) => {
    let n = 0;
    const server = await serve(
      mcp((call, response) => json(response, result(call, { tools: [{ name: "t" }], nextCursor: cursor(++n) }))),
    );
    const { transport } = connect(server.url);
    await transport.open();
    expect(await transport.tools()).toHaveLength(pages);
    expect(n).toBe(pages);
  });
});
