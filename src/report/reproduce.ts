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
  /** The same calls as a test in TypeScript. */
  typescript?: string;
}

/** A call as the params of an MCP `tools/call`. */
export interface ToolCall {
  method: "tools/call";
  params: { name: string; arguments: unknown };
}

export function reproduce(exchanges: readonly Exchange[], seed: number, bearer: boolean): Reproduce {
  return { curl: curlLine(exchanges, bearer), calls: exchanges.flatMap(toolCalls), seed };
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
