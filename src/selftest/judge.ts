import type { Fault } from "../../fixtures/faults/fault.ts";
import type { Variant } from "../../fixtures/variants/variant.ts";
import type { Rule } from "../engine/rule.ts";
import { globToRegExp } from "../engine/select.ts";
import type { Played } from "./play.ts";
import type { FaultResult, FaultStatus, Kill, VariantResult, VariantStatus } from "./result.ts";

type Rules = ReadonlyMap<string, { rule: Rule }>;

const WORST: readonly FaultStatus[] = ["survived", "weak", "killed"];

/**
 * What became of one fault in its runs, one for each seed.
 * @param usual notes that a correct seller gets as well: rule id and message
 */
export function judgeFault(
  fault: Fault,
  runs: readonly Played[],
  rules: Rules,
  usual: ReadonlySet<string> = new Set(),
): FaultResult {
  const judged = runs.map((run) => {
    const killed_by = killsOf(fault, run, rules, usual);
    return { run, killed_by, status: statusOf(fault, run, killed_by, rules) };
  });
  const status = WORST.find((one) => judged.some((run) => run.status === one)) ?? "out_of_scope";
  const shown = judged.find((run) => run.status === status);
  const { name, suite, about, breaks } = fault;
  return {
    name,
    suite,
    about,
    breaks,
    status,
    killed_by: shown?.killed_by ?? [],
    also: (shown?.run.broken ?? [])
      .filter(({ rule, verdict }) => verdict !== "noted" && !breaks.includes(rule))
      .map(({ rule }) => rule),
    verdict: shown?.run.verdict ?? "not played",
    ...(shown?.run.reason !== undefined && { reason: shown.run.reason }),
    requests: shown?.run.requests ?? 0,
    duration_ms: shown?.run.duration_ms ?? 0,
    seeds: judged.filter((run) => run.status !== "killed").map(({ run }) => run.case.seed),
    harness_errors: judged.flatMap(({ run }) => run.harness_errors),
  };
}

function killsOf({ breaks }: Fault, run: Played, rules: Rules, usual: ReadonlySet<string>): Kill[] {
  return breaks.flatMap((id) => {
    const broken = run.broken.find(({ rule }) => rule === id);
    const level = rules.get(id)?.rule.level;
    if (!broken || !level || usual.has(`${id} ${broken.message}`)) return [];
    return [{ ...broken, level }];
  });
}

/** A defect that breaks a `must` has to cost the seller its conformance; the tool's own security rules never do. */
function statusOf({ breaks }: Fault, run: Played, kills: readonly Kill[], rules: Rules): FaultStatus {
  if (kills.length === 0) return "survived";
  const about = rules.get(breaks[0] ?? "")?.rule;
  const grave = about?.level === "must" && !about.security;
  return grave && run.verdict !== "non_conformant" ? "weak" : "killed";
}

/** What became of a correct seller; nothing where it was not played. The first run that shows something speaks for all. */
export function judgeVariant(
  { name, about, warns }: Pick<Variant, "name" | "about" | "warns">,
  runs: readonly Played[],
): VariantResult[] {
  const announced = warns.map(globToRegExp);
  const judged = runs.map((run) => {
    const findings = run.broken.filter(
      ({ rule, verdict }) =>
        verdict === "failed" || (verdict === "warned" && !announced.some((glob) => glob.test(rule))),
    );
    const status: VariantStatus =
      findings.length > 0 ? "blamed" : run.verdict === "inconclusive" ? "inconclusive" : "clean";
    return { run, findings, status };
  });
  const shown = judged.find(({ status }) => status !== "clean") ?? judged[0];
  if (!shown) return [];
  const { run, findings, status } = shown;
  return [
    {
      name,
      about,
      release: run.case.release,
      status,
      findings,
      ...(run.reason !== undefined && { reason: run.reason }),
      requests: run.requests,
      duration_ms: run.duration_ms,
      harness_errors: judged.flatMap((one) => one.run.harness_errors),
    },
  ];
}
