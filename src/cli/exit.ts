import type { Report } from "../report/report.ts";

export const EXIT = { conformant: 0, notConformant: 1, usage: 2, couldNotTest: 3, interrupted: 130 } as const;

/** The exit code of a run: a broken `must` outweighs an interruption, an interruption outweighs everything else. */
export function exitCode(report: Pick<Report, "verdict" | "security">, interrupted = false): number {
  if (report.verdict === "non_conformant" || report.security === "findings") return EXIT.notConformant;
  if (report.verdict === "inconclusive" || interrupted) return EXIT.couldNotTest;
  return EXIT.conformant;
}
