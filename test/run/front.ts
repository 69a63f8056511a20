import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { RunningSeller } from "../../fixtures/seller/start.ts";
import { SENTINEL_ID } from "../../src/engine/lease.ts";
import { listen } from "../transport/support.ts";
import type { Json, Kind } from "./support.ts";

/** One request of a run, as what stands before the seller sees it. */
export interface Seen {
  method: string;
  rpc?: string;
  id?: unknown;
  tool?: string;
  args: Json;
  /** Where in a run it comes. */
  stage: Stage;
  /** How many calls that can write came before it. */
  writes: number;
}

export type Stage =
  | "initialize"
  | "tools/list"
  | "capabilities"
  | "first discovery"
  | "first write"
  | "middle"
  | "cleanup";

export const STAGES: readonly Stage[] = [
  "initialize",
  "tools/list",
  "capabilities",
  "first discovery",
  "first write",
  "middle",
  "cleanup",
];

export interface Forwarded {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/**
 * What is done with a request in place of handing it on; `false`: it is handed on.
 * @param forward lets the seller answer, and gives that answer
 */
export type Spoil = (
  seen: Seen,
  response: ServerResponse,
  forward: () => Promise<Forwarded>,
) => Promise<boolean> | boolean;

/** A server before a seller, for either transport, that may spoil every request. It ends with the test. */
export async function before(seller: RunningSeller, spoil: Spoil, transport: Kind = "mcp"): Promise<string> {
  const origin = new URL(seller.url).origin;
  let writes = 0;
  let discoveries = 0;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    response.on("error", () => {});
    request.on("error", () => {});
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", async () => {
      const body = Buffer.concat(chunks).toString("utf8");
      const seen = look(request.method ?? "", body);
      const forward = async (): Promise<Forwarded> => {
        const answer = await fetch(`${origin}${request.url}`, {
          method: request.method ?? "POST",
          headers: { "content-type": "application/json", ...passedOn(request.headers) },
          ...(body && { body }),
        });
        return {
          status: answer.status,
          headers: { "content-type": answer.headers.get("content-type") ?? "application/json" },
          // The agent card is to lead back here.
          body: (await answer.text()).replaceAll(origin, `http://${request.headers.host}`),
        };
      };
      try {
        if (await spoil(seen, response, forward)) return;
        const { status, headers, body: answered } = await forward();
        response.writeHead(status, headers).end(answered);
      } catch {
        response.destroy();
      }
    });
  });
  const port = await listen(server);
  return `http://127.0.0.1:${port}/${transport}`;

  function look(method: string, body: string): Seen {
    const message = parse(body);
    const rpc = typeof message["method"] === "string" ? message["method"] : undefined;
    const params = (message["params"] ?? {}) as Json;
    const sent = (params["message"] as { parts: { data: Json }[] } | undefined)?.parts[0]?.data;
    const name = rpc === "tools/call" ? params["name"] : sent?.["skill"];
    const tool = name === undefined ? undefined : String(name);
    const args = (params["arguments"] ?? sent?.["input"] ?? {}) as Json;
    const seen = {
      method,
      ...(rpc !== undefined && { rpc }),
      id: message["id"],
      ...(tool !== undefined && { tool }),
      args,
    };
    const write = tool === "sync_event_sources" && ("event_sources" in args || "delete_missing" in args);
    const discovery = tool === "sync_event_sources" && !write;
    const stage = stageOf(rpc, tool, write, args);
    const told = { ...seen, stage, writes };
    if (write) writes++;
    if (discovery) discoveries++;
    return told;
  }

  function stageOf(rpc: string | undefined, tool: string | undefined, write: boolean, args: Json): Stage {
    if (rpc === "tools/list") return "tools/list";
    if (tool === undefined) return "initialize";
    if (tool === "get_adcp_capabilities") return "capabilities";
    if (!write && discoveries === 0) return "first discovery";
    if (write && writes === 0) return "first write";
    const sources = args["event_sources"];
    const releases =
      Array.isArray(sources) &&
      sources.length === 1 &&
      sources[0]?.event_source_id === SENTINEL_ID &&
      !String(sources[0]?.name).includes(" lease ");
    return releases ? "cleanup" : "middle";
  }
}

/** What a seller has to see of a request's head. */
function passedOn(headers: IncomingHttpHeaders): Record<string, string> {
  const kept = Object.entries(headers).filter(([name]) => /^(accept|authorization|a2a-.*)$/.test(name));
  return Object.fromEntries(kept.map(([name, value]) => [name, String(value)]));
}

function parse(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return {};
  }
}
