import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Redactor } from "../../src/transport/redact.ts";
import { connect, event, HELLO, json, type Rpc, result, serve, serveBytes } from "./support.ts";

const TOKEN = 'tök/en+"secret\\0';

/** Every spelling in which a seller may hand a secret back. */
function spellings(secret: string): string[] {
  const once = JSON.stringify(secret).slice(1, -1);
  const hex = [...Buffer.from(secret)].map((octet) => `%${octet.toString(16).padStart(2, "0")}`).join("");
  const escapes = secret
    .split("")
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
    .join("");
  return [
    secret,
    once,
    JSON.stringify(once).slice(1, -1),
    once.replaceAll("/", "\\/"),
    encodeURIComponent(secret),
    encodeURIComponent(secret).replace(/%../g, (octet) => octet.toLowerCase()),
    new URLSearchParams({ x: secret }).toString().slice(2),
    hex,
    hex.toUpperCase(),
    escapes,
    JSON.stringify(escapes).slice(1, -1),
    ...["", "u:", "us:", "usr:"].map((user) => Buffer.from(`${user}${secret}`).toString("base64")),
    Buffer.from(`user:${secret}:more`).toString("base64url"),
  ];
}

describe("redaction", () => {
  it.each(spellings(TOKEN).map((each, index) => [index, each]))("finds spelling %i: %s", (_index, spelling) => {
    const redactor = new Redactor({ authorization: `Bearer ${TOKEN}` }, []);
    expect(redactor.text(`<before>${spelling}<after>`)).toBe("<before>***<after>");
  });

  it("finds any secret in any spelling, anywhere", () => {
    const secrets = fc.string({ unit: "binary", minLength: 8, maxLength: 40 }).filter((text) => text.trim().length > 7);
    fc.assert(
      fc.property(secrets, fc.string(), fc.string(), (secret, before, after) => {
        const redactor = new Redactor({}, [secret]);
        for (const spelling of spellings(secret)) {
          const shown = redactor.text(`${before} ${spelling} ${after}`);
          if (shown.includes(spelling) && !`${before} *** ${after}`.includes(spelling)) throw new Error(spelling);
        }
      }),
      { numRuns: 200 },
    );
  });

  it("leaves other text as the very same string", () => {
    const redactor = new Redactor({ authorization: "Bearer abcdefgh", "x-dry-run": "true", accept: "text/plain" }, []);
    for (const text of ["", '{"a":"100 %","b":"\\u00e9"}', "true, Bearer, text/plain", "abcdefg"]) {
      expect(redactor.text(text)).toBe(text);
    }
  });

  it("masks headers by their meaning", () => {
    const redactor = new Redactor(
      { "X-Tenant-Pass": "letmein-please", "X-Dry-Run": "true", "Api-Version": "2024-01" },
      [],
    );
    expect(
      redactor.headers({
        authorization: "Bearer x",
        cookie: "a=b",
        "set-cookie": "a=b",
        "x-api-key": "k",
        "proxy-authorization": "y",
        "mcp-session-id": "s",
        "x-tenant-pass": "letmein-please",
        "x-dry-run": "true",
        "api-version": "2024-01",
        "www-authenticate": 'Bearer realm="letmein-please"',
      }),
    ).toEqual({
      authorization: "***",
      cookie: "***",
      "set-cookie": "***",
      "x-api-key": "***",
      "proxy-authorization": "***",
      "mcp-session-id": "***",
      "x-tenant-pass": "***",
      "x-dry-run": "true",
      "api-version": "2024-01",
      "www-authenticate": 'Bearer realm="***"',
    });
  });

  it("masks both halves of Basic credentials and the values of cookies", () => {
    const basic = Buffer.from("name:pass:word").toString("base64");
    const redactor = new Redactor({ Authorization: `Basic ${basic}`, Cookie: "sid=0123456789; theme=darkest" }, []);
    expect(redactor.text(`pass:word ${basic} 0123456789 darkest name`)).toBe("*** *** *** *** name");
  });

  it("masks user information and tell-tale parameters of addresses", () => {
    const redactor = new Redactor({}, ["inpath-secret"]);
    expect(redactor.url("https://u:p@a.test/inpath-secret?token=t1&b=2&api_key=k#x")).toBe(
      "https://***@a.test/***?token=***&b=2&api_key=***#x",
    );
    expect(redactor.url("no address inpath-secret")).toBe("no address ***");
  });

  it("masks strings, keys and numbers of values", () => {
    const redactor = new Redactor({}, ["12345678", "s3cr3t!"]);
    expect(redactor.value({ "s3cr3t!": ["x s3cr3t!", 12345678, 1, null, true] })).toEqual({
      "***": ["x ***", "***", 1, null, true],
    });
  });

  it("masks what is left of a secret at the end of a part", () => {
    const redactor = new Redactor({}, ["0123456789abcdef"]);
    expect(redactor.part("text 0123456789", 100)).toBe("text ***");
    expect(redactor.part(`${"x".repeat(95)}0123456789abcdef and more`, 100)).not.toContain("0123");
  });

  it("takes no time on hostile text", () => {
    const redactor = new Redactor({ authorization: `Bearer ${TOKEN}` }, []);
    const core = Buffer.from(TOKEN).toString("base64").slice(0, -4);
    const started = performance.now();
    redactor.text(`${"A".repeat(2_000_000)}${core}`);
    redactor.text(`${"\\".repeat(2_000_000)}u0041%`);
    redactor.text("%74%C3%B6".repeat(200_000));
    expect(performance.now() - started).toBeLessThan(20_000);
  });
});

