import { Document } from "yaml";
import type { Report } from "../report.ts";
import { clean } from "../sanitize.ts";
import { type Baseline, type BaselineEntry, isSame } from "./parse.ts";

/** What shows in more scenarios than that is written down for the whole rule. */
const MOST_SCENARIOS = 8;

/**
 * The baseline of a report, as YAML or as JSON: what fails it, and what `earlier` has a reason for. Entries of the earlier one that the run
 * did not check stay, those that are of no use any more go.
 */
export function toBaseline(
  report: Report,
  now: Date,
  { earlier, json = false }: { earlier?: Baseline | undefined; json?: boolean } = {},
): { text: string; entries: BaselineEntry[] } {
  const today = now.toISOString().slice(0, 10);
  const found = report.rules
    .filter(({ verdict }) => verdict === "failed" || (verdict === "warned" && report.fail_on === "should"))
    .flatMap(({ id, findings }) =>
      findings.flatMap(({ known, message, scenario, also_in = [], phase }): BaselineEntry[] => {
        if (known) return [];
        const reason = `seen on ${today}: ${clean(message, 200)}`;
        const scenarios = phase === "fuzz" ? ["fuzz"] : [scenario, ...also_in];
        if (scenarios.length > MOST_SCENARIOS) return [{ rule: id, reason }];
        return scenarios.map((one) => ({ rule: id, scenario: one, reason }));
      }),
    );
  const stale = report.baseline?.stale ?? [];
  const kept = (earlier?.entries ?? []).filter((entry) => !stale.some((one) => isSame(one, entry)));
  const whole = new Set([...kept, ...found].filter(({ scenario }) => scenario === undefined).map(({ rule }) => rule));
  const entries = [...kept.map(({ line: _, ...entry }) => entry), ...found]
    .filter((entry, index, all) => all.findIndex((one) => isSame(one, entry)) === index)
    .filter(({ rule, scenario }, index) => scenario === undefined || index < kept.length || !whole.has(rule))
    .sort((a, b) => compare(a.rule, b.rule) || compare(a.scenario ?? "", b.scenario ?? ""));
  if (json) return { text: `${JSON.stringify(entries, null, 2)}\n`, entries };
  const document = new Document(entries);
  document.commentBefore = [
    ` Known failures of ${clean(report.target.url, 200)}: they do not fail a run. Give each one a reason that others understand,`,
    " and a date (expires: YYYY-MM-DD) where it is promised to be mended.",
  ].join("\n");
  return { text: document.toString({ lineWidth: 0 }), entries };
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
