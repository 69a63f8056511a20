import type { FuzzResult } from "../engine/result.ts";

/** Below this many answers nothing can be said of their kind. */
const FEW = 30;
const NEARLY_ALL = 0.9;

/** What makes a phase worth less than it looks. @param limited answers that were refusals for the rate limit */
export function warningsOf(
  { accepted, rejected, requests, states, runs }: Omit<FuzzResult, "warnings">,
  limited: number,
): string[] {
  const warnings: string[] = [];
  const answered = accepted + rejected;
  if (answered >= FEW && rejected / answered > NEARLY_ALL)
    warnings.push(`nearly all calls were refused (${rejected} of ${answered}): little was tested`);
  if (requests >= FEW && limited / requests > NEARLY_ALL)
    warnings.push(`nearly all calls were refused for the rate limit (${limited} of ${requests})`);
  if (runs > 0 && states.visited <= 1) warnings.push("no call ever changed what the account holds");
  return warnings;
}
