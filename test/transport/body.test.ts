import type { ServerResponse } from "node:http";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import type { ClientOptions } from "../../src/transport/client.ts";
import type { Exchange } from "../../src/transport/exchange.ts";
import { connect, mcp, type Rpc, result, serve, serveBytes } from "./support.ts";

/** One call to a server whose answer the test writes. */
async function ask(
  answer: (response: ServerResponse, call: Rpc) => void,
  options: Partial<ClientOptions> = {},
): Promise<Exchange> {
  const server = await serve(mcp((call, response) => answer(response, call)));
  const { transport } = connect(server.url, options);
  await transport.open();
  return transport.call("t", {});
}

const JSON_TYPE = { "content-type": "application/json" };

/** One call to a server that answers every request with the same bytes. */
async function askBytes(head: string, body: Buffer | string, options: Partial<ClientOptions> = {}): Promise<Exchange> {
  const url = await serveBytes((socket) => {
    socket.write(`${head}\r\n\r\n`);
    socket.end(body);
  });
  return connect(url, options).transport.call("t", {});
}

describe("JSON answers", () => {
  it("gives the result, the body and its size as received", async () => {
    const body = '{ "result": {"x": "é"},\n "id": 2, "jsonrpc": "2.0" }';
    const exchange = await ask((response) => response.writeHead(200, JSON_TYPE).end(body));
    expect(exchange.facts).toEqual({ kind: "mcp", reply: "result", framing: "json", result: { x: "é" } });
    expect(exchange.response).toMatchObject({ status: 200, body, bytes: Buffer.byteLength(body) });
    expect(exchange).toMatchObject({ operation: "tools/call", tool: "t", attempt: 1 });
    expect(exchange.duration_ms).toBeGreaterThan(0);
    expect(new Date(exchange.at).toISOString()).toBe(exchange.at);
  });

  it.each<[string, (id: unknown) => unknown, object]>([
    [
      "an error",
      (id) => ({ jsonrpc: "2.0", id, error: { code: -32602, message: "no", data: [1] } }),
      { reply: "error" },
    ],
    ["an error with the id null", () => ({ jsonrpc: "2.0", id: null, error: { code: -32700 } }), { reply: "error" }],
    [
      "a batch with our answer",
      (id) => [
        { jsonrpc: "2.0", method: "x" },
        { jsonrpc: "2.0", id, result: 1 },
      ],
      { result: 1 },
    ],
    ["another id", () => ({ jsonrpc: "2.0", id: 999, result: {} }), { reply: "not_jsonrpc" }],
    ["our id as a string", (id) => ({ jsonrpc: "2.0", id: String(id), result: {} }), { reply: "not_jsonrpc" }],
    ["a result with the id null", () => ({ jsonrpc: "2.0", id: null, result: {} }), { reply: "not_jsonrpc" }],
    ["no jsonrpc", (id) => ({ id, result: {} }), { reply: "not_jsonrpc" }],
    ["result and error", (id) => ({ jsonrpc: "2.0", id, result: {}, error: {} }), { reply: "not_jsonrpc" }],
    ["neither result nor error", (id) => ({ jsonrpc: "2.0", id }), { reply: "not_jsonrpc" }],
    ["an error that is no object", (id) => ({ jsonrpc: "2.0", id, error: "no" }), { reply: "not_jsonrpc" }],
    ["plain JSON", () => ({ ok: true }), { reply: "not_jsonrpc" }],
    ["null", () => null, { reply: "not_jsonrpc" }],
    ["an array of rubbish", () => [null, 1, "x", []], { reply: "not_jsonrpc" }],
  ])("reads %s", async (_name, value, facts) => {
    const exchange = await ask((response, call) =>
      response.writeHead(200, JSON_TYPE).end(JSON.stringify(value(call.id))),
    );
    expect(exchange.facts).toMatchObject({ framing: "json", ...facts });
    expect(exchange).not.toHaveProperty("failure");
  });

  it("tells an HTTP error together with its JSON-RPC error", async () => {
    const exchange = await ask((response, call) =>
      response
        .writeHead(401, { ...JSON_TYPE, "WWW-Authenticate": "Bearer" })
        .end(JSON.stringify({ jsonrpc: "2.0", id: call.id, error: { code: 1, message: "who?" } })),
    );
    expect(exchange.response).toMatchObject({ status: 401, headers: { "www-authenticate": "Bearer" } });
    expect(exchange.facts).toMatchObject({ reply: "error", error: { code: 1, message: "who?" } });
  });

  it("passes over a byte order mark", async () => {
    const exchange = await ask((response, call) =>
      response.writeHead(200, JSON_TYPE).end(`\ufeff${JSON.stringify(result(call, 5))}`),
    );
    expect(exchange.facts).toMatchObject({ reply: "result", result: 5 });
  });

  it("keeps keys such as __proto__ as data", async () => {
    const exchange = await ask((response) =>
      response.writeHead(200, JSON_TYPE).end('{"jsonrpc":"2.0","id":2,"result":{"__proto__":{"polluted":1}}}'),
    );
    expect(Object.keys(exchange.facts.result as object)).toEqual(["__proto__"]);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });
});

