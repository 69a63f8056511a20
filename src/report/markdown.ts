import { staleLines } from "./baseline/stale.ts";
import { type Fence, fenceOf } from "./fence.ts";
import { factsOf, warningsOf } from "./generated.ts";
import type { Report, ReportFinding, ReportRule } from "./report.ts";
import type { Reporter } from "./reporter.ts";
import { clean, defuse } from "./sanitize.ts";
import { verdictLine } from "./terminal.ts";
import { advisory, brokenRules, evidence, isFailure, knownAs, knownRules, plural, spaced } from "./words.ts";

/** GitHub takes a job summary of at most 1 MiB; other places take less, and a person reads less. */
const MOST_BYTES = 512 * 1024;
/** So many findings of one rule are told in full. */
const MOST_FINDINGS = 3;
const MOST_OF_A_LIST = 200;

/**
 * A summary in GitHub's Markdown. What a seller may have chosen stands in code blocks alone, between marks that it cannot have
 * foreseen: no text of its own is ever read as markup.
 */
export const markdown: Reporter = (report) => {
  const fence = fenceOf(report);
  const writer = new Writer();
  writer.add([...head(report, fence), ...totals(report), ...unknown(report, fence)]);
  const broken = brokenRules(report);
  const told = broken.filter((rule) => writer.add(inFull(rule, report, fence))).length;
  if (told < broken.length)
    writer.add(["", `${plural(broken.length - told, "more rule")} in \`report.json\`: this summary is full.`]);
  writer.add(known(report, fence));
  writer.add(stale(report));
  writer.add(observed(report, fence));
  writer.add(leftBehind(report, fence));
  writer.add(generated(report, fence));
  writer.add(harness(report, fence));
  return writer.text();
};

/** Takes parts as long as there is room. */
class Writer {
  readonly #parts: string[] = [];
  #bytes = 0;

