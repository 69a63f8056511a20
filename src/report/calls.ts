import type { Exchange } from "../transport/exchange.ts";
import { boundedText } from "./bound.ts";

/** A call as the params of an MCP `tools/call`. */
export interface ToolCall {
  method: "tools/call";
  params: { name: string; arguments: unknown };
}

/** The call of an exchange that calls a tool; nothing where the recorded body is not a call. */
export function toolCalls({ tool, request }: Pick<Exchange, "tool" | "request">): ToolCall[] {
  if (tool === undefined || request.body === undefined) return [];
  try {
    const args: unknown = JSON.parse(request.body)?.params?.arguments;
    return [{ method: "tools/call", params: { name: boundedText(tool, 200), arguments: args ?? {} } }];
  } catch {
    return [];
  }
}
