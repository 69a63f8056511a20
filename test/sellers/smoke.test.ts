import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { Ajv } from "ajv";
import addFormats from "ajv-formats";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startAdcpSdkSeller } from "./adcp-sdk.ts";
import { startMcpSdkSeller } from "./mcp-sdk.ts";

interface Row {
  event_source_id: string;
  action: string;
  [field: string]: unknown;
}
interface Answer {
  isError: boolean;
  /** `structuredContent`, or nothing where the MCP SDK itself refused. */
  body: { event_sources?: Row[]; errors?: { code: string }[]; adcp_error?: { code: string }; [field: string]: unknown };
}

const SELLERS = [
  { name: "@adcp/sdk", release: "3.0", start: startAdcpSdkSeller, sellerManaged: "platform_purchases" },
  { name: "@modelcontextprotocol/sdk", release: "3.1", start: startMcpSdkSeller, sellerManaged: "checkout_sales" },
];

const schemas = process.env.ADCP_SCHEMAS;
const isEmpty = (value: object) => Object.keys(value).length === 0;

async function connect(url: string, token?: string): Promise<Client> {
  const client = new Client({ name: "smoke", version: "1.0.0" });
  const headers = token ? { Authorization: `Bearer ${token}` } : undefined;
  await client.connect(new StreamableHTTPClientTransport(new URL(url), headers ? { requestInit: { headers } } : {}));
  return client;
}

async function call(client: Client, name: string, args: Record<string, unknown>): Promise<Answer> {
  const result = await client.callTool({ name, arguments: args });
  return { isError: result.isError === true, body: (result.structuredContent ?? {}) as Answer["body"] };
}