  /** @returns whether the part found room */
  add(lines: readonly string[]): boolean {
    const part = lines.map((line) => `${defuse(line)}\n`).join("");
    const bytes = Buffer.byteLength(part);
    if (this.#bytes + bytes > MOST_BYTES) return false;
    this.#bytes += bytes;
    this.#parts.push(part);
    return true;
  }

  text = (): string => this.#parts.join("");
}

/** A code block in which any text is only text: no run of backticks in it is as long as the fence's own. */
function block(lines: readonly string[]): string[] {
  const longest = Math.max(0, ...lines.flatMap((line) => (line.match(/`+/g) ?? []).map(({ length }) => length)));
  const ticks = "`".repeat(Math.max(3, longest + 1));
  return ["", `${ticks}text`, ...lines, ticks];
}

/** Our own words, and what a report file says are ours, as text without markup. */
const plain = (text: string, most = 300): string =>
  clean(text, most)
    // What readers make links of without being asked to.
    .replaceAll("://", ": //")
    .replaceAll(/(?<=www)(?=\.)/gi, " ")
    .replaceAll("@", " at ")
    .replaceAll(/[\\`*_{}[\]<>#+!|~&:$^=]|(?<=^\d+)\.|^-/g, (one) => `\\${one}`);

const linkTo = ({ title, url }: ReportRule["source"]): string =>
  /^https:\/\/[\w.-]+\/[\w.~/#?=&%-]*$/.test(url) ? `[${plain(title)}](${url})` : plain(`${title}, ${url}`);

function head(report: Report, fence: Fence): string[] {
  const { tool, target, seed } = report;
  return [
    `# adcp-conformance: ${spaced(report.verdict)}`,
    ...block([
      `target:   ${clean(target.url)} (${target.transport}, AdCP ${clean(target.release, 20)})`,
      `account:  ${clean(JSON.stringify(target.account) ?? "none")}`,
      `run:      ${clean(report.run_id, 40)}, seed ${seed}, ${clean(report.started_at, 40)}`,
      `tool:     ${clean(tool.name, 60)} ${clean(tool.version, 30)}`,
      ...fence.block([`server:   ${clean(JSON.stringify(target.server ?? "not told"))}`, verdictLine(report)]),
    ]),
    "",
    fence.notice,
  ];
}

function totals({ totals }: Report): string[] {
  const columns = ["passed", "failed", "warned", "noted", "not_tested", "not_applicable"] as const;
  const row = (label: string, counts: Partial<Record<(typeof columns)[number], number>>) =>
    `| ${label} | ${columns.map((column) => counts[column] ?? "").join(" | ")} |`;
  return [
    "",
    `| level | ${columns.map(spaced).join(" | ")} |`,
    `| --- | ${columns.map(() => "---:").join(" | ")} |`,
    row("must", totals.must),
    row("should", totals.should),
    row("note", totals.note),
    row("security", totals.security),
    "",
    `${plural(totals.requests, "request")}.`,
  ];
}

/** What was not tested, by its reason: before what failed, since a run is no better than what it could test. */
function unknown({ rules }: Report, fence: Fence): string[] {
  return (["not_tested", "not_applicable"] as const).flatMap((verdict) => {
    const reasons = new Map<string, string[]>();
    for (const rule of rules.filter((one) => one.verdict === verdict)) {
      const reason = clean(rule.reason ?? "no reason given");
      reasons.set(reason, [...(reasons.get(reason) ?? []), clean(rule.id, 40)]);
    }
    if (reasons.size === 0) return [];
    const told = [...reasons]
      .slice(0, MOST_OF_A_LIST)
      .flatMap(([reason, ids]) => [reason, `  ${clean(ids.join(", "), 2_000)}`]);
    return ["", `## ${verdict === "not_tested" ? "Not tested" : "Not applicable"}`, ...block(fence.block(told))];
  });
}

function inFull(rule: ReportRule, report: Report, fence: Fence): string[] {
  const more = rule.findings.length - MOST_FINDINGS;
  const word = isFailure(report, rule) ? "failed" : spaced(rule.verdict);
  return [
    "",
    `## ${advisory(rule) && "\\[ADVISORY\\] "}${plain(rule.id, 40)} ${word}`,
    "",
    `${rule.level}, ${plain(rule.suite, 60)}${rule.security ? ", this tool's own rule" : ""}: ${plain(rule.statement)} (${linkTo(rule.source)})`,
    ...rule.findings.slice(0, MOST_FINDINGS).flatMap((finding: ReportFinding) => block(fence.block(evidence(finding)))),
    ...(more > 0 ? ["", `and ${plural(more, "more finding")} in \`report.json\``] : []),
  ];
}

/** A heading over short lines that may quote the seller. */
function section(title: string, lines: readonly string[], fence: Fence): string[] {
  if (lines.length === 0) return [];
  const more = lines.length - MOST_OF_A_LIST;
  const told = [...lines.slice(0, MOST_OF_A_LIST), ...(more > 0 ? [`and ${more} more in report.json`] : [])];
  return ["", `## ${title}`, ...block(fence.block(told))];
}

const known = (report: Report, fence: Fence): string[] =>
  section(
    "Known failures, in the baseline",
    knownRules(report).map(
      (rule) => `${clean(rule.id, 40)} ${clean(rule.findings[0]?.message ?? "")} (${clean(knownAs(rule) ?? "")})`,
    ),
    fence,
  );

const stale = (report: Report): string[] => {
  const told = staleLines(report);
  return told.length === 0 ? [] : ["", "## Stale entries of the baseline", ...block(told.slice(0, MOST_OF_A_LIST))];
};

const observed = ({ rules }: Report, fence: Fence): string[] =>
  section(
    "Observed, not graded",
    rules
      .filter(({ verdict }) => verdict === "noted")
      .map((rule) => `${clean(rule.id, 40)} ${clean(rule.findings[0]?.message ?? rule.statement)}`),
    fence,
  );

const leftBehind = ({ account }: Report, fence: Fence): string[] =>
  section(
    "Left behind on the account",
    account.left_behind.map(({ event_source_id, reason }) => `${clean(event_source_id)}: ${clean(reason)}`),
    fence,
  );

const generated = ({ fuzz }: Report, fence: Fence): string[] =>
  section(
    "Generated calls",
    fuzz === null
      ? []
      : [
          ...factsOf(fuzz).map(({ name, text }) => `${clean(name)}: ${clean(text)}`),
          ...warningsOf(fuzz).map((one) => `warning: ${clean(one)}`),
        ],
    fence,
  );

const harness = ({ harness_errors }: Report, fence: Fence): string[] =>
  section(
    "Defects of this tool, not of the seller",
    harness_errors.map(({ scenario, message }) => `${clean(scenario)}: ${clean(message)}`),
    fence,
  );
