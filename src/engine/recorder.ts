import { closeSync, mkdirSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import type { Exchange, WireFacts } from "../transport/exchange.ts";

/** Exchanges kept in memory for the findings that may cite them; older ones stay on disk alone. */
const KEPT = 200;

/** Characters of a body that are kept in memory; the file has all of them. */
const LONGEST_BODY = 256 * 1024;

function cut<T extends Pick<Exchange, "response">>(exchange: T): T {
  const { response } = exchange;
  if (!response || response.body.length <= LONGEST_BODY) return exchange;
  return { ...exchange, response: { ...response, body: response.body.slice(0, LONGEST_BODY) } };
}

/** The facts without what repeats the body. */
function outlineOf(facts: WireFacts): WireFacts {
  const { result: _, error: __, ...outline } = facts;
  return outline;
}

/** Writes every exchange to `exchanges.ndjson` as it happens, and keeps those that findings cite. */
export class Recorder {
  readonly #file: number | undefined;
  readonly #recent = new Map<number, Exchange>();
  readonly #cited = new Map<number, Exchange>();
  readonly #durations: number[] = [];
  #count = 0;

  constructor(directory?: string) {
    if (directory === undefined) return;
    mkdirSync(directory, { recursive: true });
    this.#file = openSync(join(directory, "exchanges.ndjson"), "w", 0o600);
  }

  /** Requests sent so far. */
  get count(): number {
    return this.#count;
  }

  nextNumber = (): number => ++this.#count;

  add(exchange: Exchange): void {
    // What the facts say of a body is the body once more.
    const { facts, ...wire } = exchange;
    if (this.#file !== undefined) writeSync(this.#file, `${JSON.stringify(wire)}\n`);
    if (exchange.tool !== undefined) this.#durations.push(exchange.duration_ms);
    this.#recent.set(exchange.n, { ...cut(wire), facts: outlineOf(facts) });
    if (this.#recent.size > KEPT) this.#recent.delete(this.#recent.keys().next().value as number);
  }

  /** Keeps exchanges for the report. */
  cite(numbers: readonly number[]): void {
    for (const n of numbers) {
      const exchange = this.#recent.get(n);
      if (!exchange) continue;
      this.#cited.set(n, exchange);
      if (exchange.facts.kind === "a2a") this.cite(exchange.facts.polled_in ?? []);
    }
  }

  /** The distinct addresses that exchanges went to, in order, as far as those are still known. */
  urlsOf(numbers: readonly number[]): string[] {
    return [...new Set(numbers.flatMap((n) => this.#recent.get(n)?.request.url ?? []))];
  }

  cited(): Exchange[] {
    return [...this.#cited.values()].sort((a, b) => a.n - b.n);
  }

  /** Latency of task calls in milliseconds. */
  timings(): { p50_ms: number; p95_ms: number; max_ms: number } {
    const sorted = this.#durations.toSorted((a, b) => a - b);
    const at = (share: number) => Math.round((sorted[Math.ceil(share * sorted.length) - 1] ?? 0) * 100) / 100;
    return { p50_ms: at(0.5), p95_ms: at(0.95), max_ms: at(1) };
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
  }
}
