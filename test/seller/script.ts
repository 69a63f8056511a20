import { STRANGER } from "../../fixtures/seller/accounts.ts";
import { agentCard, PROFILE } from "../../fixtures/seller/agent-card.ts";
import type { Behaviour } from "../../fixtures/seller/behaviour.ts";
import type { Seller } from "../../fixtures/seller/seller.ts";
import { EVENT_TYPES } from "../../fixtures/seller/values.ts";
import type { WireRequest } from "../../fixtures/seller/wire.ts";

/** What one call showed: everything that a buyer could see, times replaced. */
export interface Step {
  readonly about: string;
  readonly tool: string;
  readonly release?: unknown;
  readonly body?: Record<string, unknown>;
  readonly seen: string;
}

type Args = Record<string, unknown>;

const demo = { account_id: "acct_demo" };
const second = { account_id: "acct_second" };
const sandbox = { account_id: "acct_sandbox" };
const natural = { brand: { domain: "acme.example" }, operator: "agency.example" };

/**
 * Sends a fixed sequence of calls that touches every rule of the task, without HTTP in between. Two sellers that a
 * buyer can tell apart by one of these calls give different steps.
 */
export async function play(seller: Seller, behaviour: Behaviour): Promise<Step[]> {
  const steps: Step[] = [];
  let keys = 0;
  const key = () => `key-${String(++keys).padStart(16, "0")}`;

  async function send(
    about: string,
    tool: string,
    args: Args,
    credentials: WireRequest["credentials"] = "not_needed",
    headers: WireRequest["headers"] = {},
    principal = "buyer",
  ) {
    const authorized = credentials === "right" || credentials === "not_needed" || tool === "get_adcp_capabilities";
    const call = { method: "POST", rpc: "tools/call", id: 1, tool, args, headers };
    const request: WireRequest = { ...call, credentials, authorized };
    const wire = behaviour.wire?.(request);
    const served = behaviour.serves(tool);
    let body: Record<string, unknown> | undefined;
    let shown: unknown = { served };
    if (wire) shown = wire;
    else if (!behaviour.admits(request)) shown = [behaviour.challenge(request), behaviour.unauthorized(request)];
    else if (served) {
      const answer = await seller.call(tool, JSON.parse(JSON.stringify(args)), principal);
      body = answer.body;
      try {
        const result = behaviour.render(answer.body, answer.call);
        shown = [result, behaviour.task(result, answer.call)];
      } catch (error) {
        shown = String(error);
      }
    }
    const seen = `${JSON.stringify(shown)}`.replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, (time) =>
      time < "2027" && time > "2026-02" ? "now" : time,
    );
    steps.push({ about, tool, release: body?.adcp_version, ...(body && { body }), seen });
    return body;
  }
  const sync = (about: string, args: Args = {}) =>
    send(about, "sync_event_sources", { idempotency_key: key(), account: demo, ...args });
  const raw = (about: string, args: Args) => send(about, "sync_event_sources", args);
  const look = (about: string, args: Args = {}) => sync(`${about}: look`, args);
  const put = async (about: string, sources: Args[], args: Args = {}) => {
    await sync(about, { event_sources: sources, ...args });
    await look(about);
  };

  const card = behaviour.card(agentCard("https://seller.example", behaviour.tools(), ["1.0", "0.3"]));
  const tell = (about: string, seen: unknown) => steps.push({ about, tool: "", seen: JSON.stringify(seen) });
  tell("agent card", [card, behaviour.cardPaths()]);
  const part = (key: string) => ({ data: { skill: "sync_event_sources", [key]: { account: demo } } });
  const activated = { "a2a-extensions": PROFILE };
  for (const parts of [[part("input")], [part("parameters")], [part("input"), part("input")]])
    tell("message", behaviour.invocation({ message: { messageId: "m", parts } }, activated));
  tell("message, not activated", behaviour.invocation({ message: { messageId: "m", parts: [part("input")] } }, {}));
  const tools = behaviour.tools().map((tool) => tool.name);
  steps.push({ about: "tools", tool: "tools/list", seen: tools.join() });
  await send("capabilities", "get_adcp_capabilities", {});
  await send("capabilities without credentials", "get_adcp_capabilities", {}, "missing");
  await send("accounts", "list_accounts", {});
  if (tools.includes("get_products")) await send("products", "get_products", { account: demo });
  for (const account of [demo, { account_id: "nobody's" }])
    await send(
      "discovery of a stranger",
      "sync_event_sources",
      { idempotency_key: key(), account },
      "right",
      {},
      STRANGER,
    );
  for (const credentials of ["missing", "wrong", "right"] as const) {
    await send(
      `discovery with ${credentials} credentials`,
      "sync_event_sources",
      { idempotency_key: key(), account: demo },
      credentials,
    );
    await send(
      `sync with ${credentials} credentials`,
      "sync_event_sources",
      { idempotency_key: key(), account: second, event_sources: [{ event_source_id: "auth" }] },
      credentials,
    );
  }

  await look("empty");
  await look("empty, again", { context: { trace: "t", nested: { a: [1, null] }, n: 1, no: false, nothing: null } });
  const one = { event_source_id: "one", name: "one name", event_types: ["purchase", "lead"] };
  await put("create", [one], { context: { call: 1 } });
  await put("again", [one]);
  await put("update", [{ ...one, name: "one new name" }]);
  await put("toggle back", [one]);
  await put("third update", [{ ...one, name: "third" }]);
  await put("fourth update", [{ ...one, name: "fourth", event_types: ["lead"] }]);
  await put("minimal", [{ event_source_id: "two" }]);
  const full = {
    event_source_id: "full",
    name: "A name of more than sixteen characters, é and 😀",
    event_types: ["purchase", "page_view", "lead"],
    action_source: "website",
    allowed_domains: ["shop.example", "www.example"],
    surface: { category: "website", property_type: "shop", namespace: "ns", property_id: "p-1" },
  };
  await put("full", [full]);
  await put("full, changed", [
    {
      ...full,
      action_source: "app",
      allowed_domains: ["new.example"],
      surface: { ...full.surface, property_id: "p-2" },
    },
  ]);
  await put("full, as it was", [full]);
  await put("full, name in capitals", [{ ...full, name: full.name.toUpperCase() }]);
  await put("full, as it was again", [full]);
  await put("full, as many other event types", [{ ...full, event_types: ["search", "share", "refund"] }]);
  await put("full, twelve event types", [{ ...full, event_types: EVENT_TYPES["3.0"].slice(0, 12) }]);
  await put("full, as it was once more", [full]);
  await put("full, another domain behind the first", [{ ...full, allowed_domains: ["shop.example", "new.example"] }]);
  await put("full, four domains", [{ ...full, allowed_domains: ["a", "b", "c", "d"].map((one) => `${one}.example`) }]);
  await put("surface alone", [{ event_source_id: "surface", surface: { category: "app" } }]);
  const batch = Array.from({ length: 12 }, (_, n) => ({ event_source_id: `b${n}`, name: `name ${n}` }));
  await put("batch of three", batch.slice(0, 3));
  await put("batch", batch);
  await put("batch, the only one", [...batch], { delete_missing: true, account: second });
  await look("batch, the only one: second account", { account: second });
  await put("mixed batch", [{ ...batch[0], name: "other" }, { event_source_id: "new" }]);
  await put("neighbour", [{ ...batch[1], name: "other" }]);
  await sync("big batch", {
    event_sources: Array.from({ length: 60 }, (_, n) => ({ event_source_id: `big${n}` })),
    account: second,
  });
  await look("second account", { account: second });

  const d = (name: string) => ({ event_source_id: "dup", name });
  await put("duplicates", [d("a"), d("b")]);
  await put("identical duplicates", [d("a"), d("a")]);
  await put("duplicates of one name", [d("a"), { ...d("a"), event_types: ["lead"] }]);
  await put("distant duplicates", [d("a"), { event_source_id: "between" }, d("b")]);
  await put("three of one", [d("a"), d("b"), d("c")]);
  await put("duplicates beyond ten", [...batch.slice(0, 10), { ...batch[9], name: "again" }]);
  await put("duplicates of an old id", [
    { ...one, name: "a" },
    { ...one, name: "b" },
  ]);
  await put("duplicates with delete_missing", [d("a"), d("b")], { delete_missing: true });

  for (const [first, other] of [
    ["case", "Case"],
    ["trim", " trim "],
    ["caf\u00e9", "cafe\u0301"],
    ["x".repeat(64), "x".repeat(65)],
  ] as const) {
    await put(`id ${first}`, [{ event_source_id: first, name: "first" }]);
    await put(`id ${other}`, [{ event_source_id: other, name: "second" }]);
  }
  const odd = [
    "  spaces  ",
    "x".repeat(300),
    "nul \u0000 bell \u0007",
    "<b>&'\"</b>",
    "-->\n*/ ' </script>",
    "a\u0301",
    "lone \ud800",
    "\u202eleft",
  ];
  for (const name of odd)
    await put(`name ${JSON.stringify(name)}`, [{ event_source_id: "odd", name, allowed_domains: [`"${name}"`] }]);
  await put("odd id", [
    { event_source_id: 'id "><script>', name: "n", action_source: "email" },
    { event_source_id: "i'\">", action_source: "chat" },
    { event_source_id: "nul \u0000", surface: { category: "app", property_id: "\u202eleft" } },
  ]);
  await put("long name", [{ event_source_id: "odd", name: "x".repeat(10_000) }]);
  await put("prototype", [JSON.parse('{"event_source_id":"proto","surface":{"category":"app","__proto__":{"a":1}}}')]);

  await put("delete_missing false", [one], { delete_missing: false });
  await look("delete on discovery", { delete_missing: true });
  await look("after delete on discovery");
  await put("delete", batch.slice(0, 2), { delete_missing: true });
  await put("delete, nothing changes", batch.slice(0, 1), { delete_missing: true });
  await put("after delete", [{ event_source_id: "after" }]);
  await put("made again", [batch[1] as Args]);
  await put(
    "delete, three listed",
    [batch[0] as Args, { event_source_id: "after", name: "x" }, { event_source_id: "more" }],
    { delete_missing: true },
  );
  await put("delete, one listed", [{ event_source_id: "more", name: "m" }], { delete_missing: true });
  await look("second account after delete", { account: second });
  await put("some", [one, ...batch.slice(0, 3)]);
  const bad = { event_source_id: "after", event_types: ["no_such_type"] };
  await put("partly invalid", [{ event_source_id: "good" }, bad]);
  await put("partly invalid with delete", [batch[0] as Args, { ...bad, event_source_id: "b1" }], {
    delete_missing: true,
  });
  await put("restored", [one, ...batch.slice(0, 4)]);

  const source = (fields: Args) => ({ event_sources: [{ event_source_id: "checked", ...fields }] });
  const invalid: [string, Args][] = [
    ["no account", { account: undefined }],
    ["both keys", { account: { ...demo, ...natural } }],
    ["id and sandbox", { account: { ...demo, sandbox: true } }],
    ["no operator", { account: { brand: natural.brand } }],
    ["account is text", { account: "acct_demo" }],
    ["empty list", { event_sources: [] }],
    ["null list", { event_sources: null }],
    ["no id", { event_sources: [{ name: "no id" }] }],
    ["number id", { event_sources: [{ event_source_id: 7 }] }],
    ["no event types", source({ event_types: [] })],
    ["unknown event type", source({ event_types: ["no_such_type"] })],
    ["unknown second event type", source({ event_types: ["purchase", "no_such_type"] })],
    ["unknown type in second source", { event_sources: [{ event_source_id: "checked" }, bad] }],
    ["event type in capitals", source({ event_types: ["PURCHASE"] })],
    ["unsupported event type", source({ event_types: ["purchase", "donate"] })],
    ["unknown action source", source({ action_source: "web" })],
    ["surface without category", source({ surface: { namespace: "n" } })],
    ["unknown category", source({ surface: { category: "web" } })],
    ["empty property type", source({ surface: { category: "app", property_type: "" } })],
    ["owned property", source({ surface: { category: "owned_property" } })],
    ["no domains", source({ allowed_domains: [] })],
    ["delete_missing as text", { ...source({}), delete_missing: "true" }],
    ["lower-case currency", { ...source({ value_currencies: ["usd"] }), adcp_version: "3.2" }],
    ["repeated currency", { ...source({ value_currencies: ["USD", "USD"] }), adcp_version: "3.2" }],
    ["context is text", { ...source({}), context: "text" }],
    ["list is an object", { event_sources: { event_source_id: "checked" } }],
    ["list is text", { event_sources: "checked" }],
    ["unknown field", { ...source({}), x_unknown: 1 }],
    ["unknown source field", source({ x_unknown: 1 })],
    ["unknown surface field", source({ surface: { category: "app", x_unknown: 1 } })],
    ["context_id", { ...source({}), context_id: "c" }],
    ["webhook", { ...source({}), push_notification_config: { url: "https://buyer.example/hook" } }],
    ["governance", { ...source({}), governance_context: "g" }],
    ["ext", { ...source({ event_types: [] }), ext: { x: { api_key: "k" } } }],
    ["ext, valid", { ...source({}), ext: { x: 1 } }],
    ["unknown account", { account: { account_id: "acct_4711" }, event_sources: [one], context: { c: 1 } }],
    ["unknown account, discovery", { account: { account_id: "acct_4711" } }],
    ["unknown natural key", { account: { ...natural, operator: "nobody.example" } }],
    ["natural key", { account: natural }],
    ["natural key of sandbox", { account: { ...natural, sandbox: true } }],
    ["sandbox", { account: sandbox }],
    ["sandbox, invalid", { account: sandbox, ...source({ event_types: ["no_such_type"] }) }],
    ["major 99", { adcp_major_version: 99 }],
    ["version 99.0", { adcp_version: "99.0" }],
    ["versions disagree", { adcp_version: "3.1", adcp_major_version: 2 }],
    ["newer minor", { adcp_version: "3.99" }],
    ["older", { adcp_version: "3.0" }],
    ["major alone", { adcp_major_version: 3 }],
    ["no key", { ...source({ name: "without key" }), idempotency_key: undefined }],
    ["no key, discovery", { idempotency_key: undefined }],
    ["short key", { idempotency_key: "short" }],
    ["malformed key", { idempotency_key: "sixteen characters at least" }],
  ];
  for (const [about, args] of invalid) {
    await sync(about, args);
    await look(about);
  }
  await send(
    "dry run",
    "sync_event_sources",
    { idempotency_key: key(), account: second, event_sources: [{ event_source_id: "in earnest" }] },
    "not_needed",
    { "x-dry-run": "true" },
  );
  await look("dry run", { account: second });
  await put("restored again", [one, ...batch.slice(0, 4)]);
  await sync("empty list with delete", { event_sources: [], delete_missing: true });
  await look("empty list with delete");
  await put("restored once more", [one, ...batch.slice(0, 4)]);
  await sync("null list with delete", { event_sources: null, delete_missing: true });
  await look("null list with delete");

  const k = key();
  const request = { idempotency_key: k, account: demo, event_sources: [{ event_source_id: "kept", name: "first" }] };
  await raw("key", { ...request, context: { n: 1 } });
  await raw("key, again", { ...request, context: { n: 2 } });
  await raw("key, other order", {
    event_sources: [{ name: "first", event_source_id: "kept" }],
    account: demo,
    idempotency_key: k,
  });
  await raw("key, other ext", { ...request, ext: { a: 1 } });
  await raw("key, other name", { ...request, event_sources: [{ event_source_id: "kept", name: "second" }] });
  await raw("key, with delete", { ...request, delete_missing: true });
  await look("key");
  await put("key, updated", [{ event_source_id: "kept", name: "third" }]);
  await raw("key, after update", request);
  await raw("key, other account", { ...request, account: second });
  await raw("key, other account again", { ...request, account: second });
  await send("key, other tool", "log_event", { idempotency_key: k, event_source_id: "kept", events: [event("lead")] });
  await sync("fresh key", { event_sources: [{ event_source_id: "kept", name: "third" }] });
  const dk = key();
  await raw("discovery key", { idempotency_key: dk, account: demo });
  await put("between", [{ event_source_id: "between" }]);
  await raw("discovery key, again", { idempotency_key: dk, account: demo });
  const fk = key();
  await raw("failing", {
    idempotency_key: fk,
    account: demo,
    event_sources: [{ event_source_id: "f", event_types: ["no_such_type"] }],
  });
  await raw("corrected", { idempotency_key: fk, account: demo, event_sources: [{ event_source_id: "f" }] });
  const ck = { idempotency_key: key(), account: demo, event_sources: [{ event_source_id: "c" }] };
  await Promise.all([raw("at once", ck), raw("at once too", ck)]);
  const xk = { idempotency_key: key(), account: demo, event_sources: [{ event_source_id: "x" }], delete_missing: true };
  await raw("delete key", xk);
  await put("later", [{ event_source_id: "later" }, { event_source_id: "lead_only", event_types: ["lead"] }]);
  await raw("delete key, again", xk);
  await look("delete key");
  for (let n = 0; n < 8; n++) await look(`waiting ${n}`);
  const limited = { idempotency_key: key(), account: demo };
  for (let n = 0; n < 9; n++) await raw(`one key ${n}`, limited);

  for (const context of [{ dry_run: true }, { delete_missing: true }, { account: second }]) {
    await put(`context ${JSON.stringify(context)}`, [{ event_source_id: `ctx${Object.keys(context)[0]}` }], {
      context,
    });
  }

  await put("for events", [{ event_source_id: "later" }, { event_source_id: "lead_only", event_types: ["lead"] }]);
  const log = (about: string, id: string, more: Args = {}) =>
    send(about, "log_event", { idempotency_key: key(), event_source_id: id, events: [event("lead")], ...more });
  await log("test event", "later", { test_event_code: "T1" });
  await log("purchase for all types", "later", { events: [event("purchase")] });
  await log("event", "lead_only");
  await log("other type", "lead_only", { events: [event("purchase"), event("lead")] });
  await log("unknown source", "nobody");
  await log("failed source", "f");
  await log("bad event", "later", { events: [{ event_id: "e" }] });
  await look("after events");
  await sync("delete for events", { event_sources: [{ event_source_id: "last" }], delete_missing: true });
  await log("deleted source", "lead_only");
  await put("seller-managed id", [{ event_source_id: "seller_demo_app", name: "taken" }]);
  await sync("all failing", {
    event_sources: [{ event_source_id: "last", event_types: ["no_such_type"] }, { event_source_id: "last2" }],
    delete_missing: true,
  });
  await look("all failing");

  const domains = (...allowed_domains: string[]) => ({ event_source_id: "again", name: "n", allowed_domains });
  await put("to be made again", [domains("a.example.com"), { event_source_id: "stays" }]);
  await put("deleted", [{ event_source_id: "stays" }], { delete_missing: true });
  await put("made again with another domain", [domains("b.example.com")]);
  await put("and changed", [domains("c.example.com")]);
  const typed = (...event_types: string[]) => ({ event_source_id: "typed", event_types });
  for (const types of [["lead", "purchase", "search"], ["lead", "purchase"], ["lead"], ["lead", "search"]])
    await put(`types ${types.length}`, [typed(...types)]);
  await put("a duplicate to be refused", [typed("lead"), typed("search")]);
  await put("deletion that lists it", [typed("lead"), { event_source_id: "stays" }], { delete_missing: true });
  const used = { idempotency_key: key(), account: demo, event_sources: [{ event_source_id: "used", name: "first" }] };
  const other = { ...used, event_sources: [{ event_source_id: "used", name: "second" }] };
  await raw("a key is used", used);
  for (const time of ["first", "second"]) await raw(`used for something else, ${time} time`, other);
  await look("used for something else");
  await look("delete on discovery, then a sync", { delete_missing: true });
  await put("the sync after it", [{ event_source_id: "after it" }]);
  await put("the used one deleted", [{ event_source_id: "after it" }], { delete_missing: true });
  await raw("its call again", used);
  await look("its call again");
  const race = (...ids: string[]) => ({
    idempotency_key: key(),
    account: demo,
    event_sources: ids.map((id) => ({ event_source_id: id, name: ids.join() })),
  });
  await Promise.all([raw("overlapping", race("one", "both")), raw("overlapping too", race("both", "other"))]);
  await look("overlapping");
  for (const fields of [{ name: 7 }, { name: null }, { allowed_domains: [7] }]) {
    await sync(JSON.stringify(fields), source(fields));
    await look(JSON.stringify(fields));
  }
  await sync("ext is text", { ...source({}), ext: "text" });
  await sync("long property", source({ surface: { category: "app", property_id: "x".repeat(256) } }));
  return steps;
}

function event(event_type: string): Args {
  return { event_id: `e-${event_type}`, event_type, event_time: "2026-01-15T08:00:00Z" };
}