describe("exchanges hold no credential", () => {
  const secrets = ["configured-secret", "87654321"];
  const planted = ["bearer-secret-1", "query-secret-2", "user-secret-3", "header-secret-4", ...secrets];

  it("wherever the seller plants it", async () => {
    const everywhere = planted.flatMap(spellings);
    const basic = Buffer.from("me:user-secret-3").toString("base64");
    const server = await serve((request, response) => {
      if (request.method === "DELETE") return void response.writeHead(500).end(planted.join());
      const call = JSON.parse(request.body) as Rpc;
      const headers = {
        "mcp-session-id": "session-secret-5",
        "set-cookie": "a=cookie-secret-6",
        "x-echo": [...planted, basic].join(" "),
      };
      if (call.method === "initialize") json(response, result(call, { ...HELLO, instructions: planted }), headers);
      else if (call.params?.name === "sse") {
        response.writeHead(200, { "content-type": "text/event-stream", ...headers });
        response.end(event({ jsonrpc: "2.0", method: planted.join() }) + event(result(call, everywhere)));
      } else if (call.params?.name === "cut") {
        response.writeHead(200, { "content-type": "application/json", "content-length": 10_000 });
        response.write("x bearer-secret-1 and bearer-se", () => response.destroy());
      } else if (call.params?.name === "redirect") {
        response.writeHead(302, { location: `http://u:user-secret-3@other.test/?t=bearer-secret-1#${basic}` }).end();
      } else if (call.params?.name === "error") {
        json(response, { jsonrpc: "2.0", id: call.id, error: { code: 1, message: `${planted}`, data: { basic } } });
      } else {
        json(response, result(call, { everywhere, number: 87654321, session: "session-secret-5" }), headers);
      }
    });
    const url = server.url.replace("://", "://me:user-secret-3@").concat("?access_token=query-secret-2");
    const { transport, exchanges } = connect(url, {
      headers: { Authorization: "Bearer bearer-secret-1", "X-Custom": "header-secret-4" },
      secrets,
    });
    await transport.open();
    const echoed = await transport.call("plain", { planted, everywhere });
    await transport.call("sse", {});
    await transport.call("cut", {});
    await transport.call("redirect", {});
    await transport.call("error", { json: `{"a":"${basic}"}` });
    await transport.close();
    expect(exchanges.map((each) => each.operation)).toEqual([
      "initialize",
      "notifications/initialized",
      ...Array.from({ length: 5 }, () => "tools/call"),
      "session/end",
    ]);
    expect(echoed.facts.reply).toBe("result");
    const recorded = JSON.stringify([exchanges, transport.url]);
    const plain = [...planted, "session-secret-5", "cookie-secret-6", basic, "bearer-se"];
    for (const spelling of [...planted.flatMap(spellings), ...plain]) {
      expect(recorded).not.toContain(spelling);
      expect(recorded).not.toContain(JSON.stringify(spelling).slice(1, -1));
    }
    // What was sent is untouched.
    expect(server.received[2]!.body).toContain("configured-secret");
  });

  it("nor do the errors that the connection ends with", async () => {
    const server = await serve((request, response) => {
      const call = JSON.parse(request.body) as Rpc;
      json(response, { jsonrpc: "2.0", id: call.id, error: { code: 1, message: "no bearer-secret-1 here\u001b[2J" } });
    });
    const { transport } = connect(server.url, { headers: { authorization: "Bearer bearer-secret-1" } });
    const error: Error = await transport.open().then(
      () => expect.unreachable(),
      (reason) => reason,
    );
    expect(error.message).toContain("no *** here");
    expect(error.message).not.toContain("\u001b");
    expect(() => connect("http://127.0.0.1/", { headers: { authorization: "Bearer x\nbearer-secret-1" } })).toThrow(
      /^(?!.*secret).*authorization/,
    );
    expect(() => connect("ftp://bearer-secret-1@127.0.0.1/")).toThrow(/^(?!.*secret)/);
    expect(() => connect("bearer-secret-1")).toThrow(/^(?!.*secret)/);
    const bytes = await serveBytes((socket) => socket.end("bearer-secret-1"));
    expect(JSON.stringify(await connect(bytes).transport.call("t", {}))).not.toContain("bearer-secret-1");
  });
});
