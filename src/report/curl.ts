import type { Exchange } from "../transport/exchange.ts";

/** Headers that curl sets itself, or that belong to the recorded connection. */
const SKIPPED = new Set([
  "host",
  "connection",
  "content-length",
  "user-agent",
  "accept-encoding",
  "mcp-session-id",
  "last-event-id",
]);
/** Linux takes no single argument above 128 KiB; a longer body goes through printf, which is built into the shell. */
const MOST_OF_AN_ARGUMENT = 100_000;
const MASK = "***";

/**
 * The exchanges as one line for a POSIX shell. What was recorded as `***` becomes a variable: `$ADCP_TOKEN` for the bearer
 * token, `$ADCP_AUTHORIZATION` and the like for other headers, `$ADCP_URL` for an address that holds a credential. Where the
 * seller keeps sessions, a session is opened first.
 */
export function curlLine(exchanges: readonly Exchange[], bearer: boolean): string {
  const sent = exchanges.filter(({ request }) => request.method === "POST" && request.body !== undefined);
  if (sent.length === 0) return "";
  const commands: string[] = [];
  const keys = freshKeys(sent);
  if (keys.size > 0) commands.push("N=$(date +%s)");
  const session = sent.find(({ request }) => headerOf(request, "mcp-session-id") !== undefined);
  if (session) commands.push(...openSession(session, bearer));
  for (const { request } of sent) {
    const inSession = headerOf(request, "mcp-session-id") !== undefined;
    const headers = [...headerWords(request, bearer), ...(inSession ? ['-H "Mcp-Session-Id: $S"'] : [])];
    commands.push(curl(request, headers, body(request.body!, keys)));
  }
  return commands.join("; ");
}

type Request = Exchange["request"];

function curl(request: Request, headers: readonly string[], data: string, options = "-gsS -w '\\n'"): string {
  const words = ["curl", options, url(request), ...headers];
  if (data.length <= MOST_OF_AN_ARGUMENT) return [...words, "--data-raw", data].join(" ");
  return `printf %s ${data} | ${[...words, "--data-binary", "@-"].join(" ")}`;
}

const url = (request: Request): string => (request.url.includes(MASK) ? '"$ADCP_URL"' : quote(ascii(request.url)));

/** Any text as one word of a POSIX shell. */
export const quote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

function headerOf(request: Request, wanted: string): string | undefined {
  return Object.entries(request.headers).find(([name]) => name.toLowerCase() === wanted)?.[1];
}

function headerWords(request: Request, bearer: boolean): string[] {
  return Object.entries(request.headers).flatMap(([name, value]) => {
    const lower = name.toLowerCase();
    if (SKIPPED.has(lower) || !/^[!#$%&'*+.^_`|~0-9a-z-]+$/.test(lower)) return [];
    if (!value.includes(MASK)) return [`-H ${quote(`${lower}: ${ascii(value)}`)}`];
    if (lower === "authorization" && bearer) return ['-H "Authorization: Bearer $ADCP_TOKEN"'];
    return [`-H ${quote(`${lower}: `)}"$ADCP_${lower.toUpperCase().replaceAll(/[^A-Z0-9]/g, "_")}"`];
  });
}

/** What no terminal may act on and no shell has to carry. */
const ascii = (text: string): string => text.replaceAll(/[^\x20-\x7e]/g, "?");

const PROTOCOL_VERSION = "2025-11-25";

function openSession({ request }: Exchange, bearer: boolean): string[] {
  const headers = headerWords(request, bearer).filter((word) => !/^-H 'mcp-protocol-version:/i.test(word));
  const clientInfo = { name: "curl", version: "1" };
  const params = { protocolVersion: PROTOCOL_VERSION, capabilities: {}, clientInfo };
  const initialize = quote(JSON.stringify({ jsonrpc: "2.0", id: 0, method: "initialize", params }));
  const initialized = quote(JSON.stringify({ jsonrpc: "2.0", method: "notifications/initialized" }));
  const open = curl(request, headers, initialize, "-gsSi");
  return [
    `S=$(${open} | tr -d '\\r' | sed -n 's/^[Mm]cp-[Ss]ession-[Ii]d: *//p')`,
    curl(request, [...headers, '-H "Mcp-Session-Id: $S"'], initialized),
  ];
}

const UUID = /"idempotency_key"\s*:\s*"([0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12})"/g;

/** The keys of the calls, each with its place in the order of their first use. Keys that are meant to be odd stay. */
function freshKeys(exchanges: readonly Exchange[]): Map<string, number> {
  const keys = new Map<string, number>();
  for (const { request } of exchanges)
    for (const [, key] of request.body!.matchAll(UUID)) if (!keys.has(key!)) keys.set(key!, keys.size + 1);
  return keys;
}

/** A JSON body as a word of the shell, in ASCII. Control characters stand in JSON text between tokens alone. */
function body(text: string, keys: ReadonlyMap<string, number>): string {
  const plain = text
    .replaceAll(/[\t\r\n]/g, " ")
    .replaceAll(/[^\x20-\x7e]/g, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`)
    // Build servers read `##[name]` in a log as a command.
    .replaceAll("##", "#\\u0023");
  let word = quote(plain);
  for (const [key, number] of keys) word = word.replaceAll(key, `repro-'"$N"'-${number}`);
  return word;
}
