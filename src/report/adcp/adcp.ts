import { suites } from "../../../suites/index.ts";
import type { Report } from "../report.ts";
import type { Reporter } from "../reporter.ts";
import { asJsonText } from "../sanitize.ts";
import { schemaUrl } from "./schema-url.ts";
import { runStep, stepOf } from "./steps.ts";

/** What the shape follows: the specification's static/compliance/runner-output-contract. */
const CONTRACT = { id: "runner_output_contract", version: "2.12.0" };

type Step = ReturnType<typeof stepOf> | ReturnType<typeof runStep>;

/**
 * The results in the shape of AdCP's runner output contract, for programs: a rule is a step, its suite a storyboard, its
 * findings are validations. Strings of the seller stand as they came; whoever shows them has to fence them.
 */
export const adcp: Reporter = (report) => {
  const exchanges = new Map(report.exchanges.map((one) => [one.n, one]));
  const steps: Step[] = [
    ...(report.verdict === "inconclusive" ? [runStep(report)] : []),
    ...report.rules.map((rule) => stepOf(rule, report, exchanges)),
  ];
  const { tool, target, run_id, seed, started_at, duration_ms, verdict, security } = report;
  return asJsonText({
    contract: CONTRACT,
    runner: tool,
    run: { run_id, seed, started_at, duration_ms, verdict, security, target },
    step_results: steps,
    run_summary: summary(report, steps),
  });
};

function summary(report: Report, steps: readonly Step[]) {
  const skipped = steps.filter((step) => "skip" in step);
  const left = notSelected(report);
  const reasons = skipped.flatMap((step) => ("skip" in step && step.skip ? [step.skip.reason] : []));
  const validations = steps.flatMap((step) => step.validations);
  const notices = report.harness_errors.map(({ scenario, message }) => ({
    severity: "info",
    code: "runner_defect",
    message: `${scenario}: ${message}`,
  }));
  return {
    total_steps: steps.length,
    steps_passed: steps.filter(({ passed }) => passed).length,
    steps_failed: steps.filter((step) => !step.passed && !("skip" in step)).length,
    steps_skipped: skipped.length,
    steps_not_selected: left.length,
    tracks: tracks(steps),
    schemas_used: report.schemas_used.map(({ id, digest }) => ({ schema_id: id, schema_url: schemaUrl(id), digest })),
    runner_capability_version: report.tool.version,
    not_selected: left,
    not_selected_by_reason: counted(left.map(({ reason }) => reason)),
    skipped_by_reason: counted(reasons),
    validations_advisory_failed: validations.filter(({ passed, severity }) => !passed && severity === "advisory")
      .length,
    ...(notices.length > 0 && { notices }),
  };
}

function tracks(steps: readonly Step[]) {
  return [...new Set(steps.map(({ storyboard_id }) => storyboard_id))].map((track) => {
    const own = steps.filter(({ storyboard_id }) => storyboard_id === track);
    const failed = own.filter((step) => !step.passed && !("skip" in step)).length;
    const passed = own.filter((step) => step.passed).length;
    return {
      track,
      status: failed > 0 ? "failed" : passed > 0 ? "passed" : "skipped",
      steps_passed: passed,
      steps_failed: failed,
      steps_skipped: own.length - passed - failed,
    };
  });
}

/** The rules that the run was not about. */
function notSelected({ rules }: Report) {
  const known = new Set(rules.map(({ id }) => id));
  return suites.flatMap(({ name, rules: all }) =>
    Object.keys(all)
      .filter((id) => !known.has(id))
      .map((id) => ({
        storyboard_id: name,
        step_id: id,
        reason: "explicit_scope_excluded",
        detail: "the command left this rule out (--only, --skip, --no-extra, or a command that does not play it)",
      })),
  );
}

function counted(names: readonly string[]): Record<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return Object.fromEntries(counts);
}
