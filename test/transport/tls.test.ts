import { createServer } from "node:https";
import { describe, expect, it, vi } from "vitest";
import { type Certificate, selfSigned } from "./certificates.ts";
import { connect, json, listen, listener, mcp, result, serve } from "./support.ts";

const local = selfSigned("localhost");
const elsewhere = selfSigned("elsewhere.test");
const name = local && elsewhere ? "TLS" : "TLS (skipped: the command openssl is missing)";

async function secure(certificate: Certificate): Promise<string> {
  const handler = mcp((call, response) => json(response, result(call, {})));
  return `https://localhost:${await listen(createServer(certificate, listener([], handler)))}/mcp`;
}

describe.skipIf(!local || !elsewhere)(name, () => {
  it("names the problem of a certificate that is not trusted, and sends nothing", async () => {
    const url = await secure(local!);
    const { transport } = connect(url);
    await expect(transport.open()).rejects.toMatchObject({
      name: "ConnectionError",
      problem: "tls",
      message: expect.stringContaining("self-signed"),
      advice: expect.stringContaining("NODE_EXTRA_CA_CERTS"),
    });
    expect((await transport.call("t", {})).failure).toMatchObject({ kind: "tls" });
  });

  it.each([["NODE_EXTRA_CA_CERTS"], ["SSL_CERT_FILE"]])("trusts the authorities of %s", async (variable) => {
    const url = await secure(local!);
    await withAuthority(variable, local!, async (connectAnew) => {
      expect(await connectAnew(url).open()).toMatchObject({ protocolVersion: "2025-11-25" });
    });
  });

  it("names a certificate that is for another host", async () => {
    const url = await secure(elsewhere!);
    await withAuthority("NODE_EXTRA_CA_CERTS", elsewhere!, async (connectAnew) => {
      await expect(connectAnew(url).open()).rejects.toMatchObject({
        problem: "tls",
        message: expect.stringContaining("another host"),
      });
    });
  });

  it("names a certificate that has expired", async (context) => {
    const expired = selfSigned("localhost", "expired");
    if (!expired) return context.skip("this openssl cannot date certificates back");
    const url = await secure(expired);
    await withAuthority("NODE_EXTRA_CA_CERTS", expired, async (connectAnew) => {
      await expect(connectAnew(url).open()).rejects.toMatchObject({
        problem: "tls",
        message: expect.stringContaining("expired"),
      });
    });
  });

  it("tells a port that does not speak TLS", async () => {
    const server = await serve((_request, response) => response.end());
    const { transport } = connect(`https://127.0.0.1:${server.port}/mcp`);
    await expect(transport.open()).rejects.toMatchObject({ problem: "tls" });
  });
});

/** The authorities are read once in a process: the module is loaded anew for a test that changes them. */
async function withAuthority(
  variable: string,
  { file }: Certificate,
  test: (connectAnew: (url: string) => ReturnType<typeof connect>["transport"]) => Promise<void>,
): Promise<void> {
  vi.stubEnv(variable, file);
  vi.resetModules();
  const anew: typeof import("../../src/transport/mcp.ts") = await import("../../src/transport/mcp.ts");
  const made: ReturnType<typeof connect>["transport"][] = [];
  try {
    await test((url) => {
      const transport = anew.createMcpTransport({ url });
      made.push(transport);
      return transport;
    });
  } finally {
    vi.unstubAllEnvs();
    await Promise.all(made.map((each) => each.close()));
  }
}
