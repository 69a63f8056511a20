import type { Answer } from "../protocol/answer.ts";

/** Retries of answers that a gateway gives in passing (502, 503, 504), of refused and of dropped connections. */
export const GATEWAY_RETRIES = 3;
const FIRST_BACKOFF_MS = 250;

/** Resolves after `ms`, or rejects at once when the signal aborts. */
export function wait(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    if (signal?.aborted) return stop();
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, ms);
    signal?.addEventListener("abort", stop, { once: true });
  });
}

/** Exponential backoff with jitter, in milliseconds. @param next gives numbers from 0 (inclusive) to 1. */
export const backoff = (retry: number, next: () => number): number =>
  FIRST_BACKOFF_MS * 2 ** retry * (0.5 + next() / 2);

/** Seconds that the seller asks to be waited: `Retry-After` (seconds or a date), else an error's `retry_after`. */
export function askedToWait(answer: Pick<Answer, "outcome" | "exchange">, now = Date.now()): number | undefined {
  const header = answer.exchange.response?.headers["retry-after"];
  if (header !== undefined) {
    const seconds = /^\d+(\.\d+)?$/.test(header.trim()) ? Number(header) : (Date.parse(header) - now) / 1000;
    if (Number.isFinite(seconds)) return Math.max(0, seconds);
  }
  if (answer.outcome.kind !== "rejected") return undefined;
  const asked = answer.outcome.errors.find((error) => error.retry_after !== undefined)?.retry_after;
  return asked === undefined ? undefined : Math.max(0, asked);
}

/** Spaces requests so that no more than `rps` start in a second. */
export class Pacer {
  #next = 0;
  readonly #gap: number;
  constructor(rps?: number) {
    this.#gap = rps ? 1000 / rps : 0;
  }

  async turn(signal?: AbortSignal): Promise<void> {
    if (this.#gap === 0) return;
    const now = Date.now();
    const start = Math.max(now, this.#next);
    this.#next = start + this.#gap;
    if (start > now) await wait(start - now, signal);
  }
}
