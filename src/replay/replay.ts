import { causeOf } from "../engine/ledger.ts";
import type { Phase } from "../engine/phase.ts";
import type { FuzzResult, RunResult } from "../engine/result.ts";
import { run } from "../engine/run.ts";
import type { RunSetup } from "../engine/setup.ts";
import type { Suite } from "../engine/suite.ts";
import { fuzzing } from "../fuzz/fuzz.ts";
import type { Report, ReportRule } from "../report/report.ts";
import { type Item, planReplay } from "./plan.ts";
import { recordedScenario } from "./recorded.ts";
import { Sent } from "./sent.ts";

/** Requests for one generated case, making it small included. */
const MOST_REQUESTS = 500;

/** What became of one finding. */
export interface Replayed {
  rule: string;
  level: ReportRule["level"];
  scenario: string;
  /** What was played for it: the path of what is generated, or another scenario that showed the same. */
  played?: string;
  outcome: "fixed" | "still_failing" | "cannot_tell";
  /** What is wrong now, or why it cannot be told. */
  message?: string;
  /** Of what is wrong now. */
  expected?: unknown;
  actual?: unknown;
  exchanges?: number[];
  /** Whether all calls that the report has of it were sent again, apart from ids and keys. */
  same_calls: boolean;
}

export interface ReplaySetup extends Omit<RunSetup, "only" | "skip" | "seed" | "noExtra" | "planOnly" | "failOn"> {
  report: Report;
  /** Only the findings of this rule. */
  rule?: string;
  /** The new run as a report: bounded, and without credentials. */
  toReport(result: RunResult): Report;
}

/**
 * Sends the calls of a report's findings again, past the same guard, and judges by the same rules and oracle as a run does.
 * @returns the outcomes in the report's order, and the new run; no run where there was nothing to send
 */
export async function replay(setup: ReplaySetup): Promise<{ results: Replayed[]; run?: Report }> {
  const { report, rule, toReport, ...rest } = setup;
  const items = planReplay(report, setup.suites, rule);
  const sendable = items.filter(({ by }) => by !== "none");
  if (sendable.length === 0) return { results: items.map((item) => cannotTell(item, item.reason ?? "", false)) };
  const sent = new Sent();
  const ended = new Map<string, string>();
  const paths = [...new Set(sendable.filter(({ by }) => by === "generated").map(({ name }) => name))];
  const result = await run({
    ...rest,
    suites: withRecorded(setup, sendable, (name, reason) => void ended.set(name, reason)),
    ...(paths.length > 0 && { phase: generatedAgain(paths, (path, reason) => void ended.set(path, reason)) }),
    scenarios: [
      ...new Set(sendable.filter(({ by }) => by === "scenario" || by === "recorded").map(({ name }) => name)),
    ],
    only: [...new Set(sendable.map(({ rule }) => rule.id))],
    skip: [],
    noExtra: false,
    seed: report.seed,
    planOnly: sendable.every(({ by, name }) => by === "stage" && name === "opening"),
    failOn: "must",
    connect: (hooks) =>
      setup.connect({
        ...hooks,
        onExchange: (exchange) => {
          sent.add(exchange);
          hooks.onExchange(exchange);
        },
      }),
  });
  const told = toReport(result);
  return {
    results: items.map((item) => {
      const reason = ended.get(item.name);
      const known = reason === undefined ? item : { ...item, reason };
      return outcome(known, told, sent.has(item.finding.reproduce.calls));
    }),
    run: told,
  };
}

/** The suites with what is recorded as scenarios of their own. */
function withRecorded(
  { report, suites, validator }: ReplaySetup,
  items: readonly Item[],
  ended: (name: string, reason: string) => void,
): Suite[] {
  const recorded = items.filter(({ by }) => by === "recorded");
  const accounts = [report.target.account, ...(report.merged_from ?? []).map(({ account }) => account)];
  return suites.map((suite) => {
    const own = recorded.filter(({ rule }) => Object.hasOwn(suite.rules, rule.id));
    const scenarios = own.map(({ name, rule, finding }) =>
      recordedScenario({
        name: name.slice(suite.name.length + 2),
        rule: rule.id,
        calls: finding.reproduce.calls,
        runs: report.run_id.split("+"),
        accounts,
        validator,
        ended: (reason) => ended(name, reason),
      }),
    );
    return { ...suite, scenarios: [...suite.scenarios, ...scenarios] };
  });
}

function outcome(item: Item, told: Report, sameCalls: boolean): Replayed {
  const rule = told.rules.find(({ id }) => id === item.rule.id);
  if (item.by === "none" || !rule) return cannotTell(item, item.reason ?? "the run did not get to the rule", false);
  const again = rule.findings.filter(({ scenario, path, also_in = [] }) =>
    [scenario, path, ...also_in].includes(item.name),
  );
  const shown = again.find((finding) => causeOf(finding) === causeOf(item.finding)) ?? again[0];
  if (shown) {
    const { message, expected, actual, exchanges } = shown;
    return { ...about(item, sameCalls), outcome: "still_failing", message, expected, actual, exchanges };
  }
  if (item.by === "generated" && (item.reason !== undefined || isChancy(item)))
    return cannotTell(item, item.reason ?? "it does not show again, but overlapping calls do not always", false);
  const missed = [...(rule.not_tested_in ?? []), ...(rule.not_applicable_in ?? [])].includes(item.name);
  const otherwise =
    rule.findings.length > 0 ? "the rule is broken elsewhere, but not here" : "its scenario did not get to the rule";
  const reason = item.reason ?? rule.reason ?? told.reason ?? otherwise;
  if (missed || (told.ended_early && !isPlanOnly(item))) return cannotTell(item, reason, sameCalls);
  if (rule.verdict !== "passed") return cannotTell(item, reason, sameCalls);
  if (!sameCalls && !item.checked)
    return cannotTell(
      item,
      "the calls that showed it were not sent again: the seller led the scenario elsewhere",
      false,
    );
  if (item.by === "stage" && item.name === "first write")
    return cannotTell(item, "it does not show again, but that may hang on what the account held then", sameCalls);
  // Without what was sent before them, recorded calls may not show what they showed.
  if (item.by === "recorded") return cannotTell(item, "the recorded calls alone do not show it again", sameCalls);
  return { ...about(item, sameCalls), outcome: "fixed" };
}

/** The cases of some paths, one after another. @param ended hears why one was not played to its end */
function generatedAgain(paths: readonly string[], ended: (path: string, reason: string) => void): Phase {
  return {
    runs: paths.length,
    async play(stage) {
      let last: FuzzResult | undefined;
      for (const path of paths) {
        const options = { runs: 0, edges: 0, path, maxRequests: MOST_REQUESTS };
        last = await fuzzing(options).play(stage);
        if (last.stopped !== undefined) ended(path, last.stopped);
      }
      return last!;
    },
  };
}

/** Whether it may have been chance that something did not show. */
const isChancy = ({ finding, name }: Item): boolean => finding.flaky === true || name.startsWith("overlap/");

/** A run that only looks ends early, and has seen all that it is asked for. */
const isPlanOnly = ({ by, name }: Item): boolean => by === "stage" && name === "opening";

const about = ({ rule, finding, by, name }: Item, same_calls: boolean) => ({
  ...{ rule: rule.id, level: rule.level, scenario: finding.scenario },
  ...((by === "generated" || (by === "scenario" && name !== finding.scenario)) && { played: name }),
  same_calls,
});

const cannotTell = (item: Item, message: string, same: boolean): Replayed => ({
  ...about(item, same),
  outcome: "cannot_tell",
  message,
});
