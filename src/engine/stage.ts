import type { Answer } from "../protocol/answer.ts";
import { isOwnId } from "../protocol/event-source.ts";
import type { Ids } from "./ids.ts";
import type { Judgement } from "./judgement.ts";
import { SENTINEL_ID } from "./lease.ts";
import { causeOf, type Ledger } from "./ledger.ts";
import type { Broken, Stage, Trial } from "./phase.ts";
import type { Rule } from "./rule.ts";
import type { SellerFacts } from "./seller.ts";
import type { RunSetup } from "./setup.ts";
import { PhaseEnd, RunEnd, ScenarioEnd } from "./stop.ts";
import type { Tenancy } from "./tenancy.ts";

export interface StageSetup extends Pick<RunSetup, "seed" | "validator" | "allowDestructive" | "signal"> {
  seller: SellerFacts;
  main: Tenancy;
  second?: Tenancy;
  ids: Ids;
  ledger: Ledger;
  requests(): number;
  /** Milliseconds since the epoch. */
  started: number;
  rule(id: string): Rule | undefined;
  /** Sends broken rules there from now on, once what is still waiting is judged; `undefined`: into the book. */
  collect(trial: { name: string; broken: Broken[] } | undefined): void;
  listen(listener: (answer: Answer) => void): void;
  record(rule: string, judgement: Judgement): void;
  cite(exchanges: readonly number[]): void;
  erred(error: unknown): void;
  lookBeside(used: boolean): Promise<void>;
  progress(done: number, of: number, findings: number): void;
}

const cause = ({ judgement: { pointer, message } }: Broken): string => causeOf({ json_pointer: pointer, message });

/** What a phase gets of a run. */
export function stageOf(setup: StageSetup): Stage {
  const { main, second, ledger, ids } = setup;
  const report: Stage["report"] = (found) => {
    setup.cite(found.judgement.exchanges);
    ledger.add(found);
  };
  return {
    seller: setup.seller,
    seed: setup.seed,
    validator: setup.validator,
    buyer: main.desk,
    ...(second && { second: second.desk }),
    get limited() {
      return main.guard.limited;
    },
    allowDestructive: setup.allowDestructive,
    started: setup.started,
    ...(setup.signal && { signal: setup.signal }),
    get requests() {
      return setup.requests();
    },
    rule: (id) => (ledger.has(id) ? setup.rule(id) : undefined),
    onAnswer: setup.listen,
    check: setup.record,
    async trial(name, work): Promise<Trial> {
      const broken: Broken[] = [];
      setup.collect({ name, broken });
      let ended: ScenarioEnd | undefined;
      try {
        await work();
      } catch (error) {
        if (error instanceof RunEnd || error instanceof PhaseEnd) {
          setup.collect(undefined);
          for (const one of broken) report({ ...one, scenario: name });
          throw error;
        }
        if (!(error instanceof ScenarioEnd)) setup.erred(error);
        ended = error instanceof ScenarioEnd ? error : new ScenarioEnd("the harness erred");
      } finally {
        setup.collect(undefined);
      }
      return { broken, ...(ended && { ended }) };
    },
    repeats: ({ rule, judgement }) => ledger.repeats(rule, judgement),
    sameCause: (one, other) => one.rule === other.rule && cause(one) === cause(other),
    report,
    async reset() {
      ids.startScenario();
      await main.keep();
      await second?.keep();
      await second?.tidy();
      const left = main.desk.state.rows.some(({ id }) => isOwnId(id) && id !== SENTINEL_ID);
      if (left && main.guard.limited === undefined) await main.desk.sync([], { delete_missing: true });
    },
    lookBeside: setup.lookBeside,
    progress: setup.progress,
  };
}
