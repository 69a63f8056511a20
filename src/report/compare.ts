import { causeOf } from "../engine/ledger.ts";
import { sameJson } from "../protocol/json.ts";
import { isKnown } from "./judge.ts";
import type { Report, ReportFinding, ReportRule } from "./report.ts";

/** What became of the rules from one report to another. */
export interface Comparison {
  format: "adcp-conformance-comparison/1";
  before: Side;
  after: Side;
  /** What the two runs did not have in common, one sentence each: it may explain the rest. */
  differences: string[];
  /** Broken now, and not before. */
  regressed: RuleChange[];
  /** Broken before, and passed now. */
  fixed: RuleChange[];
  /** Broken in both, and now in a way that was not seen before. */
  worse: RuleChange[];
  still_broken: RuleChange[];
  /** Not in the first report, broken or not. */
  new: RuleChange[];
  /** Not in the second report. */
  vanished: RuleChange[];
  /** Tested before, and now not tested or not applicable. */
  coverage_lost: RuleChange[];
  coverage_gained: RuleChange[];
  latency: { p50_ms: Shift; p95_ms: Shift; max_ms: Shift; slower: boolean };
}

export type Side = Pick<Report, "run_id" | "started_at" | "verdict" | "security" | "tool" | "target">;

export interface RuleChange {
  id: string;
  suite: string;
  level: ReportRule["level"];
  security: boolean;
  statement: string;
  /** `absent`: the report does not have the rule. */
  before: ReportRule["verdict"] | "absent";
  after: ReportRule["verdict"] | "absent";
  /** Whether it is broken now, outside the baseline. */
  broken: boolean;
  /** What is wrong now, in the words of its findings (of `worse`: of the new ones), or why it was not tested. */
  messages: string[];
}

interface Shift {
  before: number;
  after: number;
}

/** A shift below these is noise: a share of the earlier time, and milliseconds. */
const SLOWER = { share: 1.5, ms: 20 };
const MOST_MESSAGES = 5;

type Group = Exclude<keyof Comparison, "format" | "before" | "after" | "differences" | "latency">;

/** Failures that stand in a report's baseline do not count as broken. */
export function compare(before: Report, after: Report): Comparison {
  const groups: Record<Group, RuleChange[]> = {
    regressed: [],
    fixed: [],
    worse: [],
    still_broken: [],
    new: [],
    vanished: [],
    coverage_lost: [],
    coverage_gained: [],
  };
  const earlier = new Map(before.rules.map((rule) => [rule.id, rule]));
  for (const rule of after.rules) {
    const was = earlier.get(rule.id);
    earlier.delete(rule.id);
    const group = groupOf(was, rule);
    if (group) groups[group].push(change(was, rule, group === "worse" ? newFindings(was, rule) : rule.findings));
  }
  for (const rule of earlier.values()) groups.vanished.push(change(rule, undefined, []));
  return {
    format: "adcp-conformance-comparison/1",
    before: side(before),
    after: side(after),
    differences: differences(before, after),
    ...groups,
    latency: latency(before.timings, after.timings),
  };
}

const isBroken = (rule: ReportRule): boolean =>
  (rule.verdict === "failed" || rule.verdict === "warned") && !isKnown(rule);
const isTested = ({ verdict }: ReportRule): boolean => verdict !== "not_tested" && verdict !== "not_applicable";

function groupOf(was: ReportRule | undefined, is: ReportRule): Group | undefined {
  if (!was) return "new";
  if (isBroken(is)) {
    if (!isBroken(was)) return "regressed";
    return newFindings(was, is).length > 0 ? "worse" : "still_broken";
  }
  if (isTested(was) !== isTested(is)) return isTested(was) ? "coverage_lost" : "coverage_gained";
  return isBroken(was) ? "fixed" : undefined;
}

function newFindings(was: ReportRule | undefined, is: ReportRule): ReportFinding[] {
  const known = new Set(was?.findings.map(causeOf));
  return is.findings.filter((finding) => !finding.known && !known.has(causeOf(finding)));
}

function change(
  was: ReportRule | undefined,
  is: ReportRule | undefined,
  findings: readonly ReportFinding[],
): RuleChange {
  const { id, suite, level, security, statement, reason } = (is ?? was)!;
  const said = [...new Set(findings.filter(({ known }) => !known).map(({ message }) => message))];
  return {
    ...{ id, suite, level, security, statement },
    before: was?.verdict ?? "absent",
    after: is?.verdict ?? "absent",
    broken: is !== undefined && isBroken(is),
    messages: said.length === 0 && is && reason !== undefined ? [reason] : said.slice(0, MOST_MESSAGES),
  };
}

const side = ({ run_id, started_at, verdict, security, tool, target }: Report): Side => ({
  ...{ run_id, started_at, verdict, security, tool, target },
});

function differences(before: Report, after: Report): string[] {
  const facts: [string, (report: Report) => unknown][] = [
    ["the seller's URL", ({ target }) => target.url],
    ["the transport", ({ target }) => target.transport],
    ["the release", ({ target }) => target.release],
    ["the account", ({ target }) => target.account],
    ["the seller's version", ({ target }) => target.server?.version],
    ["the tool's version", ({ tool }) => tool.version],
    ["the version of the rules", ({ rules_version, tool }) => rules_version ?? tool.version],
    ["the seed", ({ seed }) => seed],
  ];
  return facts.flatMap(([name, of]) => {
    const [was, is] = [of(before) ?? null, of(after) ?? null];
    return sameJson(was, is) ? [] : [`${name}: ${JSON.stringify(was)}, now ${JSON.stringify(is)}`];
  });
}

function latency(was: Report["timings"], is: Report["timings"]): Comparison["latency"] {
  const shift = (key: keyof Report["timings"]): Shift => ({ before: was[key], after: is[key] });
  const slower = ({ before, after }: Shift) => after > before * SLOWER.share && after - before > SLOWER.ms;
  const [p50_ms, p95_ms, max_ms] = [shift("p50_ms"), shift("p95_ms"), shift("max_ms")];
  return { p50_ms, p95_ms, max_ms, slower: slower(p50_ms) || slower(p95_ms) };
}

/**
 * What a comparison means for a gate: `worse` when a rule of the level (or of the tool's own) is broken that was not, or in a
 * new way; `less` when one is not tested any more; else `fine`. Latency decides nothing.
 */
export function judgeComparison(told: Comparison, failOn: "must" | "should"): "worse" | "less" | "fine" {
  const counts = ({ level, security }: RuleChange) => security || level === "must" || level === failOn;
  const worse = [...told.regressed, ...told.worse, ...told.new.filter(({ broken }) => broken)];
  if (worse.some(counts)) return "worse";
  return [...told.coverage_lost, ...told.vanished].some(counts) ? "less" : "fine";
}

/** The groups in the order of their weight, with their titles. */
export const GROUPS: readonly (readonly [Group, string])[] = [
  ["regressed", "Regressed"],
  ["worse", "Broken in a new way"],
  ["new", "New rules"],
  ["coverage_lost", "Not tested any more"],
  ["vanished", "Vanished"],
  ["fixed", "Fixed"],
  ["coverage_gained", "Tested now"],
  ["still_broken", "Still broken"],
];

/** `passed -> failed`. */
export const arrow = ({ before, after }: Pick<RuleChange, "before" | "after">): string =>
  `${before.replaceAll("_", " ")} -> ${after.replaceAll("_", " ")}`;
