import type { Exchange } from "../transport/exchange.ts";
import { toolCalls } from "./calls.ts";

const MASK = "***";
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/**
 * The calls of some exchanges as a module for Node that needs nothing else: it sends them with `fetch`, one after another,
 * and prints the answers. Keys that need not be what they were are made anew; the credential comes from ADCP_TOKEN. Empty
 * where nothing was called, or where the address holds a credential.
 */
export function typescriptOf(exchanges: readonly Exchange[]): string {
  const calls = exchanges.flatMap((exchange) => toolCalls(exchange));
  const first = exchanges.find(({ tool }) => tool !== undefined);
  const url = first?.request.url;
  if (calls.length === 0 || url === undefined || url.includes(MASK)) return "";
  const keys = new Map<string, number>();
  const args = calls.map(({ params }) => withKeys(params.arguments, keys));
  return [
    ...(keys.size > 0 ? ['import { randomUUID } from "node:crypto";', ""] : []),
    ...(keys.size > 0 ? [`const keys = Array.from({ length: ${keys.size} }, () => randomUUID());`] : []),
    "const calls = [",
    ...args.map((one, n) => `  { name: ${literal(calls[n]?.params.name)}, arguments: ${one} },`),
    "];",
    "const token = process.env.ADCP_TOKEN;",
    "for (const [id, params] of calls.entries()) {",
    `  const answer = await fetch(${literal(url)}, {`,
    '    method: "POST",',
    "    headers: {",
    '      "content-type": "application/json",',
    '      accept: "application/json, text/event-stream",',
    ...Object.entries(first?.request.headers ?? {}).flatMap(([name, value]) =>
      /^(x-)?a2a-/.test(name) ? [`      ${literal(name)}: ${literal(value)},`] : [],
    ),
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the snippet has the template, not this module
    "      ...(token !== undefined && { authorization: `Bearer ${token}` }),",
    "    },",
    ...bodyLines(first?.operation ?? "tools/call"),
    "  });",
    "  console.log(answer.status, await answer.text());",
    "}",
    "",
  ].join("\n");
}

/** How a request holds a call: as MCP puts it, or as one of the versions of A2A. */
function bodyLines(operation: string): string[] {
  if (operation === "tools/call")
    return ['    body: JSON.stringify({ jsonrpc: "2.0", id, method: "tools/call", params }),'];
  const older = operation === "message/send";
  const [kind, role] = older ? ['kind: "data", ', '"user", kind: "message"'] : ["", '"ROLE_USER"'];
  return [
    "    body: JSON.stringify({",
    `      jsonrpc: "2.0", id, method: ${literal(operation)},`,
    "      params: { message: {",
    `        messageId: crypto.randomUUID(), role: ${role},`,
    `        parts: [{ ${kind}data: { skill: params.name, input: params.arguments } }],`,
    "      } },",
    "    }),",
  ];
}

/** JSON is TypeScript; what a terminal or an editor may act on is escaped. */
const literal = (value: unknown): string =>
  (JSON.stringify(value) ?? "undefined")
    // A member of this name would set the prototype of a literal.
    .replaceAll('"__proto__":', '["__proto__"]:')
    .replaceAll(/[^\x20-\x7e]/g, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`);

function withKeys(args: unknown, keys: Map<string, number>): string {
  const key = (args as { idempotency_key?: unknown } | null)?.idempotency_key;
  if (typeof key !== "string" || !UUID.test(key)) return literal(args);
  const place = keys.get(key) ?? keys.size;
  keys.set(key, place);
  return literal(args).replace(`"idempotency_key":"${key}"`, `"idempotency_key":keys[${place}]`);
}
