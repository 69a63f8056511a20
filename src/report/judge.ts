import { runVerdict } from "../engine/verdict.ts";
import { type Report, type ReportRule, securityOf, totalsOf } from "./report.ts";

/** Whether all that is wrong by a rule stands in the baseline. */
export const isKnown = ({ findings }: Pick<ReportRule, "findings">): boolean =>
  findings.length > 0 && findings.every(({ known }) => known !== undefined);

/** The report with the verdicts and totals that follow from its rules, outside its baseline. */
export function judged(report: Report, failOn = report.fail_on ?? "must"): Report {
  const outside = report.rules.map((rule) => (isKnown(rule) ? { ...rule, verdict: "noted" as const } : rule));
  // What other shards may well get to does not make this one inconclusive.
  const counted = report.shard ? outside.filter(({ unseen }) => !unseen) : outside;
  const { verdict, reason } = runVerdict(
    counted,
    report.harness_errors,
    failOn,
    report.ended_early ? (report.reason ?? "the run ended early") : undefined,
  );
  const { rules, harness_errors, totals } = report;
  const told: Report = {
    ...report,
    verdict,
    ...(reason !== undefined && { reason }),
    fail_on: failOn,
    totals: totalsOf({ rules, harness_errors, requests: totals.requests }),
    security: securityOf(outside),
  };
  if (reason === undefined) delete told.reason;
  return told;
}
