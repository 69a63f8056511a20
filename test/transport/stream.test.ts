import type { ServerResponse } from "node:http";
import { createServer } from "node:http";
import { describe, expect, it } from "vitest";
import {
  connect,
  event,
  HELLO,
  json,
  listen,
  listener,
  mcp,
  type Received,
  type Rpc,
  result,
  serve,
} from "./support.ts";

const SSE = { "content-type": "text/event-stream" };

async function opened(onCall: (call: Rpc, response: ServerResponse) => void, options = {}) {
  const server = await serve(mcp(onCall));
  const connected = connect(server.url, options);
  await connected.transport.open();
  return { ...connected, received: server.received };
}

describe("event streams", () => {
  it("finds the answer behind comments, other events, notifications and answers to others", async () => {
    const { transport } = await opened((call, response) => {
      response.writeHead(200, { "content-type": "text/event-stream; charset=utf-8" });
      response.write(`\ufeff: hello\n\n${event({ jsonrpc: "2.0", method: "notifications/progress", params: {} })}`);
      response.write(`event: other\ndata: ${JSON.stringify(result(call, "not this"))}\n\n`);
      response.write(`data: no JSON\n\n${event({ jsonrpc: "2.0", id: 77, result: "of another" })}`);
      response.end(event(result(call, { ok: "é" })));
    });
    const exchange = await transport.call("t", {});
    expect(exchange.facts).toEqual({ kind: "mcp", reply: "result", framing: "sse", result: { ok: "é" } });
    expect(exchange.response?.body).toContain("of another");
    expect(exchange.response?.bytes).toBe(Buffer.byteLength(exchange.response!.body));
  });

  it.each([["\r\n"], ["\r"], ["\n"]])("reads lines that end in %j, and data of several lines", async (end) => {
    const { transport } = await opened((call, response) => {
      const lines = [`data: {"jsonrpc":"2.0",`, `data: "id":${call.id},"result":[]}`, "", ""];
      // The last line break is only over when something follows it.
      response.writeHead(200, SSE).end(`${lines.join(end)}:\n`);
    });
    expect((await transport.call("t", {})).facts).toMatchObject({ reply: "result", result: [] });
  });

  it("reads a stream that arrives octet by octet", async () => {
    const { transport } = await opened((call, response) => {
      response.writeHead(200, SSE);
      for (const octet of Buffer.from(event(result(call, "a\u{1f600}é")))) response.write(Buffer.from([octet]));
      response.end();
    });
    expect((await transport.call("t", {})).facts.result).toBe("a\u{1f600}é");
  });

  it("is complete with its answer, however long the stream goes on", async () => {
    const closed: Promise<void>[] = [];
    const { transport } = await opened((call, response) => {
      response.writeHead(200, SSE).write(event(result(call, call.params.name)));
      const more = setInterval(() => response.write(": still here\n\n"), 10);
      closed.push(new Promise((resolve) => response.on("close", () => resolve(clearInterval(more)))));
    });
    expect((await transport.call("one", {})).facts.result).toBe("one");
    expect((await transport.call("two", {})).facts.result).toBe("two");
    await Promise.all(closed);
    expect(closed).toHaveLength(2);
  });

  it("an endless stream without an answer is over in time, and one of endless size before that", async () => {
    const { transport } = await opened(
      (call, response) => {
        response.writeHead(200, SSE);
        const text = call.params.name === "slow" ? ": drip\n\n" : event({ fill: "x".repeat(100_000) });
        const more = setInterval(() => response.write(text), 2);
        response.on("close", () => clearInterval(more));
      },
      { timeoutMs: 1500, maxBytes: 500_000 },
    );
    const [slow, large] = await Promise.all([transport.call("slow", {}), transport.call("large", {})]);
    expect(slow.failure?.kind).toBe("timeout");
    expect(slow.failure?.partial).toContain(": drip");
    expect(large.failure?.kind).toBe("too_large");
  });

  it("a stream that ends without an answer, and without ids, has none", async () => {
    const { transport, exchanges } = await opened((_call, response) => {
      response.writeHead(200, SSE).end("data: {}\n\n");
    });
    expect((await transport.call("t", {})).facts).toEqual({ kind: "mcp", reply: "not_jsonrpc", framing: "sse" });
    expect(exchanges).toHaveLength(3);
  });

  it("may carry the handshake", async () => {
    const server = await serve((request, response) => {
      const call = JSON.parse(request.body) as Rpc;
      response.writeHead(200, SSE);
      if (call.id !== undefined) response.end(event(result(call, HELLO)));
      else response.write(": an answer to a notification that never ends\n\n");
    });
    const { transport } = connect(server.url);
    expect(await transport.open()).toMatchObject({ protocolVersion: "2025-11-25" });
  });
});

