import { describe, expect, it } from "vitest";
import { cardUrls, endpointOf } from "../../src/transport/agent-card.ts";
import { ConnectionError } from "../../src/transport/transport.ts";
import { agent, card, connect, olderCard } from "./a2a-support.ts";
import { json, serve } from "./support.ts";

async function problemAt(url: string, options: Parameters<typeof connect>[1] = {}) {
  const { transport, exchanges } = connect(url, options);
  const error = await transport.open().then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(ConnectionError);
  const { problem, message, advice } = error as ConnectionError;
  expect(advice).toMatch(/\.$/);
  return { problem, message, urls: exchanges.map(({ request }) => new URL(request.url).pathname) };
}

const secret = { headers: { Authorization: "Bearer the-real-one" } };

describe("where a card is sought", () => {
  it("is below the URL, then at its origin, the newest path first", () => {
    expect(cardUrls(new URL("https://s.example/x/a2a/?k=1")).map(String)).toEqual([
      "https://s.example/x/a2a/.well-known/agent-card.json?k=1",
      "https://s.example/x/a2a/.well-known/agent.json?k=1",
      "https://s.example/.well-known/agent-card.json?k=1",
      "https://s.example/.well-known/agent.json?k=1",
    ]);
    expect(cardUrls(new URL("https://s.example/")).map(String)).toEqual([
      "https://s.example/.well-known/agent-card.json",
      "https://s.example/.well-known/agent.json",
    ]);
    expect(cardUrls(new URL("https://s.example/cards/seller.json")).map(String)).toEqual([
      "https://s.example/cards/seller.json",
    ]);
  });

  it.each(["/.well-known/agent-card.json", "/.well-known/agent.json", "/a/b/.well-known/agent-card.json"])(
    "is %s",
    async (path) => {
      const server = await serve((request, response) => {
        if (request.url === path) return json(response, card(`http://${request.headers.host}`));
        // Many a site answers with a page whatever it is asked for.
        response.writeHead(200, { "content-type": "text/html" }).end("<!doctype html>");
      });
      const { transport } = connect(server.url.replace("/mcp", "/a/b/"));
      expect((await transport.open()).card?.url).toContain(path);
    },
  );
});

describe("a card that cannot be used", () => {
  it("is missing", async () => {
    const server = await serve((_, response) => void response.writeHead(404).end());
    const { problem, message, urls } = await problemAt(server.url);
    expect(problem).toBe("not_this_protocol");
    expect(urls).toHaveLength(4);
    expect(message).toMatch(/No agent card below .* or at its origin, in \/\.well-known\/: HTTP 404\.$/);
  });

  it.each([
    ["no JSON", "{", /something that is no JSON/],
    ["a page", "<!doctype html><h1>Hello</h1>", /web page/],
    ["an array", "[]", /JSON/],
    ["some other JSON", '{"ok":true}', /no agent card/],
    ["empty", "", /empty body/],
  ])("is %s", async (_, body, told) => {
    const server = await serve((_request, response) => void response.writeHead(200).end(body));
    const { problem, message } = await problemAt(server.url);
    expect(problem).toBe("not_this_protocol");
    expect(message).toMatch(told);
  });

  it.each<[string, Record<string, unknown>, RegExp]>([
    ["names no endpoint", { supportedInterfaces: [] }, /names no endpoint/],
    [
      "names no usable endpoint",
      { supportedInterfaces: [{ url: "/a2a", protocolBinding: "JSONRPC" }] },
      /no http or https URL/,
    ],
    [
      "offers other bindings",
      { supportedInterfaces: [{ url: "https://x.example", protocolBinding: "GRPC" }] },
      /offers GRPC/,
    ],
    [
      "offers another version",
      { supportedInterfaces: [{ url: "https://x.example", protocolBinding: "JSONRPC", protocolVersion: "2.0" }] },
      /A2A 2\.0/,
    ],
    [
      "has hostile values",
      { supportedInterfaces: [null, 1, { url: 5 }, []], skills: [null, { id: 1 }], capabilities: 7 },
      /names no endpoint/,
    ],
  ])("%s", async (_, more, told) => {
    const server = await agent((base) => card(base, more));
    const { problem, message } = await problemAt(server.url);
    expect(problem).toBe("not_this_protocol");
    expect(message).toMatch(told);
  });

  it("is refused without credentials", async () => {
    const server = await serve((_, response) => void response.writeHead(401).end());
    expect((await problemAt(server.url)).problem).toBe("credentials");
  });

  it("is not there for the moment", async () => {
    const server = await serve((_, response) => void response.writeHead(500).end());
    expect(await problemAt(server.url)).toMatchObject({ problem: "server_error" });
  });

  it("redirects in a loop", async () => {
    const server = await serve(
      (request, response) => void response.writeHead(302, { location: `${request.url}x` }).end(),
    );
    const { problem, message } = await problemAt(`${server.url}/card.json`);
    expect(problem).toBe("redirect");
    expect(message).toMatch(/More than 5 redirects/);
  });

  it("cannot be reached, and is not sought any further", async () => {
    const { problem, urls } = await problemAt("http://127.0.0.1:9/");
    expect(problem).toBe("unreachable");
    expect(urls).toHaveLength(1);
  });
});

describe("credentials", () => {
  it("do not follow a card to another host, nor a redirect of it", async () => {
    const elsewhere = await serve((_, response) => json(response, {}));
    const other = elsewhere.url.replace("127.0.0.1", "localhost");
    const server = await agent(() => card(other));
    expect((await problemAt(server.url, secret)).message).toMatch(
      /another origin, localhost:\d+, where credentials do not go/,
    );
    const redirecting = await serve((_, response) => void response.writeHead(308, { location: other }).end());
    expect((await problemAt(redirecting.url, secret)).problem).toBe("redirect");
    expect(elsewhere.received).toEqual([]);
  });

  it("go to the endpoint of the card's own origin, where it names several", () => {
    const at = new URL("https://s.example/.well-known/agent-card.json");
    const one = (url: string, protocolVersion = "1.0") => ({ url, protocolBinding: "JSONRPC", protocolVersion });
    const chosen = (json: Record<string, unknown>, credentials = true) => {
      const endpoint = endpointOf(json, at, credentials);
      return typeof endpoint === "string" ? endpoint : `${endpoint.version} ${endpoint.url.href}`;
    };
    expect(chosen({ supportedInterfaces: [one("https://evil.example/"), one("https://s.example/a")] })).toBe(
      "1.0 https://s.example/a",
    );
    expect(chosen({ supportedInterfaces: [one("https://s.example/old", "0.3"), one("https://s.example/new")] })).toBe(
      "1.0 https://s.example/new",
    );
    expect(chosen({ ...olderCard("https://s.example"), additionalInterfaces: [one("https://s.example/b")] })).toBe(
      "0.3 https://s.example/a2a",
    );
    expect(chosen({ supportedInterfaces: [one("https://api.example/a")] }, false)).toBe("1.0 https://api.example/a");
    expect(chosen({ supportedInterfaces: [one("http://s.example/a")] }, false)).toMatch(/plain http does not go/);
    expect(chosen({ supportedInterfaces: [one("https://me:pw@s.example/a#x")] })).toBe("1.0 https://s.example/a");
  });
});
