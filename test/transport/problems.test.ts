import { createServer } from "node:net";
import { describe, expect, it } from "vitest";
import type { ConnectionError } from "../../src/transport/transport.ts";
import { connect, HELLO, json, listen, mcp, type Rpc, result, serve, serveBytes } from "./support.ts";

async function refusal(promise: Promise<unknown>): Promise<ConnectionError> {
  const error = await promise.then(
    () => expect.unreachable(),
    (reason) => reason as ConnectionError,
  );
  expect(error.name).toBe("ConnectionError");
  expect(error.advice).toMatch(/^[A-Z].*\.$/);
  expect(error.message).toMatch(/\.$/);
  expect(error.message).not.toMatch(/\n/);
  return error;
}

describe("opening a connection", () => {
  it.each<[string, number, string, string, string]>([
    ["credentials", 401, "application/json", "{}", "401"],
    ["credentials", 403, "text/html", "<html>", "403"],
    ["not_this_protocol", 404, "text/html", "<html>", "404"],
    ["not_this_protocol", 405, "", "", "405"],
    ["not_this_protocol", 200, "text/html", "<!DOCTYPE html><title>Shop</title>", "web page"],
    ["not_this_protocol", 200, "application/json", '{"hello":"world"}', "no answer"],
    ["not_this_protocol", 200, "text/plain", "OK", "no JSON"],
    ["not_this_protocol", 200, "application/json", "", "empty"],
    ["not_this_protocol", 200, "text/event-stream", ": nothing\n\n", "event stream"],
    [
      "not_this_protocol",
      400,
      "application/json",
      '{"jsonrpc":"2.0","id":1,"error":{"code":-32601,"message":"What?"}}',
      "What?",
    ],
    ["not_this_protocol", 200, "application/json", '{"jsonrpc":"2.0","id":1,"result":{}}', "protocol version"],
    ["server_error", 500, "text/plain", "oops", "500"],
    ["server_error", 503, "application/json", "{}", "503"],
    ["server_error", 429, "", "", "429"],
  ])("%s: HTTP %i %s %s", async (problem, status, type, body, word) => {
    const server = await serve((_request, response) => response.writeHead(status, { "content-type": type }).end(body));
    const error = await refusal(connect(server.url).transport.open());
    expect(error.problem).toBe(problem);
    expect(error.message).toContain(word);
    expect(error.exchange?.response?.status).toBe(status);
  });

  it("tells a port where nothing listens", async () => {
    const server = createServer();
    const port = await listen(server);
    await new Promise((resolve) => server.close(resolve));
    const error = await refusal(connect(`http://127.0.0.1:${port}/mcp`).transport.open());
    expect(error).toMatchObject({ problem: "unreachable" });
    expect(error.message).toContain(`127.0.0.1:${port}`);
    expect(error.exchange?.failure?.kind).toBe("refused");
  });

  it("tells a name that does not exist", async () => {
    const error = await refusal(connect("http://no-such-host.invalid/mcp").transport.open());
    expect(error.problem).toBe("dns");
    expect(error.message).toContain("no-such-host.invalid");
  });

  it("tells silence, an early end, and an abort", async () => {
    const silent = await serve(() => {});
    expect(await refusal(connect(silent.url, { timeoutMs: 100 }).transport.open())).toMatchObject({
      problem: "timeout",
    });
    const rude = await serveBytes((socket) => socket.destroy());
    expect(await refusal(connect(rude).transport.open())).toMatchObject({ problem: "unreachable" });
    const signal = AbortSignal.abort();
    expect(await refusal(connect(silent.url).transport.open({ signal }))).toMatchObject({ problem: "aborted" });
  });

  it("reaches IPv6 addresses", async (context) => {
    const port = await listen(
      (await import("node:http")).createServer((request, response) => {
        request.resume().on("end", () => json(response, result({ jsonrpc: "2.0", id: 1 } as Rpc, HELLO)));
      }),
      "::1",
    ).catch(() => context.skip("no IPv6 on this machine"));
    expect(await connect(`http://[::1]:${port}/mcp`).transport.open()).toMatchObject({ protocolVersion: "2025-11-25" });
  });
});

describe("reading the tools", () => {
  it.each<[string, unknown, string]>([
    ["no list", { tools: "none" }, "no list of tools"],
    ["no object", null, "no list of tools"],
  ])("refuses %s", async (_name, value, word) => {
    const server = await serve(mcp((call, response) => json(response, result(call, value))));
    const { transport } = connect(server.url);
    await transport.open();
    const error = await refusal(transport.tools());
    expect(error).toMatchObject({ problem: "not_this_protocol" });
    expect(error.message).toContain(word);
  });

  it("tells refused credentials", async () => {
    const server = await serve(mcp((_call, response) => void response.writeHead(401).end()));
    const { transport } = connect(server.url);
    await transport.open();
    expect(await refusal(transport.tools())).toMatchObject({ problem: "credentials" });
  });
});
