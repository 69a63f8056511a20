import type { Report } from "../report/report.ts";

export const EXIT = { conformant: 0, notConformant: 1, usage: 2, couldNotTest: 3, interrupted: 130 } as const;

/**
 * The exit code of a run: a broken `must`, and a baseline that is of no use any more, outweigh an interruption, and that
 * outweighs everything else.
 */
export function exitCode(report: Pick<Report, "verdict" | "security" | "baseline">, interrupted = false): number {
  if (report.verdict === "non_conformant" || report.security === "findings") return EXIT.notConformant;
  if (report.baseline && report.baseline.stale.length > 0) return EXIT.notConformant;
  if (report.verdict === "inconclusive" || interrupted) return EXIT.couldNotTest;
  return EXIT.conformant;
}
