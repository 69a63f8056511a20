import { staleLines } from "./baseline/stale.ts";
import { isKnown } from "./judge.ts";
import { lines, style, wrap } from "./layout.ts";
import type { Report, ReportFinding, ReportRule, Totals } from "./report.ts";
import type { RenderOptions, Reporter } from "./reporter.ts";
import { clean } from "./sanitize.ts";

/** Values longer than this are cut on a terminal; the report has more of them. */
const MOST_OF_A_VALUE = 300;
/** A longer command is of no use on a terminal. */
const MOST_OF_A_COMMAND = 2_000;
/** So many findings of one rule are told in full. */
const MOST_FINDINGS = 3;
/** So many names share one line of reason. */
const MOST_NAMES = 12;

/** The report for a person: first what is unknown, then what is wrong, last the verdict. */
export const terminal: Reporter = (report, options) =>
  lines([
    ...head(report, options),
    ...notTested(report, options),
    ...staleEntries(report, options),
    ...failures(report, options),
    ...knownFailures(report, options),
    ...warnings(report, options),
    ...security(report, options),
    ...observed(report, options),
    ...leftBehind(report, options),
    ...harness(report, options),
    ...generated(report, options),
    ...totals(report, options),
    verdict(report, options),
  ]);

type Section = (report: Report, options: RenderOptions) => string[];

const value = (one: unknown): string => clean(JSON.stringify(one) ?? "nothing", MOST_OF_A_VALUE);

