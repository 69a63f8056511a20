import type { Answer } from "../protocol/answer.ts";
import type { Validator } from "../validation/validator.ts";
import type { Broke, Judgement } from "./judgement.ts";
import type { FuzzResult } from "./result.ts";
import type { Rule } from "./rule.ts";
import type { Buyer } from "./scene.ts";
import type { SellerFacts } from "./seller.ts";
import type { ScenarioEnd } from "./stop.ts";

/** What is played after the scenarios: it makes calls of its own, under the same guard and the same rules. */
export interface Phase {
  /** How many sequences are generated: said in the plan. */
  readonly runs: number;
  /** @throws RunEnd when nothing further may or can be sent; what was learnt by then has to be reported before. */
  play(stage: Stage): Promise<FuzzResult>;
}

/** A rule that was broken while something was tried out, before it is known whether it makes a finding. */
export interface Broken {
  rule: string;
  judgement: Broke;
}

/** What came of one try. */
export interface Trial {
  broken: Broken[];
  /** Why it ended early, where it did. */
  ended?: ScenarioEnd;
}

/** What a finding carries beside its judgement. */
export interface Counterexample extends Broken {
  /** What was tried, in a few words. */
  scenario: string;
  /** The value of `--replay` that makes the same calls again. */
  path?: string;
  /** It did not show again when the same calls were sent anew. */
  flaky?: true;
}

/** What a phase has in its hands. */
export interface Stage {
  readonly seller: SellerFacts;
  readonly seed: number;
  readonly validator: Validator;
  readonly buyer: Buyer;
  /** The second account's buyer, where one was given. */
  readonly second?: Buyer;
  /** Why nothing may be sent that could delete; `undefined` when it may. */
  readonly limited: string | undefined;
  readonly allowDestructive: boolean;
  readonly signal?: AbortSignal;
  /** Requests sent so far in the whole run. */
  readonly requests: number;
  /** When the run began, in milliseconds since the epoch. */
  readonly started: number;
  /** A rule that takes part in this run and that the served release has. */
  rule(id: string): Rule | undefined;
  /** Hears of every answer from now on. */
  onAnswer(listener: (answer: Answer) => void): void;
  /** Records what the evidence says of a rule: inside `trial` as part of what is tried out. */
  check(rule: string, judgement: Judgement): void;
  /**
   * Tries something out: rules that it breaks are handed back, and not recorded. A scenario's end ends the try.
   * @throws RunEnd, PhaseEnd likewise, with what was broken by then recorded as it is.
   */
  trial(name: string, work: () => Promise<void>): Promise<Trial>;
  /** Whether a finding with the same cause (rule, pointer and kind) is in the book already; if so it counts as a repeat. */
  repeats(broken: Broken): boolean;
  /** Whether two judgements of one rule have the same cause. */
  sameCause(one: Broken, other: Broken): boolean;
  /** Puts a finding into the book. */
  report(found: Counterexample): void;
  /** Makes ready for a try: the lease is renewed, and where it is allowed nothing of the run's own stands on the account. */
  reset(): Promise<void>;
  /** Looks at the second account. @param used whether calls were made for it since it was last seen: changes are its own. */
  lookBeside(used: boolean): Promise<void>;
  /** Says how far the phase is. */
  progress(done: number, of: number, findings: number): void;
}
