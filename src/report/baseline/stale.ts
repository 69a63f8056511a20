import type { Report, StaleEntry } from "../report.ts";
import { clean } from "../sanitize.ts";

const WHY: Record<StaleEntry["why"], string> = {
  fixed: "does not fail any more",
  expired: "has expired",
  no_rule: "names no rule",
  no_scenario: "names no scenario",
};

/** What has to go from the baseline, one line of clean text for each entry: file, line, and why. */
export const staleLines = ({ baseline }: Pick<Report, "baseline">): string[] =>
  (baseline?.stale ?? []).map(({ rule, scenario, line, why, expires }) => {
    const what = scenario === undefined ? clean(rule, 40) : `${clean(rule, 40)} in "${clean(scenario, 120)}"`;
    const day = why === "expired" ? ` (${clean(expires ?? "", 10)})` : "";
    return `${clean(baseline!.file, 200)}:${line}: ${what} ${WHY[why]}${day}: remove the entry`;
  });