const plural = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`;

const heading = (text: string, { colour }: RenderOptions): string[] => ["", style(colour).bold(text)];

const head: Section = ({ tool, target, seed }, { columns }) => {
  const server = [target.server?.name, target.server?.version].filter((one) => one !== undefined).join(" ");
  return [
    ...wrap(`${clean(tool.name, 60)} ${clean(tool.version, 30)}, ${clean(target.url, 200)}`, columns),
    ...wrap(
      [
        target.transport.toUpperCase(),
        `release ${clean(target.release, 20)}`,
        `account ${value(target.account)}`,
        `seed ${seed}`,
        ...(server ? [`server ${clean(server, 80)}`] : []),
      ].join(", "),
      columns,
    ),
  ];
};

/** Names under the reason that they share, the commonest reason first. */
function byReason(
  entries: readonly { name: string; reason?: string }[],
  one: string,
  { columns }: RenderOptions,
): string[] {
  const groups = new Map<string, string[]>();
  for (const { name, reason = "no reason given" } of entries)
    groups.set(reason, [...(groups.get(reason) ?? []), clean(name, 80)]);
  return [...groups]
    .sort(([, a], [, b]) => b.length - a.length)
    .flatMap(([why, names]) => [
      ...wrap(`${clean(why)} (${plural(names.length, one)})`, columns, "  - "),
      ...wrap(
        names.length > MOST_NAMES
          ? `${names.slice(0, MOST_NAMES).join(", ")} and ${names.length - MOST_NAMES} more`
          : names.join(", "),
        columns,
        "    ",
      ),
    ]);
}

const notTested: Section = (report, options) =>
  (
    [
      ["not_tested", "Not tested"],
      ["not_applicable", "Not applicable"],
    ] as const
  ).flatMap(([verdict, title]) => {
    const rules = report.rules
      .filter((rule) => rule.verdict === verdict)
      .map(({ id, reason }) => ({ name: id, ...(reason !== undefined && { reason }) }));
    return rules.length === 0 ? [] : [...heading(title, options), ...byReason(rules, "rule", options)];
  });

const failures: Section = (report, options) => {
  const rules = report.rules.filter((rule) => rule.verdict === "failed" && !rule.security && !isKnown(rule));
  if (rules.length === 0) return [];
  return [...heading("Failed", options), ...rules.flatMap((rule) => inFull(rule, options))];
};

function inFull(rule: ReportRule, options: RenderOptions): string[] {
  const { columns, colour } = options;
  const more = rule.findings.length - MOST_FINDINGS;
  return [
    "",
    ...wrap(`${rule.level}, ${clean(rule.suite, 40)}: ${clean(rule.statement)}`, columns, `${clean(rule.id, 40)} `).map(
      (line, index) => (index === 0 ? style(colour).red(line) : line),
    ),
    ...rule.findings.slice(0, MOST_FINDINGS).flatMap((finding) => oneFinding(finding, options)),
    ...(more > 0 ? [`  and ${plural(more, "more finding")} in the report`] : []),
    ...wrap(`${clean(rule.source.title, 120)}, ${clean(rule.source.url, 300)}`, columns, "  see: "),
  ];
}

function oneFinding(finding: ReportFinding, { columns, colour }: RenderOptions): string[] {
  const { curl, path, seed } = finding.reproduce;
  const known = finding.known ? "known: " : "";
  const again = finding.repeats ? ` (seen ${plural(finding.repeats, "further time")})` : "";
  const labelled = (label: string, text: string) => wrap(text, columns, `  ${label}: `);
  return [
    ...wrap(`${known}${clean(finding.message)}${again}`, columns, "  "),
    ...labelled("expected", value(finding.expected)),
    ...labelled("actual", value(finding.actual)),
    ...labelled("at", finding.json_pointer === "" ? "the root of the answer" : clean(finding.json_pointer, 200)),
    ...labelled("scenario", `${clean(finding.scenario, 120)}, ${exchangesOf(finding)}`),
    ...(finding.flaky ? labelled("flaky", "it did not show again when the same calls were sent anew") : []),
    ...(path === undefined
      ? []
      : labelled("again", `adcp-conformance fuzz URL --seed ${seed} --replay ${clean(path, 40)}`)),
    ...(finding.remediation ? labelled("advice", clean(finding.remediation)) : []),
    ...(curl.length > MOST_OF_A_COMMAND
      ? labelled("curl", `in the report (${curl.length} characters)`)
      : curl
        ? [style(colour).dim(`  curl: ${clean(curl, MOST_OF_A_COMMAND)}`)]
        : []),
  ];
}

function exchangesOf({ exchanges }: ReportFinding): string {
  if (exchanges.length === 0) return "no exchange";
  const shown = exchanges.slice(0, 8).join(", ");
  return `${exchanges.length === 1 ? "exchange" : "exchanges"} ${shown}${exchanges.length > 8 ? ", ..." : ""}`;
}

/** What stands in the baseline, and why. */
const knownFailures: Section = ({ rules }, options) => {
  const known = rules.filter(isKnown);
  if (known.length === 0) return [];
  const told = ({ id, findings: [first] }: ReportRule) => {
    const until = first?.known?.expires ? `, until ${first.known.expires}` : "";
    return wrap(
      `${clean(first?.message ?? "")} (${clean(first?.known?.reason ?? "")}${until})`,
      options.columns,
      `  ${clean(id, 40)} `,
    );
  };
  return [...heading("Known failures (in the baseline)", options), ...known.flatMap(told)];
};

/** What has to go from the baseline, by file and line. */
const staleEntries: Section = (report, options) => {
  const told = staleLines(report);
  if (told.length === 0) return [];
  return [
    ...heading("Stale entries of the baseline", options),
    ...told.flatMap((one) => wrap(one, options.columns, "  ")),
  ];
};

/** Rule, first message and address. */
function inShort(rule: ReportRule, { columns }: RenderOptions): string[] {
  const [first] = rule.findings;
  const more = rule.findings.length > 1 ? ` (and ${rule.findings.length - 1} more)` : "";
  return [
    ...wrap(`${clean(first ? first.message : rule.statement)}${more}`, columns, `  ${clean(rule.id, 40)} `),
    ...(first
      ? wrap(
          `${value(first.actual)} at ${first.json_pointer === "" ? "the root" : clean(first.json_pointer, 120)}`,
          columns,
          "    actual: ",
        )
      : []),
    ...wrap(clean(rule.source.url, 300), columns, "    see: "),
  ];
}

const warnings: Section = (report, options) => {
  const rules = report.rules.filter((rule) => rule.verdict === "warned" && !rule.security && !isKnown(rule));
  return rules.length === 0
    ? []
    : [...heading("Warnings", options), ...rules.flatMap((rule) => inShort(rule, options))];
};

const security: Section = (report, options) => {
  const rules = report.rules.filter(
    (rule) => rule.security && ["failed", "warned"].includes(rule.verdict) && !isKnown(rule),
  );
  if (rules.length === 0) return [];
  return [
    ...heading("Security (rules of this tool's own)", options),
    ...rules.flatMap((rule) => (rule.verdict === "failed" ? inFull(rule, options) : inShort(rule, options))),
  ];
};

const observed: Section = (report, options) => {
  const rules = report.rules.filter((rule) => rule.verdict === "noted");
  if (rules.length === 0) return [];
  const told = (rule: ReportRule) =>
    wrap(clean(rule.findings[0]?.message ?? rule.statement), options.columns, `  ${clean(rule.id, 40)} `);
  return [...heading("Observed, not graded", options), ...rules.flatMap(told)];
};

const leftBehind: Section = ({ account }, options) => {
  const sources = account.left_behind.map(({ event_source_id, reason }) => ({ name: event_source_id, reason }));
  if (sources.length === 0) return [];
  return [...heading("Left behind on the account", options), ...byReason(sources, "source", options)];
};

const harness: Section = ({ harness_errors }, options) => {
  if (harness_errors.length === 0) return [];
  const told = harness_errors
    .slice(0, 10)
    .flatMap(({ scenario, message }) => wrap(clean(message), options.columns, `  ${clean(scenario, 80)}: `));
  return [...heading("Defects of this tool, not of the seller", options), ...told];
};

/** What was generated, and what that is worth. */
const generated: Section = ({ fuzz }, options) => {
  if (!fuzz) return [];
  const { columns } = options;
  const part = (name: string, { visited, of }: { visited: number; of: number }) => `${name} ${visited} of ${of}`;
  const exercised = [
    part("states", fuzz.states),
    part("transitions", fuzz.transitions),
    part("keywords", fuzz.keywords),
    part("values", fuzz.values),
  ];
  const found = `${plural(fuzz.counterexamples, "counterexample")}${fuzz.flaky > 0 ? `, ${fuzz.flaky} of them flaky` : ""}`;
  return [
    ...heading("Generated calls", options),
    ...wrap(
      `${plural(fuzz.runs, "sequence")}, ${plural(fuzz.requests, "request")} (${fuzz.accepted} accepted, ${fuzz.rejected} refused), ${found}`,
      columns,
      "  ",
    ),
    ...wrap(`exercised: ${exercised.join(", ")}`, columns, "  "),
    ...(fuzz.stopped === undefined ? [] : wrap(`ended early: ${clean(fuzz.stopped)}`, columns, "  ")),
    ...fuzz.warnings.flatMap((warning) => wrap(clean(warning), columns, "  warning: ")),
  ];
};

const totals: Section = (report, options) => {
  const { must, should, note, security, requests } = report.totals;
  const line = (label: string, counts: Partial<Totals["security"]>) => {
    const told = Object.entries(counts).filter(([, count]) => count > 0);
    const text = told.map(([verdict, count]) => `${count} ${verdict.replaceAll("_", " ")}`).join(", ");
    return wrap(text || "none", options.columns, `  ${label.padEnd(9)}`);
  };
  const { p50_ms, p95_ms, max_ms } = report.timings;
  return [
    ...heading("Totals", options),
    ...line("must", must),
    ...line("should", should),
    ...line("note", note),
    ...line("security", security),
    ...wrap(
      `${plural(requests, "request")} in ${(report.duration_ms / 1000).toFixed(1)} s; answers in ${p50_ms} ms (median), ${p95_ms} ms (95 %), ${max_ms} ms (longest)`,
      options.columns,
      "  ",
    ),
    "",
  ];
};

/** The verdict in one line, for a terminal or a log. */
export function verdictLine(report: Report): string {
  const { must } = report.totals;
  const reasons: string[] = [];
  const outside = (verdict: string) =>
    report.rules.filter((rule) => rule.verdict === verdict && !rule.security && !isKnown(rule)).length;
  const failed = outside("failed");
  if (failed > 0) reasons.push(`${plural(failed, "must rule")} failed`);
  if (report.verdict === "non_conformant" && failed === 0)
    reasons.push(`${plural(outside("warned"), "should rule")} warned`);
  if (report.verdict === "inconclusive") {
    if (report.reason !== undefined) reasons.push(clean(report.reason));
    else if (must.not_tested > 0) reasons.push(`${plural(must.not_tested, "must rule")} not tested`);
    if (report.totals.harness_errors > 0)
      reasons.push(plural(report.totals.harness_errors, "defect of this tool", "defects of this tool"));
  }
  if (report.security === "findings") reasons.push("security findings");
  if (report.baseline?.known) reasons.push(plural(report.baseline.known, "known failure"));
  if (report.baseline?.stale.length)
    reasons.push(plural(report.baseline.stale.length, "stale baseline entry", "stale baseline entries"));
  return `verdict: ${report.verdict}${reasons.length > 0 ? ` (${reasons.join("; ")})` : ""}`;
}

const verdict = (report: Report, { colour }: RenderOptions): string => {
  const { bold, green, red, yellow } = style(colour);
  const paint = { conformant: green, non_conformant: red, inconclusive: yellow }[report.verdict];
  return bold(paint(verdictLine(report)));
};
