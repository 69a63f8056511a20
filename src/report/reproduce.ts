import type { Exchange } from "../transport/exchange.ts";
import { type ToolCall, toolCalls } from "./calls.ts";
import { curlLine } from "./curl.ts";
import { typescriptOf } from "./typescript.ts";

/** How to see a finding again. */
export interface Reproduce {
  /**
   * One line for a POSIX shell: all calls, in order. Credentials come from the environment; idempotency keys that need not
   * be what they were are made anew, since a key used again gives the old answer.
   */
  curl: string;
  calls: ToolCall[];
  /** The same as a module for Node, where they are calls. */
  typescript?: string;
  seed?: number;
  /** For what was generated: with the seed, the value of `--replay` that makes the same calls again. */
  path?: string;
}

export function reproduce(
  exchanges: readonly Exchange[],
  { seed, path, bearer }: { seed: number; path?: string | undefined; bearer: boolean },
): Reproduce {
  const typescript = typescriptOf(exchanges);
  return {
    curl: curlLine(exchanges, bearer),
    calls: exchanges.flatMap(toolCalls),
    ...(typescript !== "" && { typescript }),
    seed,
    ...(path !== undefined && { path }),
  };
}
