import { randomUUID } from "node:crypto";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { RunningSeller, SellerOptions } from "../../fixtures/seller/start.ts";
import { startSeller } from "../../fixtures/seller/start.ts";

type Args = Record<string, unknown>;
// biome-ignore lint/suspicious/noExplicitAny: answers are looked into freely
type Answer = any;

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

async function connect(seller: RunningSeller, token?: string) {
  const client = new Client({ name: "test", version: "1" });
  const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const transport = new StreamableHTTPClientTransport(new URL(seller.url), { requestInit: { headers } });
  await client.connect(transport as Parameters<Client["connect"]>[0]);
  open.push(client);
  const call = async (name: string, args: Args = {}): Promise<Answer> => {
    const result = (await client.callTool({ name, arguments: args })) as Answer;
    return result.structuredContent;
  };
  return {
    client,
    call,
    sync: (args: Args = {}) =>
      call("sync_event_sources", { idempotency_key: randomUUID(), account: seller.account, ...args }),
  };
}

async function start(options: SellerOptions = {}) {
  const seller = await startSeller(options);
  open.push(seller);
  return { seller, ...(await connect(seller, options.token)) };
}

const ids = (answer: Answer, managed = "buyer"): string[] =>
  answer.event_sources.filter((r: Answer) => r.managed_by === managed).map((r: Answer) => r.event_source_id);
const result = (answer: Answer, id: string): Answer =>
  answer.event_sources.find((r: Answer) => r.event_source_id === id);

