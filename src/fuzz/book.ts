import type { Snapshot } from "../engine/oracle.ts";
import type { Namespace } from "./namespace.ts";
import type { Step, SymbolicSource } from "./step.ts";

/** Kinds of states of an account, as far as the sources of one try go. */
const COUNTS = ["none", "one", "some", "many"] as const;
const PASTS = ["nothing deleted", "something deleted"] as const;

export const STATES: readonly string[] = COUNTS.flatMap((count) => PASTS.map((past) => `${count}, ${past}`));

/**
 * What a try believes the account to hold: the steps take their parameters from it when they are played. It judges nothing;
 * the oracle does.
 */
export class Book {
  /** What every source that is there was last given, by symbol, the one given last at the end. */
  readonly present = new Map<string, SymbolicSource>();
  /** What sources had before, newest last. */
  readonly past = new Map<string, SymbolicSource[]>();
  readonly gone = new Set<string>();
  /** Symbols of keys whose calls were accepted as a whole. */
  readonly keys: string[] = [];
  /** The step before. */
  last: Step | undefined;
  #symbols = 0;
  #keys = 0;

  nextSymbol(): string {
    return `s${++this.#symbols}`;
  }

  nextKey(): string {
    return `k${++this.#keys}`;
  }

  get state(): string {
    const size = this.present.size;
    const count = size === 0 ? "none" : size === 1 ? "one" : size < 5 ? "some" : "many";
    return `${count}, ${this.gone.size > 0 ? "something deleted" : "nothing deleted"}`;
  }

  /** Takes note of what a step gave sources, as far as discovery shows them afterwards. */
  follow(step: Step, shown: Snapshot, namespace: Namespace): void {
    this.last = step;
    const there = new Set(shown.rows.map(({ id }) => id));
    if (step.do === "sync") {
      for (const source of step.sources) {
        const symbol = source.event_source_id;
        if (step.bad?.includes(symbol) || !there.has(namespace.id(symbol))) continue;
        const before = this.present.get(symbol);
        if (before) this.past.set(symbol, [...(this.past.get(symbol) ?? []), before]);
        this.present.delete(symbol);
        this.present.set(symbol, source);
        this.gone.delete(symbol);
      }
      if (namespace.calls.has(step.key)) this.keys.push(step.key);
    }
    for (const symbol of this.present.keys()) {
      if (there.has(namespace.id(symbol))) continue;
      this.present.delete(symbol);
      this.gone.add(symbol);
    }
  }
}
