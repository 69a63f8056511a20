import type { Stage } from "../engine/phase.ts";
import { Book } from "./book.ts";
import type { Budget } from "./budget.ts";
import type { Coverage } from "./coverage.ts";
import { Namespace } from "./namespace.ts";
import { playStep } from "./play-step.ts";
import type { Step } from "./step.ts";

/** One try: steps that are played under ids and keys of its own. */
export class Attempt {
  readonly book = new Book();
  readonly namespace: Namespace;
  /** What was really played. */
  readonly steps: Step[] = [];
  readonly #stage: Stage;
  readonly #budget: Budget;
  readonly #coverage: Coverage;

  constructor(stage: Stage, budget: Budget, coverage: Coverage) {
    this.#stage = stage;
    this.#budget = budget;
    this.#coverage = coverage;
    this.namespace = new Namespace(stage.buyer);
  }

  /**
   * Plays one step, and judges it.
   * @throws PhaseEnd when the budget is spent.
   * @throws ScenarioEnd when what follows would say nothing.
   */
  async play(step: Step): Promise<void> {
    this.#budget.mustGoOn();
    this.#coverage.step(this.book.state, step);
    this.steps.push(step);
    await playStep(step, this.namespace, this.#stage);
    this.book.follow(step, this.#stage.buyer.state, this.namespace);
  }
}
