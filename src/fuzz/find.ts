import type { Broken, Stage, Trial } from "../engine/phase.ts";
import { Attempt } from "./attempt.ts";
import type { Budget } from "./budget.ts";
import type { Coverage } from "./coverage.ts";
import { fewest, smallest } from "./minimise.ts";
import { simpler } from "./reduce.ts";
import type { Step } from "./step.ts";

/** Times that the smallest calls are sent again to see whether they show it each time; of overlapping calls more often. */
const CONFIRMATIONS = 3;
const CONFIRMATIONS_OF_OVERLAPS = 10;
/** Most requests that one finding may cost. */
const MOST_FOR_ONE = 250;

export interface Finder {
  stage: Stage;
  budget: Budget;
  coverage: Coverage;
}

/** Plays steps under ids and keys of their own, on an account that holds nothing of the run's. */
async function playAgain({ stage, budget, coverage }: Finder, steps: readonly Step[], name: string): Promise<Trial> {
  budget.mustGoOn();
  await stage.trial("reset", () => stage.reset());
  return stage.trial(name, async () => {
    const attempt = new Attempt(stage, budget, coverage);
    for (const step of steps) await attempt.play(step);
    if (stage.second) await stage.lookBeside(false);
  });
}

/**
 * Looks for the fewest and smallest calls that break a rule in the same way, sends those again, and puts what they show into
 * the book.
 * @param steps what was played when it was seen
 * @param path the value of `--replay`
 */
export async function find(
  finder: Finder,
  target: Broken,
  steps: readonly Step[],
  name: string,
  path: string,
): Promise<{ flaky: boolean }> {
  const { stage, budget } = finder;
  const first = budget.spent;
  let best: Broken = target;
  const shows = async (candidate: readonly Step[]): Promise<boolean> => {
    if (budget.spent - first > MOST_FOR_ONE) return false;
    const { broken } = await playAgain(finder, candidate, name);
    const again = broken.find((one) => stage.sameCause(one, target));
    if (again) best = again;
    return again !== undefined;
  };
  let seen = 0;
  let times = 0;
  try {
    const few = await fewest(steps, shows);
    const small = await smallest(few, simpler, shows);
    times = small.some((step) => step.do === "overlap") ? CONFIRMATIONS_OF_OVERLAPS : CONFIRMATIONS;
    for (let n = 0; n < times; n++) {
      const { broken } = await playAgain(finder, small, name);
      const again = broken.find((one) => stage.sameCause(one, target));
      if (!again) continue;
      seen++;
      best = again;
    }
  } finally {
    const confirmed = times > 0 && seen === times;
    const often = times > 0 && !confirmed ? `; sent ${times} times more, it showed ${seen} times` : "";
    stage.report({
      ...best,
      judgement: { ...best.judgement, message: `${best.judgement.message}${often}` },
      scenario: name,
      path,
      ...(times > 0 && seen === 0 && { flaky: true }),
    });
  }
  return { flaky: seen === 0 };
}
