import type { ReportFinding, ReportRule } from "../report/report.ts";
import { clean } from "../report/sanitize.ts";

/** So many findings of one rule are told. */
const MOST_FINDINGS = 3;

/** A broken rule as the message of a failed test, without control characters. */
export function failureText(rule: ReportRule): string {
  const findings = rule.findings.filter(({ known }) => !known);
  const more = findings.length - MOST_FINDINGS;
  return [
    `${clean(rule.id, 40)} ${rule.level}: ${clean(rule.statement)}`,
    ...findings.slice(0, MOST_FINDINGS).flatMap(findingLines),
    ...(more > 0 ? [`and ${more} more`] : []),
    `see: ${clean(rule.source.title, 120)}, ${clean(rule.source.url)}`,
  ].join("\n");
}

function findingLines({ message, expected, actual, json_pointer, scenario, reproduce }: ReportFinding): string[] {
  const value = (one: unknown) => clean(JSON.stringify(one) ?? "nothing", 600);
  return [
    clean(message),
    `  expected: ${value(expected)}`,
    `  actual: ${value(actual)}`,
    `  at: ${clean(json_pointer, 200) || "the root of the answer"}`,
    `  scenario: ${clean(scenario, 200)}`,
    ...(reproduce.curl === "" ? [] : [`  curl: ${clean(reproduce.curl, 2_000)}`]),
  ];
}
