import { staleLines } from "./baseline/stale.ts";
import { fenceOf } from "./fence.ts";
import type { Report, ReportRule } from "./report.ts";
import type { Reporter } from "./reporter.ts";
import { clean, defuse } from "./sanitize.ts";
import { verdictLine } from "./terminal.ts";
import { advisory, brokenRules, isFailure, plural, value } from "./words.ts";

/** GitHub shows ten annotations of a step, and no more. */
const MOST = 10;

interface Annotation {
  level: "error" | "warning" | "notice";
  title: string;
  message: string;
}

/**
 * Workflow commands that GitHub Actions turns into annotations: the worst ten, and the verdict. They act when a step prints
 * them; anything that the seller chose is data in them.
 */
export const github: Reporter = (report) => {
  const all = annotations(report);
  const more = all.length > MOST ? `; ${plural(all.length - MOST, "more finding")} in the report` : "";
  const level = report.verdict === "conformant" && report.security === "clean" ? "notice" : "error";
  const verdict: Annotation = {
    level,
    title: `adcp-conformance: ${report.verdict}`,
    message: `${verdictLine(report)}${more}`,
  };
  return [...all.slice(0, MOST), verdict].map(commandOf).join("");
};

/** What went wrong, the worst first. */
function annotations(report: Report): Annotation[] {
  const fence = fenceOf(report);
  const ofRule = (rule: ReportRule): Annotation => {
    const [first] = rule.findings;
    const seen = first ? `${clean(first.message)}\nactual: ${value(first.actual)}` : "no finding was kept";
    return {
      level: isFailure(report, rule) ? "error" : "warning",
      title: `${advisory(rule)}${clean(rule.id, 40)} (${rule.level}, ${clean(rule.suite, 60)})`,
      message: `${clean(rule.statement)}\n${fence.words(seen)}\nsee: ${clean(rule.source.url)}`,
    };
  };
  const ofHarness = report.harness_errors.map(
    ({ scenario, message }): Annotation => ({
      level: "error",
      title: "a defect of adcp-conformance, not of the seller",
      message: `${clean(scenario)}: ${fence.words(clean(message))}`,
    }),
  );
  const rules = brokenRules(report);
  const failed = rules.filter((rule) => isFailure(report, rule));
  const warned = rules.filter((rule) => !isFailure(report, rule));
  const stale = staleLines(report).map(
    (line): Annotation => ({ level: "error", title: "stale entry of the baseline", message: line }),
  );
  return [...failed.map(ofRule), ...stale, ...ofHarness, ...warned.map(ofRule)];
}

/** One line. The runner reads `%`, line breaks and, in a property, `:` and `,` in their escaped form. */
function commandOf({ level, title, message }: Annotation): string {
  const data = (text: string) => text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
  const property = (text: string) => data(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
  return `::${level} title=${defuse(property(title))}::${defuse(data(message))}\n`;
}
