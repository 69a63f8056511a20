import { fullName } from "../engine/scenarios.ts";
import type { Suite } from "../engine/suite.ts";
import { TASK } from "../protocol/request.ts";
import type { Report, ReportFinding, ReportRule } from "../report/report.ts";

/** One finding that is to be seen again, and how. */
export interface Item {
  rule: ReportRule;
  finding: ReportFinding;
  /**
   * `scenario`: it is played again, with the values of the report's seed; `stage`: what any run does in that place;
   * `recorded`: the report's calls are sent; `none`: there is no way, for that reason.
   */
  by: "scenario" | "stage" | "recorded" | "none";
  /** The name under which the new run has it. */
  name: string;
  /** Whether the scenario itself checks the rule: what it then says does not hang on single calls. */
  checked: boolean;
  reason?: string;
}

/** How the findings of a report, or of one of its rules, can be seen again. Observations are asked for by their rule alone. */
export function planReplay(report: Report, suites: readonly Suite[], only?: string): Item[] {
  const rules = report.rules.filter(({ id, verdict }) =>
    only === undefined ? verdict === "failed" || verdict === "warned" : id === only,
  );
  return rules.flatMap((rule) => rule.findings.map((finding, index) => item(rule, finding, index, suites)));
}

function item(rule: ReportRule, finding: ReportFinding, index: number, suites: readonly Suite[]): Item {
  const suite = suites.find(({ rules }) => Object.hasOwn(rules, rule.id));
  const base = { rule, finding, name: finding.scenario, checked: false };
  if (!suite) return { ...base, by: "none", reason: "this version of the tool does not have the rule" };
  const scenario = suites
    .flatMap((one) => one.scenarios.map((scenario) => ({ proves: scenario.proves, name: fullName(one, scenario) })))
    .find(({ name }) => name === finding.scenario);
  if (finding.phase === "scenario" && scenario)
    return { ...base, by: "scenario", checked: scenario.proves.includes(rule.id) };
  if (isStage(finding)) return { ...base, by: "stage" };
  if (!judgesAlone(suite, rule.id))
    return { ...base, by: "none", reason: "this version of the tool does not have the scenario that checks it" };
  if (finding.reproduce.calls.length === 0)
    return { ...base, by: "none", reason: "the report does not hold the calls that show it" };
  return { ...base, by: "recorded", name: `${suite.name}: recorded calls of ${rule.id}, ${index + 1}` };
}

/** Whether every run comes to the place of a finding: what it does between two scenarios depends on what was played. */
const isStage = ({ scenario, reproduce }: ReportFinding): boolean =>
  scenario === "first write" || (scenario === "opening" && !reproduce.calls.some(isWrite));

function isWrite({ params }: ReportFinding["reproduce"]["calls"][number]): boolean {
  const { name, arguments: args } = params;
  return name === TASK && typeof args === "object" && args !== null && "event_sources" in args;
}

/** Whether a rule is judged by answers, or by the state after a write, without a scenario's own check. */
const judgesAlone = (suite: Suite, id: string): boolean =>
  Object.hasOwn(suite.answers, id) || Object.values(suite.observations).includes(id);