describe("bodies that are no answer", () => {
  it.each([
    ["truncated JSON", "application/json", '{"jsonrpc":"2.0","id":2,"resu', "not_json"],
    ["a page", "text/html", "<!doctype html><p>Hello</p>", "not_json"],
    ["nothing", "application/json", "", "none"],
    ["white space", "application/json", " \n ", "none"],
    ["a number that is none", "application/json", "NaN", "not_json"],
  ])("%s", async (_name, type, body, reply) => {
    const exchange = await ask((response) => response.writeHead(200, { "content-type": type }).end(body));
    expect(exchange.facts.reply).toBe(reply);
    expect(exchange.response?.body).toBe(body);
  });

  it.each([
    ["arrays", "[".repeat(1_000_000)],
    ["closed arrays", "[".repeat(1_000_000) + "]".repeat(1_000_000)],
    ["objects in the result", `{"jsonrpc":"2.0","id":2,"result":${'{"a":'.repeat(5000)}1${"}".repeat(5000)}}`],
  ])("JSON nested without end: %s", async (_name, body) => {
    const exchange = await ask((response) => response.writeHead(200, JSON_TYPE).end(body));
    expect(exchange.facts.reply).toBe("not_json");
  });

  it("takes brackets inside of strings, and deep but bearable nesting", async () => {
    const text = `\\"${"[".repeat(10_000)}\\\\`;
    const deep = `${"[".repeat(1000)}${"]".repeat(1000)}`;
    const body = `{"jsonrpc":"2.0","id":2,"result":["${text}",${deep}]}`;
    const exchange = await ask((response) => response.writeHead(200, JSON_TYPE).end(body));
    expect(exchange.facts.reply).toBe("result");
  });

  it.each([["application/json"], ["text/event-stream"]])("invalid UTF-8 as %s", async (type) => {
    const exchange = await ask((response) =>
      response.writeHead(200, { "content-type": type }).end(Buffer.from('data: {"x":"\xff\xfe"}\n\n', "latin1")),
    );
    expect(exchange.failure).toMatchObject({ kind: "not_utf8", status: 200 });
    expect(exchange.failure?.partial).toContain('data: {"x":"');
    expect(exchange).not.toHaveProperty("response");
    expect(exchange.facts.reply).toBe("none");
  });

  it("compressed although nobody asked for it", async () => {
    const exchange = await ask((response, call) =>
      response
        .writeHead(200, { ...JSON_TYPE, "content-encoding": "gzip" })
        .end(gzipSync(JSON.stringify(result(call, {})))),
    );
    expect(exchange.facts.reply).toBe("not_json");
    expect(exchange.response?.headers["content-encoding"]).toBe("gzip");
  });
});

