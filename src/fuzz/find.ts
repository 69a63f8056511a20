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

const overlaps = (steps: readonly Step[]): boolean =>
  steps.some((step) => step.do === "overlap" || step.do === "one key at once");

export interface Finder {
  stage: Stage;
  budget: Budget;
  coverage: Coverage;
}

/** Plays steps under ids and keys of their own, on an account that holds nothing of the run's. */
async function playAgain(
  { stage, budget, coverage }: Finder,
  steps: readonly Step[],
  name: string,
): Promise<Trial & { first: number }> {
  budget.mustGoOn();
  await stage.trial("reset", () => stage.reset());
  const first = stage.requests + 1;
  const trial = await stage.trial(name, async () => {
    const attempt = new Attempt(stage, budget, coverage);
    for (const step of steps) await attempt.play(step);
    if (stage.second) await stage.lookBeside(false);
  });
  return { ...trial, first };
}

/** What shows a broken rule, with all calls that led there: the first of them, and what the judgement names, in order. */
function withCalls({ rule, judgement }: Broken, first: number): Broken {
  const last = judgement.exchanges.at(-1);
  if (last === undefined || last < first) return { rule, judgement };
  const led = Array.from({ length: last - first + 1 }, (_, n) => first + n);
  const before = judgement.exchanges.filter((n) => n < first);
  return { rule, judgement: { ...judgement, exchanges: [...before, ...led] } };
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
): Promise<{ flaky: boolean; steps: number }> {
  const { stage, budget } = finder;
  const spent = budget.spent;
  let best: Broken = target;
  const shows = async (candidate: readonly Step[], always = false): Promise<boolean> => {
    if (!always && budget.spent - spent > MOST_FOR_ONE) return false;
    const { broken, first } = await playAgain(finder, candidate, name);
    const again = broken.find((one) => stage.sameCause(one, target));
    if (again) best = withCalls(again, first);
    return again !== undefined;
  };
  let small = steps;
  let seen = 0;
  let times = 0;
  try {
    const few = await fewest(steps, (candidate) => shows(candidate));
    small = await smallest(few, simpler, (candidate) => shows(candidate));
    times = overlaps(small) ? CONFIRMATIONS_OF_OVERLAPS : CONFIRMATIONS;
    for (let n = 0; n < times; n++) {
      if (await shows(small, true)) seen++;
    }
  } finally {
    const certain = seen === times && !overlaps(small);
    const often = times > 0 && !certain ? `; sent ${times} times more, it showed ${seen} times` : "";
    stage.report({
      ...best,
      judgement: { ...best.judgement, message: `${best.judgement.message}${often}` },
      scenario: name,
      path,
      ...(times > 0 && seen === 0 && { flaky: true }),
    });
  }
  return { flaky: seen === 0, steps: small.length };
}
