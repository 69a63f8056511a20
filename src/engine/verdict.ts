import type { HarnessError, RuleResult, RunVerdict } from "./result.ts";

/**
 * The verdict of a run: non-conformant when a `must` failed (or, with `failOn` `should`, a `should` warned); else
 * inconclusive when nothing was tested, a `must` is not tested, the run was cut short or the harness erred; else
 * conformant. The tool's own security rules have no say.
 */
export function runVerdict(
  rules: readonly RuleResult[],
  errors: readonly HarnessError[],
  failOn: "must" | "should",
  cut?: string,
): { verdict: RunVerdict; reason?: string } {
  const graded = rules.filter((rule) => !rule.security);
  const failed = graded.some(({ verdict }) => verdict === "failed" || (failOn === "should" && verdict === "warned"));
  if (failed) return { verdict: "non_conformant", ...(cut !== undefined && { reason: cut }) };
  if (cut !== undefined) return { verdict: "inconclusive", reason: cut };
  if (errors.length > 0) return { verdict: "inconclusive", reason: "the harness itself erred" };
  if (!rules.some(({ verdict }) => ["passed", "warned", "noted", "failed"].includes(verdict))) {
    return { verdict: "inconclusive", reason: "nothing was tested" };
  }
  const open = graded.filter(({ level, verdict }) => level === "must" && verdict === "not_tested");
  if (open.length === 0) return { verdict: "conformant" };
  const [first] = open;
  const more = open.length > 1 ? ` and ${open.length - 1} more` : "";
  return { verdict: "inconclusive", reason: `${first?.id}${more} could not be tested: ${first?.reason}` };
}
