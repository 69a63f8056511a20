import { isKnown } from "./judge.ts";
import type { Report, ReportFinding, ReportRule } from "./report.ts";
import { clean } from "./sanitize.ts";

/** A JSON value on one harmless line. */
export const value = (one: unknown, most = 300): string => clean(JSON.stringify(one) ?? "nothing", most);

export const plural = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`;

/** `not_tested` as words. */
export const spaced = (verdict: string): string => verdict.replaceAll("_", " ");

export function exchangesOf({ exchanges }: ReportFinding): string {
  if (exchanges.length === 0) return "no exchange";
  const shown = exchanges.slice(0, 8).join(", ");
  return `${exchanges.length === 1 ? "exchange" : "exchanges"} ${shown}${exchanges.length > 8 ? ", ..." : ""}`;
}

/** How often a finding was seen beyond the first time; empty where it was not. */
export const repeatsOf = ({ repeats }: ReportFinding): string =>
  repeats ? `seen ${plural(repeats, "further time")}` : "";

const isBroken = ({ verdict }: ReportRule): boolean => verdict === "failed" || verdict === "warned";

/** Why a broken rule is no failure: it stands in the baseline. Undefined for all others. */
export function knownAs(rule: ReportRule): string | undefined {
  const known = isBroken(rule) && isKnown(rule) ? rule.findings[0]?.known : undefined;
  return known && `${known.reason}${known.expires === undefined ? "" : `, until ${known.expires}`}`;
}

/** Whether a rule is one that makes the exit code 1. */
export const isFailure = (report: Report, rule: ReportRule): boolean =>
  isBroken(rule) &&
  knownAs(rule) === undefined &&
  (rule.verdict === "failed" || rule.security || report.fail_on === "should");

/** The rules that were broken and are graded, the worst first; those of the baseline stand apart. */
export function brokenRules(report: Report): ReportRule[] {
  const rank = (rule: ReportRule) => (rule.verdict === "failed" ? 0 : 2) + (rule.security ? 1 : 0);
  return report.rules.filter((rule) => isBroken(rule) && knownAs(rule) === undefined).sort((a, b) => rank(a) - rank(b));
}

/** The rules that are broken as the baseline says. */
export const knownRules = ({ rules }: Report): ReportRule[] => rules.filter((rule) => knownAs(rule) !== undefined);

/** What AdCP's runner output contract puts in front of what is no required failure. */
export const advisory = (rule: ReportRule): string =>
  rule.verdict === "warned" || rule.verdict === "noted" ? "[ADVISORY] " : "";

/** What is said of a finding that may have had another cause. */
export const FLAKY = "it did not show again when the same calls were sent anew";

/** All that shows a finding, one labelled line each. */
export function evidence(finding: ReportFinding, most = 2_000): string[] {
  const { curl, path, seed, typescript } = finding.reproduce;
  const told: [string, string | undefined][] = [
    ["seen", clean(finding.message, most) + (finding.repeats ? ` (${repeatsOf(finding)})` : "")],
    ["expected", value(finding.expected, most)],
    ["actual", value(finding.actual, most)],
    ["at", finding.json_pointer === "" ? "the root of the answer" : clean(finding.json_pointer)],
    ["scenario", `${clean(finding.scenario)} (${finding.phase}), ${exchangesOf(finding)}`],
    ["flaky", finding.flaky && FLAKY],
    ["advice", finding.remediation && clean(finding.remediation, most)],
    ["again", path && `adcp-conformance fuzz URL --seed ${seed} --replay ${clean(path, 40)}`],
    ["curl", curl && (curl.length > most ? `in report.json (${curl.length} characters)` : clean(curl, most))],
    ["test", typescript && "in report.json, as TypeScript"],
  ];
  return told.flatMap(([label, text]) => (text ? [`${`${label}:`.padEnd(10)}${text}`] : []));
}
