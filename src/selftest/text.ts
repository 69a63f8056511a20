import { lines, style, wrap } from "../report/layout.ts";
import type { RenderOptions } from "../report/reporter.ts";
import { clean } from "../report/sanitize.ts";
import type { FaultResult, SelfTest, VariantResult } from "./result.ts";

/** The self-test for a terminal: what is wrong first, then the totals. */
export function toText(told: SelfTest, { columns, colour }: RenderOptions): string {
  const { bold, red, green } = style(colour);
  const section = (title: string, entries: readonly string[]) =>
    entries.length === 0
      ? []
      : [bold(title), ...entries.flatMap((entry) => wrap(clean(entry, 400), columns, "  ")), ""];
  const { faults, variants, rules } = told.totals;
  const bad = (status: string) => told.faults.filter((fault) => fault.status === status);
  const of = (status: string) => told.rules.filter((rule) => rule.status === status);
  const { power } = told;
  const total = [
    ...(power
      ? [
          `generated calls caught ${power.caught} of ${power.of} faults within their reach, after ${power.requests} requests (median), cut to ${power.steps} steps (median)`,
        ]
      : []),
    `${faults.killed} of ${faults.killed + faults.weak + faults.survived} faults killed${more(faults.out_of_scope, "out of scope")}`,
    `${variants.clean} of ${told.variants.length} correct sellers clean`,
    `${rules.proven} of ${told.rules.length} rules proven able to fail${more(rules.excused, "excused")}`,
    `${told.totals.runs} runs, ${told.totals.requests} requests, ${Math.round(told.totals.duration_ms / 1000)} s`,
  ];
  return lines([
    ...(power
      ? section("Missed by generated calls", power.missed)
      : [
          ...section("Survived: no rule that the fault breaks was broken", bad("survived").map(faultLine)),
          ...section("Weak: a must was broken, and the run did not end as non-conformant", bad("weak").map(faultLine)),
        ]),
    ...section(
      "Blamed or not testable although correct",
      told.variants.filter(({ status }) => status !== "clean").map(variantLine),
    ),
    ...section("Errors of this tool", [...told.faults, ...told.variants].flatMap(errorLines)),
    ...(told.rules_judged ? section("Rules without a fault and without a reason", of("uncovered").map(idOf)) : []),
    ...(told.rules_judged ? section("Rules whose faults other rules killed", of("idle").map(idOf)) : []),
    ...wrap(total.join("; "), columns, `${told.passed ? green("passed") : red("failed")}: `),
  ]);
}

const more = (count: number, what: string): string => (count === 0 ? "" : ` (${count} ${what})`);
const idOf = ({ id, faults }: { id: string; faults: string[] }): string =>
  faults.length === 0 ? id : `${id}: ${faults.join(", ")}`;
const broken = (found: readonly { rule: string }[]): string => found.map(({ rule }) => rule).join(", ") || "nothing";

function faultLine({ name, breaks, also, verdict, reason, seeds }: FaultResult): string {
  const ended = reason === undefined ? verdict : `${verdict}: ${reason}`;
  return `${name} (breaks ${breaks.join(", ")}; also broken: ${also.join(", ") || "nothing"}; ${ended}; seeds ${seeds.join(", ")})`;
}

function variantLine({ name, release, findings, status, reason }: VariantResult): string {
  const [first] = findings;
  const why = first ? `${broken(findings)}; ${first.scenario}: ${first.message}` : (reason ?? status);
  return `${name} (${release}): ${why}`;
}

const errorLines = ({ name, harness_errors }: { name: string; harness_errors: string[] }): string[] =>
  harness_errors.map((error) => `${name}: ${error}`);
