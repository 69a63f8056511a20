import type { Exchange } from "../transport/exchange.ts";
import { boundedText } from "./bound.ts";

/** A call as the params of an MCP `tools/call`, whichever transport it went over. */
export interface ToolCall {
  method: "tools/call";
  params: { name: string; arguments: unknown };
}

/** The call of an exchange that calls a tool; nothing where the recorded body is not a call. */
export function toolCalls({ tool, request }: Pick<Exchange, "tool" | "request">): ToolCall[] {
  if (tool === undefined || request.body === undefined) return [];
  try {
    const params = JSON.parse(request.body)?.params;
    const data = params?.message?.parts?.[0]?.data;
    const args: unknown = params?.arguments ?? data?.input ?? data?.parameters;
    return [{ method: "tools/call", params: { name: boundedText(tool, 200), arguments: args ?? {} } }];
  } catch {
    return [];
  }
}