describe("embedded seller", () => {
  test("offers its tools, and says what it supports", async () => {
    const { client, call } = await start();
    const names = (await client.listTools()).tools.map((tool) => tool.name);
    expect(names).toEqual(["sync_event_sources", "log_event", "list_accounts", "get_adcp_capabilities"]);
    const capabilities = await call("get_adcp_capabilities");
    expect(capabilities.adcp.supported_versions).toEqual(["3.0", "3.1"]);
    expect(capabilities.media_buy.conversion_tracking.supported_event_types).toContain("purchase");
    const { accounts } = await call("list_accounts");
    expect(accounts.map((account: Answer) => account.account_id)).toContain("acct_demo");
  });

  test("creates, leaves, updates and lists a source, beside the seller's own", async () => {
    const { sync, seller } = await start();
    const source = {
      event_source_id: "pixel",
      name: "Pixel",
      event_types: ["purchase"],
      allowed_domains: ["a.example"],
    };
    const first = await sync({ event_sources: [source] });
    expect(first.status).toBe("completed");
    expect(result(first, "pixel")).toMatchObject({ ...source, action: "created", managed_by: "buyer" });
    expect(result(first, "pixel").setup.snippet).toContain(result(first, "pixel").seller_id);
    expect(result(first, "pixel").health).toMatchObject({ status: "insufficient", events_received_24h: 0 });
    expect(result(await sync({ event_sources: [source] }), "pixel").action).toBe("unchanged");
    expect(result(await sync({ event_sources: [{ ...source, name: "New" }] }), "pixel").action).toBe("updated");
    const listed = await sync();
    expect(result(listed, "pixel")).toMatchObject({ name: "New", action: "unchanged" });
    expect(ids(listed, "seller")).toEqual(ids(first, "seller"));
    expect(ids(listed, "seller").length).toBeGreaterThanOrEqual(3);
    expect(seller.seller.sources("acct_demo").map((s) => s.event_source_id)).toContain("pixel");
  });

  test("delete_missing removes what the buyer did not name, and only that", async () => {
    const { sync, seller } = await start();
    await sync({ event_sources: ["a", "b", "c"].map((event_source_id) => ({ event_source_id })) });
    await sync({ account: seller.secondAccount, event_sources: [{ event_source_id: "z" }] });
    const own = ids(await sync(), "seller");
    const answer = await sync({ event_sources: [{ event_source_id: "b" }], delete_missing: true });
    expect(result(answer, "a").action).toBe("deleted");
    expect(result(answer, "b").action).toBe("unchanged");
    const listed = await sync();
    expect(ids(listed)).toEqual(["b"]);
    expect(ids(listed, "seller")).toEqual(own);
    expect(ids(await sync({ account: seller.secondAccount }))).toEqual(["z"]);
    // Without a list there is nothing to be missing from; an empty one is not valid.
    await sync({ delete_missing: true });
    expect((await sync({ event_sources: [], delete_missing: true })).errors[0].issues[0].pointer).toBe(
      "/event_sources",
    );
    expect(ids(await sync())).toEqual(["b"]);
  });

  test("duplicates and invalid sources refuse the operation, and nothing is applied", async () => {
    const { sync, client, seller } = await start();
    const twice = [{ event_source_id: "d", name: "1" }, { event_source_id: "other" }, { event_source_id: "d" }];
    const refused = await sync({ event_sources: twice, context: { trace: 7 } });
    expect(refused).toMatchObject({
      status: "failed",
      context: { trace: 7 },
      adcp_error: { code: "VALIDATION_ERROR", recovery: "correctable", field: "event_sources[2].event_source_id" },
    });
    expect(refused.errors).toHaveLength(1);
    const unknown = await sync({
      event_sources: [{ event_source_id: "ok" }, { event_source_id: "x", event_types: ["nope"] }],
    });
    expect(unknown.errors[0].issues[0].pointer).toBe("/event_sources/1/event_types/0");
    const unsupported = await sync({ event_sources: [{ event_source_id: "x", event_types: ["donate"] }] });
    expect(unsupported.errors[0].code).toBe("UNSUPPORTED_FEATURE");
    expect(ids(await sync())).toEqual([]);
    const raw = await client.callTool({ name: "sync_event_sources", arguments: { account: seller.account } });
    expect(raw.isError).toBe(true);
  });

  test("a repeated key brings back the first answer with the new context; another request under it is a conflict", async () => {
    const { sync } = await start();
    const idempotency_key = randomUUID();
    const event_sources = [{ event_source_id: "k", name: "one" }];
    const first = await sync({ idempotency_key, event_sources, context: { n: 1 } });
    await sync({ event_sources: [{ event_source_id: "k", name: "two" }] });
    const again = await sync({
      event_sources: [{ name: "one", event_source_id: "k" }],
      idempotency_key,
      context: { n: 2 },
    });
    expect(again).toEqual({ ...first, replayed: true, context: { n: 2 } });
    const other = await sync({ idempotency_key, event_sources: [{ event_source_id: "k", name: "three" }] });
    expect(other.errors[0].code).toBe("IDEMPOTENCY_CONFLICT");
    expect(result(await sync(), "k").name).toBe("two");
    const failed = randomUUID();
    await sync({ idempotency_key: failed, event_sources: [{ event_source_id: 5 }] });
    const corrected = await sync({ idempotency_key: failed, event_sources: [{ event_source_id: "5" }] });
    expect(result(corrected, "5").action).toBe("created");
  });

  test.each([
    ["waits-for-call-in-flight", ["created", "created"]],
    ["refuses-call-in-flight", ["IDEMPOTENCY_IN_FLIGHT", "created"]],
  ])("two identical calls at once have one effect (%s)", async (variant, expected) => {
    const { sync, seller } = await start({ variant });
    const args = { idempotency_key: randomUUID(), event_sources: [{ event_source_id: "once" }] };
    const answers = await Promise.all([sync(args), sync(args)]);
    const told = answers.map((answer) => answer.errors?.[0].code ?? result(answer, "once").action);
    expect(told.sort()).toEqual(expected);
    expect(seller.seller.state.made).toBe(1);
  });

  test("serves the release that is asked for", async () => {
    const { sync } = await start({ release: "3.2" });
    expect((await sync()).adcp_version).toBe("3.2");
    expect((await sync({ adcp_version: "3.1" })).adcp_version).toBe("3.1");
    expect((await sync({ adcp_version: "3.99" })).adcp_version).toBe("3.2");
    expect((await sync({ adcp_major_version: 3 })).adcp_version).toBe("3.2");
    const follow = { event_sources: [{ event_source_id: "f", event_types: ["follow"] }] };
    expect((await sync({ adcp_version: "3.0", ...follow })).errors[0].issues[0].keyword).toBe("enum");
    for (const wrong of [
      { adcp_major_version: 99 },
      { adcp_version: "99.0" },
      { adcp_version: "3.1", adcp_major_version: 2 },
    ]) {
      const answer = await sync({ ...wrong, context: { a: 1 } });
      expect(answer.errors[0]).toMatchObject({
        code: "VERSION_UNSUPPORTED",
        details: { supported_versions: ["3.0", "3.1", "3.2"] },
      });
      expect(answer.context).toEqual({ a: 1 });
    }
  });

  test("finds accounts by id and by natural key, and tells nothing of others", async () => {
    const { sync } = await start();
    const natural = { brand: { domain: "acme.example" }, operator: "agency.example" };
    await sync({ account: natural, event_sources: [{ event_source_id: "n" }] });
    expect(ids(await sync())).toEqual(["n"]);
    const sandbox = await sync({ account: { ...natural, sandbox: true } });
    expect(sandbox.sandbox).toBe(true);
    expect(ids(sandbox)).toEqual([]);
    for (const account of [{ account_id: randomUUID() }, { ...natural, operator: "nobody.example" }]) {
      const answer = await sync({ account, event_sources: [{ event_source_id: "n" }] });
      expect(answer.errors[0]).toMatchObject({ code: "ACCOUNT_NOT_FOUND", recovery: "terminal" });
      expect(answer.event_sources).toBeUndefined();
    }
  });

  test("takes events for a source, one by one", async () => {
    const { sync, call } = await start();
    await sync({ event_sources: [{ event_source_id: "leads", event_types: ["lead"] }] });
    const log = (event_source_id: string, events: unknown[], more: Args = {}) =>
      call("log_event", { idempotency_key: randomUUID(), event_source_id, events, ...more });
    const lead = { event_id: "1", event_type: "lead", event_time: "2026-01-15T08:00:00Z" };
    expect(await log("leads", [lead], { test_event_code: "T" })).toMatchObject({
      events_received: 1,
      events_processed: 1,
    });
    expect(result(await sync(), "leads").health.events_received_24h).toBe(0);
    const mixed = await log("leads", [lead, { ...lead, event_id: "2", event_type: "purchase" }, { event_id: "3" }]);
    expect(mixed).toMatchObject({ events_received: 3, events_processed: 1 });
    expect(mixed.partial_failures.map((failure: Answer) => failure.event_id)).toEqual(["2", "3"]);
    expect(result(await sync(), "leads").health).toMatchObject({ status: "minimum", events_received_24h: 1 });
    expect((await log("nobody", [lead])).errors[0].code).toBe("REFERENCE_NOT_FOUND");
  });

  test("keeps hostile text exactly, and escapes it where it stands in code", async () => {
    const { sync } = await start();
    const name = "</script><script>alert(1)</script>\"'\\\u0000\u202e😀`";
    const sources = ["website", "chat", "email"].map((action_source, n) => ({
      event_source_id: `${n}${name}`,
      name,
      action_source,
    }));
    await sync({ event_sources: sources });
    const listed = await sync();
    for (const source of sources) {
      const found = result(listed, source.event_source_id);
      expect(found.name).toBe(name);
      expect(found.setup.snippet).not.toMatch(/<\/?script|alert\(1\)<|['`\u0000\u202e]/);
    }
    const script = result(listed, sources[0]?.event_source_id ?? "").setup.snippet as string;
    const seen: unknown[][] = [];
    new Function("sellerEvents", script)((...args: unknown[]) => seen.push(args));
    expect(seen[0]?.[2]).toMatchObject({ id: sources[0]?.event_source_id, name });
  });

  test("answers whatever it is sent: deep, large, or no JSON at all", async () => {
    const { seller, sync } = await start();
    const headers = { "content-type": "application/json", accept: "application/json, text/event-stream" };
    const post = (body: string) => fetch(seller.url, { method: "POST", headers, body });
    const deep = `${"[".repeat(50_000)}${"]".repeat(50_000)}`;
    const args = `{"idempotency_key":"${randomUUID()}","account":{"account_id":"acct_demo"},"context":{"a":${deep}}}`;
    const answer = await post(
      `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"sync_event_sources","arguments":${args}}}`,
    );
    expect(((await answer.json()) as Answer).result.structuredContent.errors[0].code).toBe("INVALID_REQUEST");
    expect((await post("{")).status).toBe(400);
    expect((await post(`"${"x".repeat(9_000_000)}"`)).status).toBe(413);
    expect((await fetch(seller.url)).status).toBe(405);
    for (const wrong of [null, 5, "text", [1]])
      expect(
        (
          await post(
            JSON.stringify({
              jsonrpc: "2.0",
              id: 1,
              method: "tools/call",
              params: { name: "sync_event_sources", arguments: wrong },
            }),
          )
        ).status,
      ).toBeLessThan(500);
    expect((await sync()).status).toBe("completed");
  });

  test("with a token, serves only who shows it, but tells everybody what it supports", async () => {
    const { seller, sync } = await start({ token: "secret-token" });
    expect((await sync()).status).toBe("completed");
    const anybody = await connect(seller);
    expect((await anybody.call("get_adcp_capabilities")).status).toBe("completed");
    const headers = { "content-type": "application/json", accept: "application/json, text/event-stream" };
    const body = JSON.stringify({
      jsonrpc: "2.0",
      id: 1,
      method: "tools/call",
      params: { name: "sync_event_sources", arguments: {} },
    });
    const missing = await fetch(seller.url, { method: "POST", headers, body });
    const wrong = await fetch(seller.url, {
      method: "POST",
      headers: { ...headers, authorization: "Bearer other" },
      body,
    });
    expect([missing.status, wrong.status]).toEqual([401, 401]);
    expect(missing.headers.get("www-authenticate")).toBe('Bearer realm="seller"');
    expect(wrong.headers.get("www-authenticate")).toContain("invalid_token");
    expect(((await missing.json()) as Answer).error.data.adcp_error.code).toBe("AUTH_MISSING");
  });

  test("keeps sessions and sends event streams where it is told to", async () => {
    const { seller, sync, client } = await start({ sessions: true, stream: true });
    expect((await sync({ event_sources: [{ event_source_id: "s" }] })).status).toBe("completed");
    expect((client.transport as StreamableHTTPClientTransport).sessionId).toBeDefined();
    const headers = {
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
      "mcp-session-id": "none",
    };
    const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/list" });
    expect((await fetch(seller.url, { method: "POST", headers, body })).status).toBe(404);
  });

  test("can begin with sources of somebody else's", async () => {
    const { sync } = await start({ accounts: { acct_demo: [{ event_source_id: "theirs", name: "Theirs" }] } });
    expect(result(await sync(), "theirs")).toMatchObject({ managed_by: "buyer", name: "Theirs" });
  });
});

describe("embedded seller on the wire", () => {
  let seller: RunningSeller;
  beforeAll(async () => {
    seller = await startSeller();
  });
  afterAll(() => seller.close());

  test.each([
    ["bad-request-is-http-500", "500"],
    ["bad-request-is-html", "500"],
    ["bad-request-drops-connection", "failed"],
    ["bad-request-hangs", "silent"],
  ])("%s", async (fault, expected) => {
    const broken = await startSeller({ fault });
    open.push(broken);
    const headers = { "content-type": "application/json", accept: "application/json, text/event-stream" };
    const params = {
      name: "sync_event_sources",
      arguments: { account: { account_id: "acct_demo" }, event_sources: [] },
    };
    const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/call", params });
    const ask = (url: string) =>
      fetch(url, { method: "POST", headers, body, signal: AbortSignal.timeout(1000) }).then(
        (response) => String(response.status),
        (error: Error) => (error.name === "TimeoutError" ? "silent" : "failed"),
      );
    expect(await ask(broken.url)).toBe(expected);
    expect(await ask(seller.url)).toBe("200");
  });
});