describe("requests of the server", () => {
  it("answers ping and refuses the others, without waiting for either", async () => {
    const answered: Rpc[] = [];
    let finish: (() => void) | undefined;
    const sessions = new Set<unknown>();
    const server = await serve((request, response) => {
      const message = (request.method === "DELETE" ? {} : JSON.parse(request.body)) as Rpc;
      if (message.method === "initialize") json(response, result(message, HELLO), { "mcp-session-id": "abcdefghij" });
      else if (request.method === "DELETE") response.writeHead(204).end();
      else if (message.method === undefined) {
        sessions.add(request.headers["mcp-session-id"]);
        if (answered.push(message) === 3) finish?.();
        response.writeHead(202).end();
      } else if (message.id === undefined) response.writeHead(202).end();
      else {
        response.writeHead(200, SSE);
        response.write(event({ jsonrpc: "2.0", id: "p-1", method: "ping" }));
        response.write(event([{ jsonrpc: "2.0", id: 0, method: "ping" }]));
        response.write(event({ jsonrpc: "2.0", id: 9, method: "sampling/createMessage", params: {} }));
        finish = () => response.end(event(result(message, "done")));
      }
    });
    const { transport, exchanges } = connect(server.url);
    await transport.open();
    expect((await transport.call("t", {})).facts.result).toBe("done");
    expect(answered.find((each) => each.id === "p-1")).toEqual({ jsonrpc: "2.0", id: "p-1", result: {} });
    expect(answered.find((each) => each.id === 0)).toEqual({ jsonrpc: "2.0", id: 0, result: {} });
    expect(answered.find((each) => each.id === 9)?.error?.code).toBe(-32601);
    await transport.close();
    expect(sessions).toEqual(new Set(["abcdefghij"]));
    expect(exchanges.filter((each) => each.operation === "response")).toHaveLength(3);
  });

  it("does not let itself be made a flood", async () => {
    let replies = 0;
    const server = await serve((request, response) => {
      const message = JSON.parse(request.body) as Rpc;
      if (message.method === undefined) replies++;
      if (message.id === undefined || message.method === undefined) response.writeHead(202).end();
      else if (message.method === "initialize") json(response, result(message, HELLO));
      else {
        response.writeHead(200, SSE);
        for (let id = 0; id < 5000; id++) response.write(event({ jsonrpc: "2.0", id, method: "ping" }));
        response.end(event(result(message, 1)));
      }
    });
    const { transport } = connect(server.url);
    await transport.open();
    expect((await transport.call("t", {})).facts.result).toBe(1);
    await transport.close();
    expect(replies).toBeLessThanOrEqual(100);
  });
});

