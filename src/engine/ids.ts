import { MOST_LEFTOVERS } from "./guard.ts";
import { ScenarioEnd } from "./stop.ts";

/** Hands out ids for event sources: new ones as long as they can be removed again, else few that are used over and over. */
export class Ids {
  readonly #run: string;
  #made = 0;
  #pool: string[] | undefined;
  #most = Number.POSITIVE_INFINITY;
  /** Position in the pool: a scenario never gets one id twice. */
  #turn = 0;

  constructor(run: string) {
    this.#run = run;
  }

  /** From now on at most ten sources of the tool's own stand on the account. @param standing ids that stand there. */
  limit(standing: readonly string[]): void {
    if (this.#pool) return;
    this.#pool = [...standing];
    this.#most = MOST_LEFTOVERS - 1;
  }

  startScenario(): void {
    this.#turn = 0;
  }

  next(): string {
    if (!this.#pool) return this.#fresh();
    if (this.#pool.length < this.#most) {
      const id = this.#fresh();
      this.#pool.push(id);
      return id;
    }
    const id = this.#pool[this.#turn++];
    if (id === undefined) {
      throw new ScenarioEnd(
        `nothing may be deleted here, so no more than ${MOST_LEFTOVERS} sources are made, and this needs more`,
      );
    }
    return id;
  }

  #fresh(): string {
    this.#made++;
    return `cf_${this.#run}_${String(this.#made).padStart(3, "0")}`;
  }
}
