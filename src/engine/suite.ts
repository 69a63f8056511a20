import type { Answer } from "../protocol/answer.ts";
import type { Judgement } from "./judgement.ts";
import type { Observed } from "./oracle.ts";
import type { Rule } from "./rule.ts";
import type { Scene } from "./scene.ts";
import type { SellerFacts } from "./seller.ts";

/** Why rules cannot be checked on this seller; `undefined` where they can. */
export type Closed = { not_applicable: string } | { not_tested: string };

/** What a scenario needs before it can run. */
export type Need = "delete" | "overwrite" | "seller-managed" | "second-account";

export interface ScenarioOptions<Id extends string> {
  /** The rules that this scenario checks. It can check no others. */
  proves: readonly Id[];
  needs?: readonly Need[];
  /** Whether it sends nothing that could change an account. */
  reads?: true;
  /** Whether the seller offers what the scenario is about. */
  gate?(seller: SellerFacts): Closed | undefined;
}

export interface Scenario<Id extends string = string> extends ScenarioOptions<Id> {
  name: string;
  play(scene: Scene<Id>): Promise<void>;
}

/** A rule about every answer: a pure function of one exchange. `undefined`: the answer has nothing to do with it. */
export type AnswerCheck = (answer: Answer) => Judgement | undefined;

/** A rule about the seller as a whole: its tool list and what it declares. `undefined`: answers or scenarios will tell. */
export type SellerCheck = (seller: SellerFacts) => Judgement | Closed | undefined;

export interface Suite {
  name: string;
  about: string;
  rules: Record<string, Rule>;
  answers: Record<string, AnswerCheck>;
  seller: Record<string, SellerCheck>;
  /** Which rule speaks for what the oracle sees after a write. */
  observations: Partial<Record<Observed, string>>;
  scenarios: Scenario[];
}

export interface SuiteDefinition<Id extends string> {
  about: string;
  rules: Record<Id, Rule>;
  answers?: { [K in NoInfer<Id>]?: AnswerCheck };
  seller?: { [K in NoInfer<Id>]?: SellerCheck };
  observations?: { [K in Observed]?: NoInfer<Id> };
  scenarios?: Scenario<NoInfer<Id>>[];
}

/** One behaviour of the page: its rules and the scenarios that check them. */
export function suite<Id extends string>(name: string, definition: SuiteDefinition<Id>): Suite {
  const { answers = {}, seller = {}, observations = {}, scenarios = [], ...rest } = definition;
  return {
    name,
    ...rest,
    answers: answers as Record<string, AnswerCheck>,
    seller: seller as Record<string, SellerCheck>,
    observations,
    scenarios: scenarios as unknown as Scenario[],
  };
}

/** A few calls that check some rules. Naming a rule that the suite does not have does not compile. */
export function scenario<const Id extends string>(
  name: string,
  options: ScenarioOptions<Id>,
  play: (scene: Scene<Id>) => Promise<void>,
): Scenario<Id> {
  return { name, ...options, play };
}

export const suitesByRule = (suites: readonly Suite[]): Map<string, Suite> =>
  new Map(suites.flatMap((suite) => Object.keys(suite.rules).map((rule) => [rule, suite])));

/** Which rules speak for each thing that the oracle sees. */
export function observers(suites: readonly Suite[]): Map<Observed, string[]> {
  const found = new Map<Observed, string[]>();
  for (const { observations } of suites)
    for (const [what, rule] of Object.entries(observations) as [Observed, string][])
      found.set(what, [...(found.get(what) ?? []), rule]);
  return found;
}
