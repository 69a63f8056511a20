import { fullName } from "../engine/scenarios.ts";
import type { Scenario, Suite } from "../engine/suite.ts";
import { isPath } from "../fuzz/schedule.ts";
import { TASK } from "../protocol/request.ts";
import type { Report, ReportFinding, ReportRule } from "../report/report.ts";

/** One finding that is to be seen again, and how. */
export interface Item {
  rule: ReportRule;
  finding: ReportFinding;
  /**
   * `scenario`: it is played again, with the values of the report's seed; `stage`: what any run does in that place;
   * `generated`: the case is made again from the seed and its path; `recorded`: the report's calls are sent; `none`: there is
   * no way, for that reason.
   */
  by: "scenario" | "stage" | "generated" | "recorded" | "none";
  /** The name under which the new run has it. */
  name: string;
  /** Whether what the scenario says of the rule does not hang on the calls that the report has of it. */
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
  const { path } = finding;
  if (finding.phase === "fuzz" && path !== undefined && isPath(path))
    return { ...base, by: "generated", name: path, checked: true };
  const proves = (name: string) => scenarioOf(name, suites)?.proves;
  const own = finding.phase === "scenario" ? proves(finding.scenario) : undefined;
  if (own) return { ...base, by: "scenario", checked: own.includes(rule.id) };
  // What showed before the first scenario may hang on what the account held then: one that showed it as well says more.
  const other = finding.phase === "scenario" ? finding.also_in?.find(proves) : undefined;
  if (other !== undefined) return { ...base, by: "scenario", name: other, checked: true };
  if (isStage(finding)) return { ...base, by: "stage" };
  if (!judgesAlone(suite, rule.id))
    return { ...base, by: "none", reason: "this version of the tool does not have the scenario that checks it" };
  if (finding.reproduce.calls.length === 0)
    return { ...base, by: "none", reason: "the report does not hold the calls that show it" };
  return { ...base, by: "recorded", name: `${suite.name}: recorded calls of ${rule.id}, ${index + 1}` };
}

function scenarioOf(name: string, suites: readonly Suite[]): Scenario | undefined {
  for (const suite of suites)
    for (const scenario of suite.scenarios) if (fullName(suite, scenario) === name) return scenario;
  return undefined;
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
