import type { Exchange } from "../transport/exchange.ts";
import { boundedText } from "./bound.ts";
import { curlLine } from "./curl.ts";

/** How to see a finding again. */
export interface Reproduce {
  /**
   * One line for a POSIX shell: all calls, in order. Credentials come from the environment; idempotency keys that need not
   * be what they were are made anew, since a key used again gives the old answer.
   */
  curl: string;
  calls: ToolCall[];
  seed?: number;
  /** For what was generated: the path that gives the same sequence again. */
  path?: string;
}

/** A call as the params of an MCP `tools/call`, whichever transport it went over. */
export interface ToolCall {
  method: "tools/call";
  params: { name: string; arguments: unknown };
}

export function reproduce(exchanges: readonly Exchange[], seed: number, bearer: boolean): Reproduce {
  return { curl: curlLine(exchanges, bearer), calls: exchanges.flatMap(toolCall), seed };
}

/** The call of an exchange that calls a tool; nothing where the recorded body is not a call. */
function toolCall({ tool, request }: Exchange): ToolCall[] {
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
