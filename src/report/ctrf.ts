import { staleLines } from "./baseline/stale.ts";
import { type Fence, fenceOf } from "./fence.ts";
import type { Report, ReportRule } from "./report.ts";
import type { Reporter } from "./reporter.ts";
import { asJsonText, clean } from "./sanitize.ts";
import { verdictLine } from "./terminal.ts";
import { advisory, evidence, isFailure, knownAs, plural, spaced } from "./words.ts";

type Status = "passed" | "failed" | "skipped" | "pending" | "other";

interface Test {
  testId?: string;
  name: string;
  status: Status;
  /** Milliseconds; what a rule took is not known, since one call tests many rules. */
  duration: number;
  suite: string[];
  rawStatus: string;
  tags?: string[];
  message?: string;
  trace?: string;
}

const MOST_FINDINGS = 10;

/**
 * Common Test Report Format (https://ctrf.io): a test for each rule. `other` is a defect of this tool, or a run that could not
 * test.
 */
export const ctrf: Reporter = (report) => {
  const fence = fenceOf(report);
  const tests = [...runTests(report, fence), ...report.rules.map((rule) => testOf(rule, report, fence))];
  const count = (status: Status) => tests.filter((test) => test.status === status).length;
  const start = Date.parse(report.started_at);
  const { tool, target, run_id, seed } = report;
  return asJsonText({
    reportFormat: "CTRF",
    specVersion: "0.0.0",
    runId: run_id,
    timestamp: report.started_at,
    generatedBy: tool.name,
    results: {
      tool: { name: tool.name, version: tool.version },
      summary: {
        tests: tests.length,
        passed: count("passed"),
        failed: count("failed"),
        skipped: count("skipped"),
        pending: count("pending"),
        other: count("other"),
        suites: new Set(tests.map(({ suite }) => suite[0])).size,
        start,
        stop: start + Math.round(report.duration_ms),
        duration: Math.round(report.duration_ms),
        extra: { verdict: report.verdict, security: report.security, totals: report.totals, notice: fence.notice },
      },
      tests,
      environment: {
        testEnvironment: `AdCP ${target.release} over ${target.transport}`,
        extra: { url: clean(target.url, 300), seed },
      },
    },
  });
};

function runTests(report: Report, fence: Fence): Test[] {
  const one = (name: string, status: Status, rawStatus: string, message: string): Test => ({
    name,
    status,
    duration: 0,
    suite: ["run"],
    rawStatus,
    message: fence.words(message),
  });
  const status = report.verdict === "inconclusive" ? "other" : "passed";
  return [
    one("the run comes to a verdict", status, report.verdict, verdictLine(report)),
    ...report.harness_errors.map(({ scenario, message }) =>
      one(`this tool does not err: ${clean(scenario, 200)}`, "other", "harness_error", clean(message, 1_000)),
    ),
    ...staleLines(report).map((line) =>
      one("the baseline names what still fails, and nothing else", "failed", "stale_baseline", line),
    ),
  ];
}

function testOf(rule: ReportRule, report: Report, fence: Fence): Test {
  return {
    testId: rule.id,
    name: `${clean(rule.id, 40)} ${clean(rule.statement)}`,
    status: statusOf(rule, report),
    duration: 0,
    suite: [clean(rule.suite, 60)],
    rawStatus: knownAs(rule) === undefined ? rule.verdict : "known",
    tags: [rule.level, rule.basis, ...(rule.security ? ["security"] : [])],
    ...told(rule, fence),
  };
}

function statusOf(rule: ReportRule, report: Report): Status {
  if (rule.verdict === "not_tested" || rule.verdict === "not_applicable" || knownAs(rule) !== undefined)
    return "skipped";
  return isFailure(report, rule) ? "failed" : "passed";
}

function told(rule: ReportRule, fence: Fence): Pick<Test, "message" | "trace"> {
  if (rule.reason !== undefined) {
    return { message: `${spaced(rule.verdict)}: ${fence.words(clean(rule.reason, 1_000))}` };
  }
  const [first] = rule.findings;
  if (!first) return {};
  const more = rule.findings.length - MOST_FINDINGS;
  const known = knownAs(rule);
  const why = known === undefined ? "" : `known failure: ${fence.words(clean(known, 1_000))} `;
  return {
    message: `${why}${advisory(rule)}${fence.words(clean(first.message, 1_000))}`,
    trace: [
      `see: ${clean(rule.source.title, 120)}, ${clean(rule.source.url, 300)}`,
      ...rule.findings.slice(0, MOST_FINDINGS).flatMap((finding) => fence.block(evidence(finding))),
      ...(more > 0 ? [`and ${plural(more, "more finding")} in report.json`] : []),
    ].join("\n"),
  };
}
