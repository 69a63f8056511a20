import { closeSync, mkdirSync, openSync, readSync, writeSync } from "node:fs";
import { join } from "node:path";
import { withoutCredentials } from "../transport/credential-keys.ts";
import type { Exchange, WireFacts } from "../transport/exchange.ts";
import { histogram } from "./histogram.ts";
import { Meanwhile } from "./meanwhile.ts";
import type { RunResult } from "./result.ts";

/** Exchanges that findings may still cite: older ones stay on disk alone. */
const KEPT = 200;

/** Characters of a body that are kept in memory; the file has all of them. */
const LONGEST_BODY = 256 * 1024;

type Wire = Omit<Exchange, "facts">;

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
/** Where an exchange can be read again: in memory, or from the file. */
type Kept = { exchange: Exchange } | { at: number; length: number; facts: Exchange["facts"] };

/** Writes every exchange to `exchanges.ndjson` while the next call is under way, and keeps those that findings cite. */
export class Recorder {
  readonly #file: number | undefined;
  readonly #recent = new Map<number, Kept>();
  readonly #cited = new Map<number, Exchange>();
  readonly #durations: number[] = [];
  readonly #waiting = new Meanwhile<Exchange>((exchange) => this.#deal(exchange));
  #failure: { error: unknown } | undefined;
  #count = 0;
  #written = 0;

  constructor(directory?: string) {
    if (directory === undefined) return;
    mkdirSync(directory, { recursive: true });
    this.#file = openSync(join(directory, "exchanges.ndjson"), "w+", 0o600);
  }

  /** Requests sent so far. */
  get count(): number {
    return this.#count;
  }

  nextNumber = (): number => ++this.#count;

  /** @throws Error when one of the exchanges before could not be written. */
  add(exchange: Exchange): void {
    this.#mustWrite();
    if (exchange.tool !== undefined) this.#durations.push(exchange.duration_ms);
    this.#waiting.add(exchange);
  }

  #deal(exchange: Exchange): void {
    try {
      this.#take(exchange);
    } catch (error) {
      this.#failure ??= { error };
    }
  }

  #mustWrite(): void {
    if (this.#failure) throw this.#failure.error;
  }

  #take(exchange: Exchange): void {
    // What the facts say of a body is the body once more.
    const { facts: all, ...whole } = exchange;
    const wire = withoutCredentials(whole);
    const facts = outlineOf(all);
    this.#recent.set(exchange.n, this.#write(wire, facts) ?? { exchange: { ...cut(wire), facts } });
    if (this.#recent.size > KEPT) this.#recent.delete(this.#recent.keys().next().value as number);
  }

  /** Writes an exchange to the file, where there is one; memory then need not hold it. */
  #write(wire: Wire, facts: Exchange["facts"]): Kept | undefined {
    if (this.#file === undefined) return undefined;
    const line = Buffer.from(`${JSON.stringify(wire)}\n`);
    const at = this.#written;
    // A write may be cut short where the disk is nearly full: then the next one throws.
    for (let done = 0; done < line.length; ) done += writeSync(this.#file, line, done);
    this.#written += line.length;
    return { at, length: line.length, facts };
  }

  /** Keeps exchanges for the report. */
  cite(numbers: readonly number[]): void {
    this.#waiting.settle();
    for (const n of numbers) {
      const kept = this.#recent.get(n);
      if (!kept || this.#cited.has(n)) continue;
      const exchange = this.#read(kept);
      this.#cited.set(n, exchange);
      if (exchange.facts.kind === "a2a") this.cite(exchange.facts.polled_in ?? []);
    }
  }

  /** The distinct addresses that exchanges went to, in order, as far as those are still known. */
  urlsOf(numbers: readonly number[]): string[] {
    this.#waiting.settle();
    const kept = numbers.flatMap((n) => this.#recent.get(n) ?? []);
    return [...new Set(kept.map((one) => this.#read(one).request.url))];
  }

  #read(kept: Kept): Exchange {
    if ("exchange" in kept) return kept.exchange;
    const line = Buffer.alloc(kept.length);
    readSync(this.#file as number, line, 0, kept.length, kept.at);
    return { ...cut(JSON.parse(line.toString("utf8")) as Wire), facts: kept.facts };
  }

  cited(): Exchange[] {
    return [...this.#cited.values()].sort((a, b) => a.n - b.n);
  }

  /** Latency of task calls in milliseconds. */
  timings(): RunResult["timings"] {
    const sorted = this.#durations.toSorted((a, b) => a - b);
    const at = (share: number) => Math.round((sorted[Math.ceil(share * sorted.length) - 1] ?? 0) * 100) / 100;
    return { p50_ms: at(0.5), p95_ms: at(0.95), max_ms: at(1), histogram: histogram(sorted) };
  }

  /** @throws Error when an exchange could not be written. */
  close(): void {
    this.#waiting.settle();
    if (this.#file !== undefined) closeSync(this.#file);
    this.#mustWrite();
  }
}
