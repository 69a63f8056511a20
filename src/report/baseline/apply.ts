import { MOST_FINDINGS } from "../../engine/ledger.ts";
import { judged } from "../judge.ts";
import type { Known, Report, ReportBaseline, ReportFinding, ReportRule, StaleEntry } from "../report.ts";
import type { Baseline, BaselineEntry } from "./parse.ts";

/** What a baseline may name. */
export interface Names {
  rules: ReadonlySet<string>;
  /** Names of scenarios as findings give them. */
  scenarios: ReadonlySet<string>;
}

type Entry = Baseline["entries"][number];

/** Stands for whatever was generated: no two runs have that in common. */
const FUZZ = "fuzz";
/** Where a run is before its first scenario, and between two of them. */
const STAGES = new Set(["opening", "first write", FUZZ]);

/**
 * The report outside a baseline: known failures are marked and do not count, entries that are of no use any more are told.
 * @param failOn the lowest level that makes the run non-conformant; the report's own unless given
 */
export function applyBaseline(
  report: Report,
  baseline: Baseline,
  names: Names,
  { now, failOn }: { now: Date; failOn?: "must" | "should" },
): Report {
  const today = now.toISOString().slice(0, 10);
  const verdicts = baseline.entries.map((entry) => ({ entry, why: uselessness(entry, names, today) }));
  const valid = verdicts.flatMap(({ entry, why }) => (why === undefined ? [entry] : []));
  const rules = report.rules.map((rule) => marked(rule, valid));
  const stale = verdicts.flatMap(({ entry, why }): StaleEntry[] => {
    const told = why ?? (isFixed(entry, report) ? "fixed" : undefined);
    return told === undefined ? [] : [{ ...entry, why: told }];
  });
  const checked = (entry: Entry) => stale.some(({ line }) => line === entry.line) || matches(entry, report);
  const told: ReportBaseline = {
    file: baseline.file,
    entries: baseline.entries.length,
    known: rules.flatMap(({ findings }) => findings).filter(({ known }) => known).length,
    stale,
    unchecked: baseline.entries.filter((entry) => !checked(entry)),
  };
  return judged({ ...report, rules, baseline: told }, failOn);
}

/** Why an entry is of no use whatever the run saw. */
function uselessness({ rule, scenario, expires }: Entry, names: Names, today: string): StaleEntry["why"] | undefined {
  if (!names.rules.has(rule)) return "no_rule";
  if (scenario !== undefined && !names.scenarios.has(scenario) && !STAGES.has(scenario)) return "no_scenario";
  return expires !== undefined && expires < today ? "expired" : undefined;
}

const scenariosOf = ({ scenario, also_in = [] }: ReportFinding): string[] => [scenario, ...also_in];

const isOf = (finding: ReportFinding, scenario: string | undefined): boolean =>
  scenario === undefined || (scenario === FUZZ ? finding.phase === "fuzz" : scenariosOf(finding).includes(scenario));

/** Whether the run saw what an entry is about. */
const matches = (entry: BaselineEntry, { rules }: Report): boolean =>
  rules.some(({ id, findings }) => id === entry.rule && findings.some((finding) => isOf(finding, entry.scenario)));

/** A finding is known when every scenario that showed it is named. */
function marked(rule: ReportRule, entries: readonly Entry[]): ReportRule {
  const own = entries.filter((entry) => entry.rule === rule.id);
  const findings = rule.findings.map(({ known: _, ...finding }) => {
    const naming = (scenario: string) =>
      own.find((entry) => entry.scenario === undefined || entry.scenario === scenario);
    const all = finding.phase === "fuzz" ? [FUZZ] : scenariosOf(finding);
    const first = naming(all[0]!);
    return first && all.every(naming) ? { ...finding, known: knownBy(first) } : finding;
  });
  return { ...rule, findings };
}

const knownBy = ({ reason, expires }: Entry): Known => ({ reason, ...(expires !== undefined && { expires }) });

/** Whether the run shows that what an entry is about does not fail any more. What it did not get to shows nothing. */
function isFixed({ rule: id, scenario }: Entry, report: Report): boolean {
  const rule = report.rules.find((one) => one.id === id);
  if (!rule || report.shard || report.ended_early || scenario === FUZZ) return false;
  if (matches({ rule: id, reason: "", ...(scenario !== undefined && { scenario }) }, report)) return false;
  if (!["passed", "failed", "warned", "noted"].includes(rule.verdict)) return false;
  const { not_tested_in = [], not_applicable_in = [] } = rule;
  if (scenario === undefined) return not_tested_in.length === 0;
  const full = rule.findings.length >= MOST_FINDINGS;
  return !full && ![...not_tested_in, ...not_applicable_in].includes(scenario);
}
