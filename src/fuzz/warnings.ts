import type { FuzzResult } from "../engine/result.ts";
import type { Budget } from "./budget.ts";

/** Below this many answers nothing can be said of their kind. */
const FEW = 30;
const NEARLY_ALL = 0.9;

/** What makes a phase worth less than it looks. */
export function warningsOf(
  { requests, states, runs }: Omit<FuzzResult, "warnings">,
  { writes, refusedWrites, limited }: Pick<Budget, "writes" | "refusedWrites" | "limited">,
): string[] {
  const warnings: string[] = [];
  const nearlyAll = (part: number, all: number) => all >= FEW && part / all > NEARLY_ALL;
  if (nearlyAll(refusedWrites, writes))
    warnings.push(`nearly all writes were refused (${refusedWrites} of ${writes}): little was tested`);
  if (nearlyAll(limited, requests))
    warnings.push(`nearly all calls were refused for the rate limit (${limited} of ${requests})`);
  if (runs > 0 && states.visited <= 1) warnings.push("no call ever changed what the account holds");
  return warnings;
}
