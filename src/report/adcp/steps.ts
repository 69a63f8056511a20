import type { Report, ReportExchange, ReportFinding, ReportRule } from "../report.ts";
import { isFailure, knownAs } from "../words.ts";
import { schemaUrl } from "./schema-url.ts";
import { extractionOf, requestOf, responseOf } from "./wire.ts";

const TASK = "sync_event_sources";

/** The step that stands for the run as a whole; `prerequisite_failed` has to name one. */
const RUN_STEP = "run";

/** A rule as a step of a storyboard: its suite. Each finding is a validation that did not pass. */
export function stepOf(rule: ReportRule, report: Report, exchanges: ReadonlyMap<number, ReportExchange>) {
  const cited = rule.findings.flatMap(({ exchanges: all }) => all.flatMap((n) => exchanges.get(n) ?? []));
  const last = cited.at(-1);
  const skip = skipOf(rule);
  return {
    storyboard_id: rule.suite,
    phase_id: rule.security ? "security" : rule.level,
    step_id: rule.id,
    task: last?.tool ?? TASK,
    passed: skip === undefined && !isFailure(report, rule),
    duration_ms: Math.round(cited.reduce((sum, { duration_ms }) => sum + duration_ms, 0)),
    validations: skip === undefined && rule.level !== "note" ? validations(rule, report, exchanges) : [],
    extraction: extractionOf(last),
    ...(skip && { skip }),
    ...(rule.verdict === "noted" && { notices: rule.findings.map((finding) => noticeOf(rule, finding)) }),
  };
}

function skipOf({ verdict, reason = "no reason given" }: ReportRule) {
  if (verdict === "not_applicable") return { reason: "not_applicable", detail: reason };
  if (verdict === "not_tested") return { reason: "prerequisite_failed", detail: `${RUN_STEP}: ${reason}` };
  return undefined;
}

function validations(rule: ReportRule, report: Report, exchanges: ReadonlyMap<number, ReportExchange>) {
  const known = knownAs(rule);
  const required = known === undefined && (rule.level === "must" || isFailure(report, rule));
  const common = {
    ...{ id: rule.id, description: rule.statement, severity: required ? "required" : "advisory" },
    ...(known !== undefined && { note: `known failure: ${known}` }),
  };
  if (rule.findings.length === 0) {
    return [{ ...common, check: rule.basis === "schema" ? "response_schema" : "field_value", passed: true }];
  }
  return rule.findings.map((finding) => ({ ...common, ...failure(finding, report, exchanges) }));
}

function failure(finding: ReportFinding, report: Report, exchanges: ReadonlyMap<number, ReportExchange>) {
  const { schema_id, json_pointer, expected, actual, message, remediation, repeats } = finding;
  const exchange = exchanges.get(finding.exchanges.at(-1) ?? 0);
  const { transport } = report.target;
  const answered = exchange?.response !== null && exchange !== undefined;
  return {
    check: schema_id === undefined ? "field_value" : "response_schema",
    passed: false,
    error: message,
    request: exchange ? requestOf(exchange, transport) : null,
    response: exchange ? responseOf(exchange, transport) : null,
    json_pointer: answered ? json_pointer : null,
    ...(schema_id === undefined
      ? { expected, actual, schema_id: null, schema_url: null }
      : {
          expected: schema_id,
          // The report tells where and why, and what stood there; not which keyword of the schema said so.
          actual: [
            { instance_path: json_pointer, schema_path: null, keyword: null, message: String(expected), value: actual },
          ],
          schema_id,
          schema_url: schemaUrl(schema_id),
        }),
    ...(remediation !== undefined && { remediation }),
    ...(repeats !== undefined && { repeats }),
    scenario: finding.scenario,
    reproduce: finding.reproduce,
  };
}

const noticeOf = (rule: ReportRule, { message }: ReportFinding) => ({
  severity: "info",
  code: rule.id.toLowerCase().replaceAll("-", "_"),
  message,
  reference_url: rule.source.url,
});

/** A run that came to no verdict, as a step that did not pass: else it would look like one without failures. */
export function runStep(report: Report) {
  const reason = report.reason ?? "the run came to no verdict";
  return {
    storyboard_id: RUN_STEP,
    phase_id: RUN_STEP,
    step_id: RUN_STEP,
    task: TASK,
    passed: false,
    duration_ms: Math.round(report.duration_ms),
    validations: [
      {
        id: RUN_STEP,
        check: "field_value",
        passed: false,
        description: "the run comes to a verdict",
        severity: "required",
        error: reason,
        request: null,
        response: null,
        json_pointer: null,
        expected: "conformant or non_conformant",
        actual: report.verdict,
        schema_id: null,
        schema_url: null,
      },
    ],
    extraction: { path: "none" },
    error: reason,
  };
}
