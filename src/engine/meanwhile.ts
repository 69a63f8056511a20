/**
 * Does something once the next call is under way, or soon where there is none. It takes two turns of the event loop: undici
 * spends the first one on seeing whether the socket is still open, and sends at its end.
 */
export function meanwhile(work: () => void): void {
  setImmediate(() => setImmediate(work));
}