describe("limits", () => {
  it.each([["with"], ["without"]])("20 MB, %s a length that says so", async (length) => {
    const exchange = await ask((response) => {
      const chunk = Buffer.alloc(1024 * 1024, "x");
      response.writeHead(200, { ...JSON_TYPE, ...(length === "with" ? { "content-length": 20 * 1024 * 1024 } : {}) });
      for (let count = 0; count < 20; count++) response.write(chunk);
      response.end();
    });
    expect(exchange.failure).toMatchObject({ kind: "too_large", status: 200 });
    expect((exchange.failure?.partial ?? "").length).toBeLessThanOrEqual(4096);
  });

  it("takes an answer of exactly the largest size", async () => {
    const body = `{"jsonrpc":"2.0","id":2,"result":"${"x".repeat(100_000)}"}`;
    const exchange = await ask((response) => response.writeHead(200, JSON_TYPE).end(body), { maxBytes: body.length });
    expect(exchange.facts.reply).toBe("result");
    const larger = await ask((response) => response.writeHead(200, JSON_TYPE).end(body), { maxBytes: body.length - 1 });
    expect(larger.failure?.kind).toBe("too_large");
  });

  it("takes an answer in thousands of pieces", async () => {
    const text = `é${"0123456789".repeat(20_000)}`;
    const exchange = await ask((response, call) => {
      const body = Buffer.from(JSON.stringify(result(call, text)));
      response.writeHead(200, JSON_TYPE);
      for (let at = 0; at < body.length; at += 97) response.write(body.subarray(at, at + 97));
      response.end();
    });
    expect(exchange.facts.result).toBe(text);
  });

  it("an answer that drips without end is over in time", async () => {
    const exchange = await ask(
      (response) => {
        response.writeHead(200, JSON_TYPE);
        const drip = setInterval(() => response.write(" "), 20);
        response.on("close", () => clearInterval(drip));
      },
      { timeoutMs: 400 },
    );
    expect(exchange.failure).toMatchObject({ kind: "timeout", status: 200 });
    expect(exchange.duration_ms).toBeGreaterThanOrEqual(390);
    expect(exchange.duration_ms).toBeLessThan(10_000);
  });

  it("no answer at all is over in time", async () => {
    const exchange = await ask(() => {}, { timeoutMs: 200 });
    expect(exchange.failure?.kind).toBe("timeout");
    expect(exchange.failure).not.toHaveProperty("status");
  });
});

describe("HTTP of a hostile kind", () => {
  it("a connection that closes without a word", async () => {
    expect((await askBytes("", "")).failure?.kind).toMatch(/closed|other/);
    const url = await serveBytes((socket) => socket.destroy());
    const { transport } = connect(url);
    expect((await transport.call("t", {})).failure?.kind).toBe("closed");
  });

  it.each([
    ["a length", "Content-Length: 100", '{"jsonrpc":'],
    ["pieces", "Transfer-Encoding: chunked", '9\r\n{"jsonrpc\r\n'],
  ])("a connection that closes early in a body with %s", async (_name, header, body) => {
    const exchange = await askBytes(`HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n${header}`, body);
    expect(exchange.failure).toMatchObject({ kind: "closed", status: 200 });
    expect(exchange.failure?.partial).toContain("jsonrpc");
  });

  it("header names that are properties of every object", async () => {
    const head = "HTTP/1.1 200 OK\r\n__proto__: a\r\nconstructor: b\r\ntoString: c\r\nContent-Length: 2";
    const exchange = await askBytes(head, "{}");
    expect(exchange.response?.status).toBe(200);
    expect(Object.entries(exchange.response!.headers).slice(0, 3)).toEqual([
      ["__proto__", "a"],
      ["constructor", "b"],
      ["tostring", "c"],
    ]);
  });

  it("a head without end, words that are no HTTP, and a switch of protocols", async () => {
    expect((await askBytes(`HTTP/1.1 200 OK\r\nx: ${"y".repeat(200_000)}`, "")).failure?.kind).toBe("too_large");
    expect((await askBytes("SSH-2.0-OpenSSH_9.6", "")).failure?.kind).toBe("other");
    expect(
      (await askBytes("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade", "")).failure,
    ).toBeDefined();
  });

  it("early hints come before the answer", async () => {
    const hints = "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2";
    expect((await askBytes(hints, "{}")).response).toMatchObject({ status: 200, body: "{}" });
  });
});
