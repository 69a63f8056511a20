import type { Scenario, Suite } from "./suite.ts";

/** The K-th of N parts of a run, K from 1. */
export interface Shard {
  k: number;
  n: number;
}

export interface ScenarioChoice {
  /** Only every N-th scenario, beginning with the K-th. */
  shard?: Shard;
  /** The scenarios of these names (`suite: scenario`), whatever rules they check. */
  scenarios?: readonly string[];
}

/** A scenario's name as findings give it. */
export const fullName = (suite: Pick<Suite, "name">, scenario: Pick<Scenario, "name">): string =>
  `${suite.name}: ${scenario.name}`;

/** The scenarios that a run plays: whole ones, each of them in one shard of N only. */
export function chosenScenarios(
  suites: readonly Suite[],
  rules: ReadonlySet<string>,
  { shard, scenarios }: ScenarioChoice,
): Set<Scenario> {
  const all = suites.flatMap((suite) =>
    suite.scenarios.filter(
      (scenario) => scenarios?.includes(fullName(suite, scenario)) ?? scenario.proves.some((rule) => rules.has(rule)),
    ),
  );
  return new Set(all.filter((_, index) => !shard || index % shard.n === shard.k - 1));
}

/** Of the selected rules those that such a run can say something of: the others are left to other shards. */
export function reachableRules(
  suites: readonly Suite[],
  rules: ReadonlySet<string>,
  chosen: ReadonlySet<Scenario>,
): Set<string> {
  const reachable = suites.flatMap((suite) => [
    ...Object.keys(suite.answers),
    ...Object.keys(suite.seller),
    ...Object.values(suite.observations),
    ...suite.scenarios.filter((scenario) => chosen.has(scenario)).flatMap(({ proves }) => [...proves]),
  ]);
  return new Set(reachable.filter((id) => rules.has(id)));
}
