import { createServer } from "node:http";
import { describe, expect, it } from "vitest";
import { connect, json, listen, listener, mcp, result, serve } from "./support.ts";

describe("call", () => {
  it("puts arguments on the wire, verbatim where they are text", async () => {
    const server = await serve(mcp((call, response) => json(response, result(call, {}))));
    const { transport } = connect(server.url);
    await transport.open();
    await transport.call("näme", { a: [1, "\u{1f600}"], n: null });
    const exchange = await transport.call("t", { json: '{ "z":1,\n "a": 1e2 }' });
    await transport.call("t", undefined);
    const [first, second, third] = server.received.slice(2);
    expect(JSON.parse(first!.body).params).toEqual({ name: "näme", arguments: { a: [1, "\u{1f600}"], n: null } });
    expect(second!.body).toContain('"arguments":{ "z":1,\n "a": 1e2 }}');
    expect(exchange.request.body).toBe(second!.body);
    expect(JSON.parse(third!.body).params.arguments).toEqual({});
  });

  it("records the request's headers as they were sent", async () => {
    const server = await serve(mcp((call, response) => json(response, result(call, {}))));
    const { transport } = connect(server.url, { headers: { "X-Dry-Run": "true", Accept: "application/json" } });
    await transport.open();
    const exchange = await transport.call("t", {}, { headers: { "X-Extra-Version": "1.0", "user-agent": null } });
    expect(server.received[2]!.headers).toEqual(exchange.request.headers);
    expect(exchange.request.headers).toMatchObject({ "x-dry-run": "true", accept: "application/json" });
    expect(exchange.request.headers).not.toHaveProperty("user-agent");
  });

  it("replaces and removes credentials for one call only", async () => {
    const server = await serve(mcp((call, response) => json(response, result(call, {}))));
    const { transport } = connect(server.url, { headers: { Authorization: "Bearer the-real-one" } });
    await transport.open();
    await transport.call("t", {}, { headers: { authorization: null } });
    const wrong = await transport.call("t", { a: "made-up-one" }, { headers: { Authorization: "Bearer made-up-one" } });
    await transport.call("t", {});
    expect(server.received.slice(2).map((each) => each.headers.authorization)).toEqual([
      undefined,
      "Bearer made-up-one",
      "Bearer the-real-one",
    ]);
    expect(JSON.stringify(wrong)).not.toContain("made-up-one");
  });

  it("sends user information of the address as Basic credentials", async () => {
    const server = await serve(mcp((call, response) => json(response, result(call, {}))));
    const { transport, exchanges } = connect(server.url.replace("://", "://me:p%40ssword@"));
    await transport.open();
    const basic = `Basic ${Buffer.from("me:p@ssword").toString("base64")}`;
    expect(server.received[0]!.headers.authorization).toBe(basic);
    expect(transport.url).toBe(server.url);
    expect(JSON.stringify(exchanges)).not.toMatch(/ssword/);
  });

  it("sends nothing where the signal was aborted before", async () => {
    const server = await serve(mcp((call, response) => json(response, result(call, {}))));
    const { transport } = connect(server.url);
    await transport.open();
    const exchange = await transport.call("t", {}, { signal: AbortSignal.abort() });
    expect(exchange.failure?.kind).toBe("aborted");
    expect(exchange).not.toHaveProperty("response");
    await transport.call("u", {});
    expect(server.received.map((each) => JSON.parse(each.body).params?.name)).toEqual([undefined, undefined, "u"]);
  });

  it("ends at once when the signal aborts, before and during the answer", async () => {
    const abort = new AbortController();
    const server = await serve(
      mcp((call, response) => {
        if (call.params.name === "silent") abort.abort();
        else {
          response.writeHead(200, { "content-type": "application/json" }).write('{"jsonrpc"');
          response.write(" ", () => second.abort());
        }
      }),
    );
    const second = new AbortController();
    const { transport } = connect(server.url);
    await transport.open();
    const [silent, started] = await Promise.all([
      transport.call("silent", {}, { signal: abort.signal }),
      transport.call("started", {}, { signal: second.signal }),
    ]);
    expect(silent.failure?.kind).toBe("aborted");
    expect(started.failure?.kind).toBe("aborted");
  });

  it("uses two connections in turn for calls in a row, and several for calls that overlap", async () => {
    const sockets = new Set<unknown>();
    const waiting: (() => void)[] = [];
    const server = createServer(
      listener(
        [],
        mcp((call, response) => {
          sockets.add(response.socket);
          const answer = () => json(response, result(call, {}));
          if (call.params.name === "row") answer();
          else if (waiting.push(answer) === 4) for (const each of waiting) each();
        }),
      ),
    );
    const port = await listen(server);
    const { transport } = connect(`http://127.0.0.1:${port}/`);
    await transport.open();
    for (let index = 0; index < 20; index++) await transport.call("row", {});
    // undici hands a socket out again one turn of the event loop after its answer: the next call takes the other one.
    expect(sockets.size).toBeLessThanOrEqual(2);
    await Promise.all([1, 2, 3, 4].map(() => transport.call("overlap", {})));
    expect(sockets.size).toBeGreaterThanOrEqual(4);
    expect(sockets.size).toBeLessThanOrEqual(6);
  });

  it("tells the end of the transport as the failure of calls under way and after it", async () => {
    const server = await serve(mcp(() => void transport.close()));
    const { transport } = connect(server.url);
    await transport.open();
    expect((await transport.call("t", {})).failure?.kind).toBe("aborted");
    expect((await transport.call("t", {})).failure?.kind).toBe("aborted");
    await transport.close();
  });
});
