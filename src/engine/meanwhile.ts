/**
 * Holds things back until the next call is under way, or for a moment where there is none: dealing with them costs time, and
 * the seller needs some as well. It takes two turns of the event loop: undici spends the first one on seeing whether the
 * socket is still open, and sends at its end.
 */
export class Meanwhile<T> {
  readonly #deal: (one: T) => void;
  readonly #waiting: T[] = [];

  /** @param deal must not throw */
  constructor(deal: (one: T) => void) {
    this.#deal = deal;
  }

  add(one: T): void {
    this.#waiting.push(one);
    if (this.#waiting.length === 1) setImmediate(() => setImmediate(() => this.settle()));
  }

  /** Deals at once with what is still waiting, in order. */
  settle(): void {
    for (const one of this.#waiting.splice(0)) this.#deal(one);
  }
}