describe("streams that break", () => {
  /** A server whose POST gives events and breaks, and whose GET is the test's. */
  async function breaking(
    post: (call: Rpc, response: ServerResponse) => void,
    get: (request: Received, response: ServerResponse, call: Rpc) => void,
    options = {},
  ) {
    let last: Rpc | undefined;
    const gets: Received[] = [];
    const handler = mcp((call, response) => {
      last = call;
      post(call, response);
    });
    const port = await listen(
      createServer(
        listener([], (request, response) => {
          if (request.method !== "GET") handler(request, response);
          else {
            gets.push(request);
            get(request, response, last!);
          }
        }),
      ),
    );
    const connected = connect(`http://127.0.0.1:${port}/mcp`, options);
    await connected.transport.open();
    return { ...connected, gets };
  }

  it.each([["ends"], ["is cut off"]])("are continued from the last event id when the stream %s", async (how) => {
    const { transport, exchanges, gets } = await breaking(
      (_call, response) => {
        response.writeHead(200, SSE);
        const text = `retry: 60\n${event({ jsonrpc: "2.0", method: "notifications/message" }, "e1")}id: e2\ndata: \n\n`;
        if (how === "ends") response.end(text);
        else response.write(text, () => response.destroy());
      },
      (request, response, call) => {
        response.writeHead(200, SSE);
        if (request.headers["last-event-id"] === "e2") response.end("id: e3\ndata:\n\n");
        else response.end(event(result(call, "at last"), "e4"));
      },
    );
    const exchange = await transport.call("t", {});
    expect(gets.map((each) => each.headers["last-event-id"])).toEqual(["e2", "e3"]);
    expect(gets[0]!.headers.accept).toBe("text/event-stream");
    expect(gets[0]!.headers).not.toHaveProperty("content-type");
    expect(exchange).not.toHaveProperty("failure");
    expect(exchange.facts).toEqual({
      kind: "mcp",
      reply: "result",
      framing: "sse",
      result: "at last",
      resumed_in: [4, 5],
    });
    expect(exchange.request.method).toBe("POST");
    expect(exchange.response?.body).toContain("id: e2");
    expect(exchange.duration_ms).toBeGreaterThanOrEqual(115);
    const resumes = exchanges.filter((each) => each.operation === "stream/resume");
    expect(resumes.map((each) => each.facts.reply)).toEqual(["not_jsonrpc", "result"]);
    expect(resumes.at(-1)!.response?.body).toContain("at last");
  });

  it("are left when the server does not continue them", async () => {
    const { transport, gets } = await breaking(
      (_call, response) => response.writeHead(200, SSE).end("retry: 1\nid: 1\ndata: \n\n"),
      (_request, response) => response.writeHead(405).end(),
    );
    const exchange = await transport.call("t", {});
    expect(exchange.facts).toMatchObject({ reply: "not_jsonrpc", resumed_in: [4] });
    expect(gets).toHaveLength(1);
  });

  it("are continued no longer than the answer may take", async () => {
    const { transport, gets } = await breaking(
      (_call, response) => response.writeHead(200, SSE).end("retry: 0\nid: 1\ndata: \n\n"),
      (_request, response) => response.writeHead(200, SSE).end(": nothing new\n\n"),
      { timeoutMs: 500 },
    );
    const exchange = await transport.call("t", {});
    expect(exchange.failure?.kind).toBe("timeout");
    expect(exchange.facts.reply).toBe("none");
    expect(gets.length).toBeGreaterThan(0);
    expect(gets.length).toBeLessThanOrEqual(10);
  });

  it("are not waited for beyond that time, nor after an abort", async () => {
    const abort = new AbortController();
    const { transport, gets } = await breaking(
      (_call, response) => response.writeHead(200, SSE).end("retry: 3600000\nid: 1\ndata: \n\n"),
      () => {},
    );
    expect((await transport.call("t", {})).failure?.kind).toBe("timeout");
    const waiting = await breaking(
      (_call, response) => {
        response.on("close", () => abort.abort());
        response.writeHead(200, SSE).end("retry: 20000\nid: 1\ndata: \n\n");
      },
      () => {},
    );
    expect((await waiting.transport.call("t", {}, { signal: abort.signal })).failure?.kind).toBe("aborted");
    expect(gets).toHaveLength(0);
    expect(waiting.gets).toHaveLength(0);
  });
});
