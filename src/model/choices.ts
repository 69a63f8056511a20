import type { Observations } from "./observations.ts";

interface Choice {
  how: string;
  exchange: number;
}

/**
 * What a seller chose where the specification leaves it a choice. It is learnt when it is first seen, and held against what
 * comes later.
 */
export class Choices {
  readonly #made = new Map<string, Choice>();

  /**
   * @param situation what the choice is about, in words that stand in a finding: "an update that leaves name out"
   * @param how what the seller did, in the same tense as before: "keeps it"
   * @param exchange the answer that shows it
   */
  see(situation: string, how: string, exchange: number, observations: Observations): void {
    const earlier = this.#made.get(situation);
    this.#made.set(situation, { how, exchange });
    if (!earlier) return;
    const message = `${situation} ${how}, and before it was seen that it ${earlier.how}`;
    const evidence = { expected: earlier.how, actual: how, earlier: earlier.exchange };
    observations.expect("choice is kept", earlier.how === how, message, evidence);
  }
}