describe.each(SELLERS)("the seller on $name", ({ release, start, sellerManaged }) => {
  let seller: Awaited<ReturnType<typeof start>>;
  let client: Client;
  const received: { tool: string; body: Answer["body"] }[] = [];

  async function sync(args: Record<string, unknown>, account = seller.account): Promise<Answer> {
    const answer = await call(client, "sync_event_sources", { account, idempotency_key: randomUUID(), ...args });
    received.push({ tool: "sync-event-sources", body: answer.body });
    return answer;
  }
  async function stored(account = seller.account): Promise<Map<string, Row>> {
    const { body } = await sync({}, account);
    return new Map(body.event_sources?.map((row) => [row.event_source_id, row]));
  }
  const row = (answer: Answer, id: string) => answer.body.event_sources?.find((r) => r.event_source_id === id);

  beforeAll(async () => {
    seller = await start();
    client = await connect(seller.url);
  });
  afterAll(async () => {
    await client.close();
    await seller.close();
  });

  it("listens on 127.0.0.1 and offers the tools", async () => {
    expect(new URL(seller.url).hostname).toBe("127.0.0.1");
    const names = (await client.listTools()).tools.map((tool) => tool.name);
    expect(names).toEqual(expect.arrayContaining(["get_adcp_capabilities", "sync_event_sources", "log_event"]));
  });

  it("declares conversion tracking and idempotency, and echoes the context", async () => {
    const { body } = await call(client, "get_adcp_capabilities", { context: { trace: "t1" } });
    received.push({ tool: "get-adcp-capabilities", body });
    expect(body).toMatchObject({
      adcp: { major_versions: [3], idempotency: { supported: true } },
      media_buy: { conversion_tracking: {} },
      context: { trace: "t1" },
    });
    expect(body.supported_protocols).toContain("media_buy");
  });

  it("discovers the seller-managed source of one account and nothing in the other", async () => {
    expect((await stored()).get(sellerManaged)).toMatchObject({ managed_by: "seller", action: "unchanged" });
    expect((await stored(seller.secondAccount)).size).toBe(0);
  });

  it("creates, keeps and updates a source, in its own account only", async () => {
    const source = { event_source_id: "smoke_upsert", name: "Web", event_types: ["purchase"] };
    const created = await sync({ event_sources: [source], context: { step: 1 } });
    expect(row(created, "smoke_upsert")).toMatchObject({ ...source, action: "created", managed_by: "buyer" });
    expect(row(created, sellerManaged)?.action).toBe("unchanged");
    expect(created.body.context).toEqual({ step: 1 });

    const again = await sync({ event_sources: [source] });
    expect(row(again, "smoke_upsert")?.action).toBe("unchanged");
    const updated = await sync({ event_sources: [{ ...source, name: "Shop" }] });
    expect(row(updated, "smoke_upsert")).toMatchObject({
      action: "updated",
      name: "Shop",
      seller_id: row(created, "smoke_upsert")?.seller_id,
    });
    expect((await stored()).get("smoke_upsert")).toMatchObject({ name: "Shop", action: "unchanged" });
    expect((await stored(seller.secondAccount)).has("smoke_upsert")).toBe(false);
  });

  it("replays a key, and refuses it for another request", async () => {
    const request = { idempotency_key: randomUUID(), event_sources: [{ event_source_id: "smoke_replay" }] };
    const first = await sync(request);
    const second = await sync({ ...request, context: { step: 2 } });
    expect(second.body).toMatchObject({
      replayed: true,
      context: { step: 2 },
      event_sources: first.body.event_sources,
    });
    const other = await sync({ ...request, event_sources: [{ event_source_id: "smoke_conflict" }] });
    expect(other.body.adcp_error?.code).toBe("IDEMPOTENCY_CONFLICT");
    expect((await stored()).has("smoke_conflict")).toBe(false);
  });

  it("refuses an id that is named twice, and stores neither", async () => {
    const answer = await sync({
      event_sources: [
        { event_source_id: "smoke_twice", name: "A" },
        { event_source_id: "smoke_twice", name: "B" },
      ],
    });
    if (answer.isError) expect(answer.body.adcp_error?.code).toBe("VALIDATION_ERROR");
    else {
      expect(row(answer, "smoke_twice")).toMatchObject({
        action: "failed",
        errors: [{ code: "DUPLICATE_EVENT_SOURCE_ID" }],
      });
    }
    expect((await stored()).has("smoke_twice")).toBe(false);
  });

  it("leaves its own source alone when a buyer names it", async () => {
    const before = (await stored()).get(sellerManaged);
    const answer = await sync({ event_sources: [{ event_source_id: sellerManaged, name: "mine" }] });
    expect(row(answer, sellerManaged)?.action).toBe("failed");
    expect((await stored()).get(sellerManaged)).toEqual(before);
  });

  it("removes the buyer's missing sources and no others", async () => {
    await sync({ event_sources: [{ event_source_id: "smoke_keep" }, { event_source_id: "smoke_drop" }] });
    await sync({ event_sources: [{ event_source_id: "smoke_other" }] }, seller.secondAccount);
    await sync({ delete_missing: true });
    expect((await sync({ delete_missing: true, event_sources: [] })).isError).toBe(true);
    expect([...(await stored()).keys()]).toEqual(expect.arrayContaining(["smoke_keep", "smoke_drop"]));

    const answer = await sync({ event_sources: [{ event_source_id: "smoke_keep" }], delete_missing: true });
    expect(row(answer, "smoke_drop")?.action).toBe("deleted");
    expect([...(await stored()).keys()].sort()).toEqual([sellerManaged, "smoke_keep"].sort());
    expect((await stored(seller.secondAccount)).has("smoke_other")).toBe(true);
  });

  it("refuses an unknown account and says nothing else", async () => {
    const answer = await sync(
      { event_sources: [{ event_source_id: "smoke_nowhere" }], context: { step: 3 } },
      { account_id: randomUUID() },
    );
    expect(answer.isError).toBe(true);
    expect(answer.body).toMatchObject({ adcp_error: { code: "ACCOUNT_NOT_FOUND" }, context: { step: 3 } });
    expect(answer.body).not.toHaveProperty("event_sources");
  });

  it("takes events for a source that is there, and only of its types", async () => {
    await sync({ event_sources: [{ event_source_id: "smoke_log", event_types: ["purchase"] }] });
    const event = { event_id: "e1", event_type: "purchase", event_time: new Date().toISOString() };
    const log = (event_source_id: string, events: object[]) =>
      call(client, "log_event", { idempotency_key: randomUUID(), event_source_id, events });
    const answer = await log("smoke_log", [event, { ...event, event_id: "e2", event_type: "lead" }]);
    received.push({ tool: "log-event", body: answer.body });
    expect(answer.body).toMatchObject({
      events_received: 2,
      events_processed: 1,
      partial_failures: [{ event_id: "e2", code: "INVALID_EVENT_TYPE" }],
    });
    expect((await log("smoke_never", [event])).body.adcp_error?.code).toBe("REFERENCE_NOT_FOUND");
  });

  it.skipIf(!schemas)(`gave answers that its release's schemas allow${schemas ? "" : " (needs ADCP_SCHEMAS)"}`, () => {
    const ajv = new Ajv({ strict: false, allErrors: true });
    (addFormats as unknown as (ajv: Ajv) => void)(ajv);
    const validators = new Map(
      ["sync-event-sources", "log-event", "get-adcp-capabilities"].map((tool) => [
        tool,
        ajv.compile(JSON.parse(readFileSync(join(schemas!, release, `${tool}-response.json`), "utf8"))),
      ]),
    );
    // `@adcp/sdk` refuses with `adcp_error` alone, McpServer in prose: neither is an answer of the schema.
    const answers = received.filter(({ body }) => "errors" in body || !("adcp_error" in body || isEmpty(body)));
    expect(new Set(answers.map(({ tool }) => tool)).size).toBe(3);
    for (const { tool, body } of answers) {
      const validate = validators.get(tool)!;
      validate(body);
      expect(validate.errors, JSON.stringify(body)).toBeNull();
    }
  });
});

