import { describe, expect, it } from "vitest";
import { redirectOf } from "../../src/transport/redirects.ts";
import { connect, json, mcp, result, serve } from "./support.ts";

const HEADERS = { headers: { Authorization: "Bearer for-this-origin-only" } };

describe("redirects", () => {
  it.each([[307], [308]])("%i within the origin is followed with method, body and credentials", async (status) => {
    const server = await serve((request, response) => {
      if (request.url === "/mcp") response.writeHead(status, { location: "/real/mcp" }).end();
      else mcp((call, answer) => json(answer, result(call, request.body.length)))(request, response);
    });
    const { transport, exchanges } = connect(server.url, HEADERS);
    await transport.open();
    const exchange = await transport.call("t", {});
    expect(exchange.facts).toMatchObject({ reply: "result", result: exchange.request.body!.length });
    expect(exchange.request.url).toMatch(/\/real\/mcp$/);
    expect(server.received.map((each) => each.method)).toEqual(["POST", "POST", "POST", "POST", "POST", "POST"]);
    expect(new Set(server.received.map((each) => each.headers.authorization))).toEqual(
      new Set(["Bearer for-this-origin-only"]),
    );
    expect(exchanges.map((each) => each.response?.status)).toEqual([status, 200, status, 202, status, 200]);
  });

  it.each([[301], [302], [303]])("%i is not followed", async (status) => {
    const server = await serve((_request, response) =>
      response.writeHead(status, { location: "/elsewhere?token=abcdefgh" }).end("moved"),
    );
    const { transport } = connect(server.url, HEADERS);
    const exchange = await transport.call("t", {});
    expect(server.received).toHaveLength(1);
    expect(exchange.failure).toMatchObject({ kind: "redirect", status });
    expect(exchange.failure!.message).toContain("/elsewhere");
    expect(exchange.response).toMatchObject({ status, body: "moved" });
    await expect(transport.open()).rejects.toMatchObject({ name: "ConnectionError", problem: "redirect" });
  });

  it.each([[302], [307], [308]])("%i to another origin brings nothing there", async (status) => {
    const other = await serve((_request, response) => response.end("{}"));
    const server = await serve((_request, response) =>
      response.writeHead(status, { location: `${other.url}?x=for-this-origin-only` }).end(),
    );
    const { transport } = connect(server.url, HEADERS);
    const exchange = await transport.call("t", {});
    expect(exchange.failure?.kind).toBe("redirect");
    expect(exchange.failure!.message).toContain(String(other.port));
    expect(JSON.stringify(exchange)).not.toContain("for-this-origin-only");
    expect(other.received).toHaveLength(0);
  });

  it("end after five in a row", async () => {
    const server = await serve((request, response) => response.writeHead(307, { location: request.url }).end());
    const { transport, exchanges } = connect(server.url);
    expect((await transport.call("t", {})).failure?.kind).toBe("redirect");
    expect(server.received).toHaveLength(6);
    expect(exchanges).toHaveLength(6);
  });

  it.each([[undefined], ["http://["], ["javascript:alert(1)"], ["//other.test/"]])("to %s are refused", async (to) => {
    const server = await serve((_request, response) => response.writeHead(307, to ? { location: to } : {}).end());
    expect((await connect(server.url).transport.call("t", {})).failure?.kind).toBe("redirect");
  });

  it("may go from http to https of the same host, and not back", () => {
    const to = (from: string, location: string) => redirectOf(new URL(from), 308, location);
    expect(to("http://a.test/x", "https://a.test/y")).toEqual({ follow: new URL("https://a.test/y") });
    expect(to("http://a.test:8080/x", "https://a.test/y")).toHaveProperty("refused");
    expect(to("http://a.test/x", "https://a.test:8443/y")).toHaveProperty("refused");
    expect(to("http://a.test/x", "https://b.test/y")).toHaveProperty("refused");
    expect(to("https://a.test/x", "http://a.test/y")).toHaveProperty("refused");
    expect(to("https://a.test/x", "https://user:pw@a.test/y#z")).toEqual({ follow: new URL("https://a.test/y") });
  });

  it("are told without control characters", () => {
    const refused = redirectOf(new URL("http://a.test/"), 302, "http://b.test/\u001b[31m\u202ex");
    expect(JSON.stringify(refused)).not.toMatch(/\u001b|\u202e|\\u001b/);
  });
});
