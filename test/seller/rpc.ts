import { randomUUID } from "node:crypto";

interface Result {
  event_source_id: string;
  action: string;
  [name: string]: unknown;
}

/** A bare client: one HTTP request a call, a retry where the seller asks for one, JSON or an event stream. */
export async function rpc(url: string) {
  const headers: Record<string, string> = {
    "content-type": "application/json",
    accept: "application/json, text/event-stream",
  };

  async function post(method: string, params: unknown): Promise<Record<string, unknown>> {
    for (;;) {
      const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });
      const response = await fetch(url, { method: "POST", headers, body });
      const text = await response.text();
      if (response.status === 429 || response.status === 503) continue;
      const session = response.headers.get("mcp-session-id");
      if (session !== null) headers["mcp-session-id"] = session;
      const data = text.startsWith("{") ? text : (/^data: (.*)$/m.exec(text)?.[1] ?? "null");
      return JSON.parse(data) as Record<string, unknown>;
    }
  }

  const hello = { protocolVersion: "2025-06-18", capabilities: {}, clientInfo: { name: "test", version: "1" } };
  await post("initialize", hello);

  return {
    post,
    /** The results of a sync, wherever the seller puts them. */
    async sync(args: Record<string, unknown>): Promise<Result[]> {
      const params = { name: "sync_event_sources", arguments: { idempotency_key: randomUUID(), ...args } };
      const { result } = (await post("tools/call", params)) as {
        result: { structuredContent?: { event_sources: Result[] }; content: { text: string }[] };
      };
      const body =
        result.structuredContent ?? (JSON.parse(result.content[0]?.text ?? "{}") as { event_sources: Result[] });
      return body.event_sources;
    },
  };
}
