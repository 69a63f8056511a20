import { staleLines } from "./baseline/stale.ts";
import { type Fence, fenceOf } from "./fence.ts";
import type { Report, ReportRule } from "./report.ts";
import type { Reporter } from "./reporter.ts";
import { clean } from "./sanitize.ts";
import { verdictLine } from "./terminal.ts";
import { advisory, evidence, isFailure, knownAs, plural, spaced } from "./words.ts";
import { type Attributes, element, type Xml } from "./xml.ts";

/** So many findings of one rule are told; the rest are counted. */
const MOST_FINDINGS = 10;

interface Case {
  outcome: "passed" | "failed" | "erred" | "skipped";
  name: string;
  content: readonly Xml[];
}

/**
 * JUnit XML as Jenkins reads it: a suite of tests for each suite, a test for each rule. A failure is the seller's, an error is
 * this tool's or that of a run which could not test; rules that were not tested are skipped, never passed.
 */
export const junit: Reporter = (report) => {
  const fence = fenceOf(report);
  const names = [...new Set(report.rules.map(({ suite }) => suite))];
  const suites = [
    suiteOf("run", runCases(report, fence), {
      time: (report.duration_ms / 1000).toFixed(3),
      timestamp: report.started_at.replace(/(\.\d+)?Z$/, ""),
    }),
    ...names.map((name) =>
      suiteOf(
        name,
        report.rules.filter(({ suite }) => suite === name).map((rule) => ruleCase(rule, report, fence)),
      ),
    ),
  ];
  const sum = (of: (suite: Suite) => number) => suites.reduce((total, suite) => total + of(suite), 0);
  const root = element(
    "testsuites",
    {
      name: `${clean(report.tool.name, 60)} ${clean(report.target.url, 300)}`,
      time: (report.duration_ms / 1000).toFixed(3),
      tests: sum(({ cases }) => cases.length),
      failures: sum((suite) => count(suite, "failed")),
      errors: sum((suite) => count(suite, "erred")),
    },
    ...suites.map(toXml),
  );
  return `<?xml version="1.0" encoding="UTF-8"?>\n${root.xml}\n`;
};

interface Suite {
  name: string;
  cases: readonly Case[];
  extra: Attributes;
}

const suiteOf = (name: string, cases: readonly Case[], extra: Attributes = {}): Suite => ({ name, cases, extra });

const count = ({ cases }: Suite, outcome: Case["outcome"]): number =>
  cases.filter((one) => one.outcome === outcome).length;

function toXml(suite: Suite): Xml {
  const { name, cases, extra } = suite;
  const classname = `adcp.sync_event_sources.${clean(name, 60)}`;
  return element(
    "testsuite",
    {
      name: clean(name, 60),
      tests: cases.length,
      failures: count(suite, "failed"),
      errors: count(suite, "erred"),
      skipped: count(suite, "skipped"),
      ...extra,
    },
    ...cases.map((one) => element("testcase", { name: one.name, classname }, ...one.content)),
  );
}

/** What no rule can tell: whether the run came to a verdict, and whether the tool itself erred. */
function runCases(report: Report, fence: Fence): Case[] {
  const name = "the run comes to a verdict";
  const line = verdictLine(report);
  const out = element("system-out", {}, [...about(report, fence), fence.words(line)].join("\n"));
  const verdict: Case =
    report.verdict === "inconclusive"
      ? {
          outcome: "erred",
          name,
          content: [element("error", { type: "inconclusive", message: fence.words(line) }), out],
        }
      : { outcome: "passed", name, content: [out] };
  const errors = report.harness_errors.map(({ scenario, message }): Case => {
    const told = fence.words(clean(message, 1_000));
    return {
      outcome: "erred",
      name: `this tool does not err: ${clean(scenario, 200)}`,
      content: [element("error", { type: "harness_error", message: told })],
    };
  });
  const stale = staleLines(report).map(
    (line): Case => ({
      outcome: "failed",
      name: "the baseline names what still fails, and nothing else",
      content: [element("failure", { type: "stale_baseline", message: line })],
    }),
  );
  return [verdict, ...errors, ...stale];
}

function about({ tool, target, seed, run_id }: Report, fence: Fence): string[] {
  return [
    `${clean(tool.name, 60)} ${clean(tool.version, 30)}, run ${clean(run_id, 40)}, seed ${seed}`,
    `${clean(target.url, 300)}, ${target.transport}, AdCP ${clean(target.release, 20)}`,
    fence.notice,
  ];
}

function ruleCase(rule: ReportRule, report: Report, fence: Fence): Case {
  const name = `${clean(rule.id, 40)} ${clean(rule.statement)}`;
  if (rule.verdict === "not_tested" || rule.verdict === "not_applicable") {
    const message = `${spaced(rule.verdict)}: ${fence.words(clean(rule.reason ?? "no reason given", 1_000))}`;
    return { outcome: "skipped", name, content: [element("skipped", { type: rule.verdict, message })] };
  }
  if (rule.verdict === "passed") return { outcome: "passed", name, content: [] };
  const text = tell(rule, fence);
  const known = knownAs(rule);
  if (known !== undefined) {
    const skipped = element("skipped", {
      type: "known",
      message: `known failure: ${fence.words(clean(known, 1_000))}`,
    });
    return { outcome: "skipped", name, content: [skipped, element("system-out", {}, text)] };
  }
  if (!isFailure(report, rule)) return { outcome: "passed", name, content: [element("system-out", {}, text)] };
  const first = rule.findings[0]?.message ?? rule.statement;
  const message = fence.words(clean(first, 500));
  return { outcome: "failed", name, content: [element("failure", { type: rule.level, message }, text)] };
}

function tell(rule: ReportRule, fence: Fence): string {
  const more = rule.findings.length - MOST_FINDINGS;
  return [
    `${advisory(rule)}${rule.level}, ${spaced(rule.verdict)}: ${clean(rule.statement)}`,
    `see: ${clean(rule.source.title, 120)}, ${clean(rule.source.url, 300)}`,
    ...rule.findings.slice(0, MOST_FINDINGS).flatMap((finding) => ["", ...fence.block(evidence(finding))]),
    ...(more > 0 ? ["", `and ${plural(more, "more finding")} in report.json`] : []),
  ].join("\n");
}