describe.each(SELLERS)("starting and stopping the seller on $name", ({ start }) => {
  const timers = () => process.getActiveResourcesInfo().filter((resource) => resource === "Timeout").length;

  it("frees its port and leaves no timer", async () => {
    const before = timers();
    const seller = await start();
    const client = await connect(seller.url);
    await call(client, "sync_event_sources", { account: seller.account, idempotency_key: randomUUID() });
    await client.close();
    await seller.close();
    expect(timers()).toBeLessThanOrEqual(before);
    const successor = createServer().listen(Number(new URL(seller.url).port), "127.0.0.1");
    await once(successor, "listening");
    await once(successor.close(), "close");
  });

  it("closes under a client that is still connected", async () => {
    const seller = await start();
    const client = await connect(seller.url);
    await seller.close();
    await expect(client.listTools()).rejects.toThrow();
    await client.close();
  });

  it("keeps the state of two sellers apart", async () => {
    const [one, two] = await Promise.all([start(), start()]);
    const clients = await Promise.all([connect(one.url), connect(two.url)]);
    const args = { account: one.account, idempotency_key: randomUUID() };
    await call(clients[0], "sync_event_sources", { ...args, event_sources: [{ event_source_id: "only_one" }] });
    const { body } = await call(clients[1], "sync_event_sources", args);
    expect(body.event_sources?.map((row) => row.event_source_id)).not.toContain("only_one");
    await Promise.all(clients.map((client) => client.close()));
    await Promise.all([one.close(), two.close()]);
  });

  it("asks for the token when it has one", async () => {
    const seller = await start({ token: "smoke-token" });
    const response = await fetch(seller.url, { method: "POST", body: "{}" });
    expect(response.status).toBe(401);
    expect(response.headers.get("www-authenticate")).toMatch(/^Bearer/);
    const client = await connect(seller.url, "smoke-token");
    expect((await client.listTools()).tools.length).toBeGreaterThan(0);
    await client.close();
    await seller.close();
  });
});

it("the seller on @modelcontextprotocol/sdk keeps sessions and answers with event streams", async () => {
  const seller = await startMcpSdkSeller();
  const client = await connect(seller.url);
  const transport = client.transport as StreamableHTTPClientTransport;
  expect(seller.sessions()).toBe(1);
  const response = await fetch(seller.url, {
    method: "POST",
    headers: {
      "Content-Type": "application/json",
      Accept: "application/json, text/event-stream",
      "Mcp-Session-Id": transport.sessionId!,
    },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/list" }),
  });
  expect(response.headers.get("content-type")).toBe("text/event-stream");
  expect(await response.text()).toContain("sync_event_sources");
  await transport.terminateSession();
  expect(seller.sessions()).toBe(0);
  await client.close();
  await seller.close();
});
