import { FAULTS } from "../../fixtures/faults/index.ts";
import type { Rule } from "../engine/rule.ts";
import type { Played } from "./play.ts";
import type { FaultResult, Power } from "./result.ts";

/** Groups of faults in what a seller says of itself or asks of a caller: no generated call gets there. */
const OUT_OF_REACH = new Set(["capabilities", "authentication", "versions", "accounts", "sandbox", "mcp", "a2a"]);

/** Share of the faults within reach that generated calls have to catch. */
export const ENOUGH = 0.9;

/** How many of the defects of a `must` that change what is stored or answered generated calls alone have caught. */
export function powerOf(
  faults: readonly FaultResult[],
  played: readonly Played[],
  rules: ReadonlyMap<string, { rule: Rule }>,
): Power {
  const within = faults.filter(({ suite, breaks, status }) => {
    const rule = rules.get(breaks[0] ?? "")?.rule;
    return rule?.level === "must" && !rule.security && !OUT_OF_REACH.has(suite) && status !== "out_of_scope";
  });
  // Whatever rule it is by: a generated call is not made for one of them.
  const caught = within.filter(({ status, verdict }) => status === "killed" || verdict === "non_conformant");
  const first = played.flatMap(({ case: one, fuzz }) => {
    if (one.kind !== "fault" || !caught.some(({ name }) => name === one.name)) return [];
    const breaks = FAULTS.find(({ name }) => name === one.name)?.breaks ?? [];
    return fuzz?.found.find(({ rule }) => breaks.includes(rule)) ?? fuzz?.found[0] ?? [];
  });
  return {
    caught: caught.length,
    of: within.length,
    missed: within.filter((fault) => !caught.includes(fault)).map(({ name }) => name),
    requests: middle(first.map(({ requests }) => requests)),
    steps: middle(first.map(({ steps }) => steps)),
  };
}

const middle = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
