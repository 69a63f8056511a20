import { createServer, request as httpRequest } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { type Socket, connect as tcpConnect } from "node:net";
import { afterEach, describe, expect, it, vi } from "vitest";
import { proxyFor } from "../../src/transport/connections.ts";
import { selfSigned } from "./certificates.ts";
import { connect, json, listen, listener, mcp, result, serve } from "./support.ts";

const VARIABLES = ["http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "no_proxy", "NO_PROXY"];

/** A proxy that brings everything to one port of this machine, and keeps what it was asked for. */
async function proxy(target: number): Promise<{ port: number; asked: string[]; credentials: Set<unknown> }> {
  const asked: string[] = [];
  const credentials = new Set<unknown>();
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    credentials.add(request.headers["proxy-authorization"]);
    const { "proxy-authorization": _own, ...headers } = request.headers;
    const onward = httpRequest(
      { port: target, host: "127.0.0.1", method: request.method, path: new URL(request.url!).pathname, headers },
      (answer) => answer.pipe(response.writeHead(answer.statusCode!, answer.headers)),
    );
    request.pipe(onward);
  });
  server.on("connect", (request, socket: Socket) => {
    asked.push(`CONNECT ${request.url}`);
    credentials.add(request.headers["proxy-authorization"]);
    const onward = tcpConnect(target, "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 OK\r\n\r\n");
      onward.pipe(socket).pipe(onward);
    });
    onward.on("error", () => socket.destroy());
    socket.on("error", () => onward.destroy());
  });
  return { port: await listen(server), asked, credentials };
}

function environment(values: Record<string, string>): void {
  for (const name of VARIABLES) vi.stubEnv(name, values[name]);
}

afterEach(() => {
  vi.unstubAllEnvs();
});

describe("proxies of the environment", () => {
  it("take plain http in absolute form, with their own credentials", async () => {
    const seller = await serve(mcp((call, response) => json(response, result(call, { ok: true }))));
    const { port, asked, credentials } = await proxy(seller.port);
    environment({ http_proxy: `http://me:proxy-secret@127.0.0.1:${port}` });
    const { transport, exchanges } = connect("http://seller.test/mcp", {
      headers: { Authorization: "Bearer seller-secret" },
    });
    await transport.open();
    const answers = await Promise.all([1, 2, 3].map(() => transport.call("t", {})));
    expect(answers.map((each) => each.facts.result)).toEqual([{ ok: true }, { ok: true }, { ok: true }]);
    expect(new Set(asked)).toEqual(new Set(["POST http://seller.test/mcp"]));
    expect(credentials).toEqual(new Set([`Basic ${Buffer.from("me:proxy-secret").toString("base64")}`]));
    expect(seller.received.every((each) => each.headers.host === "seller.test")).toBe(true);
    expect(seller.received.every((each) => each.headers.authorization === "Bearer seller-secret")).toBe(true);
    expect(JSON.stringify(exchanges)).not.toMatch(/proxy-secret|seller-secret/);
  });

  it("are passed by for loopback hosts and for those of no_proxy", async () => {
    const seller = await serve(mcp((call, response) => json(response, result(call, {}))));
    const { port, asked } = await proxy(seller.port);
    environment({ HTTP_PROXY: `127.0.0.1:${port}`, no_proxy: "direct.invalid" });
    await connect(seller.url).transport.open();
    expect(asked).toEqual([]);
    await expect(connect("http://direct.invalid/mcp").transport.open()).rejects.toMatchObject({ problem: "dns" });
    expect(asked).toEqual([]);
    await connect("http://seller.test/mcp").transport.open();
    expect(asked).toHaveLength(2);
  });

  it("that are not there or refuse are told as such", async () => {
    const refusing = createServer((_request, response) => response.writeHead(407).end("who are you?"));
    refusing.on("connect", (_request, socket: Socket) => socket.end("HTTP/1.1 407 Who\r\n\r\n"));
    const port = await listen(refusing);
    environment({ http_proxy: `http://127.0.0.1:${port}`, https_proxy: `http://127.0.0.1:${port}` });
    for (const url of ["http://seller.test/mcp", "https://seller.test/mcp"]) {
      const { transport } = connect(url, { timeoutMs: 5000 });
      await expect(transport.open()).rejects.toMatchObject({
        problem: "credentials",
        message: expect.stringContaining("407"),
      });
    }
    environment({ http_proxy: "http://127.0.0.1:1" });
    await expect(connect("http://seller.test/mcp").transport.open()).rejects.toMatchObject({ problem: "unreachable" });
  });

  it("are chosen by the scheme, and have to be addresses", () => {
    environment({ http_proxy: "plain.test:8080", HTTPS_PROXY: "https://secure.test" });
    expect(proxyFor(new URL("http://a.test/"))?.href).toBe("http://plain.test:8080/");
    expect(proxyFor(new URL("https://a.test/"))?.href).toBe("https://secure.test/");
    for (const loopback of ["http://localhost/", "http://127.1.2.3/", "http://[::1]:80/", "https://x.localhost/"]) {
      expect(proxyFor(new URL(loopback))).toBeUndefined();
    }
    environment({ http_proxy: "http://" });
    expect(() => connect("http://a.test/")).toThrow(/http_proxy/);
    expect(proxyFor(new URL("https://a.test/"))).toBeUndefined();
  });

  const certificate = selfSigned("seller.test");
  it.skipIf(!certificate)(
    certificate ? "tunnel https" : "tunnel https (skipped: the command openssl is missing)",
    async () => {
      const handler = mcp((call, response) => json(response, result(call, { ok: true })));
      const { port, asked } = await proxy(await listen(createTlsServer(certificate!, listener([], handler))));
      environment({ https_proxy: `http://127.0.0.1:${port}` });
      const distrustful = connect("https://seller.test/mcp", { timeoutMs: 5000 }).transport;
      await expect(distrustful.open()).rejects.toMatchObject({ problem: "tls" });
      vi.stubEnv("NODE_EXTRA_CA_CERTS", certificate!.file);
      vi.resetModules();
      const anew: typeof import("../../src/transport/mcp.ts") = await import("../../src/transport/mcp.ts");
      const transport = anew.createMcpTransport({ url: "https://seller.test/mcp" });
      await transport.open();
      expect((await transport.call("t", {})).facts.result).toEqual({ ok: true });
      await transport.close();
      expect(new Set(asked)).toEqual(new Set(["CONNECT seller.test:443"]));
    },
  );
});
