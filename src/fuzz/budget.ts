import { PhaseEnd } from "../engine/stop.ts";
import type { Answer } from "../protocol/answer.ts";
import { TASK } from "../protocol/request.ts";

/** Answers in a row that say that the seller is down, before it is left alone. */
const MOST_FAILURES = 8;

export interface Limits {
  /** Most requests of the phase. */
  maxRequests: number;
  /** Seconds from the beginning of the run. */
  maxTime?: number;
}

/** What the phase may still do: requests, time, and a circuit breaker for a seller that is down. */
export class Budget {
  readonly #limits: Limits;
  readonly #first: number;
  readonly #started: number;
  readonly #requests: () => number;
  #failures = 0;
  #last = "";
  /** Answers to the task, and to its calls that write. */
  accepted = 0;
  rejected = 0;
  writes = 0;
  refusedWrites = 0;
  /** Refusals for the rate limit. */
  limited = 0;

  /**
   * @param started when the run began, in milliseconds since the epoch
   * @param requests requests sent so far in the whole run
   */
  constructor(limits: Limits, started: number, requests: () => number) {
    this.#limits = limits;
    this.#started = started;
    this.#requests = requests;
    this.#first = requests();
  }

  /** Requests of the phase so far. */
  get spent(): number {
    return this.#requests() - this.#first;
  }

  get left(): number {
    return this.#limits.maxRequests - this.spent;
  }

  /** Takes note of an answer. */
  see({ tool, request, outcome, exchange }: Answer): void {
    const down =
      outcome.kind === "broken"
        ? outcome.reason === "no_answer" || outcome.reason === "server_error"
        : outcome.kind === "rejected" && outcome.transient === "outage";
    this.#failures = down ? this.#failures + 1 : 0;
    if (down) this.#last = exchange.failure?.message ?? `HTTP ${exchange.response?.status}`;
    if (outcome.kind === "rejected" && outcome.transient === "rate_limit") this.limited++;
    if (tool !== TASK || outcome.kind === "broken") return;
    const refused = outcome.kind === "rejected";
    if (refused) this.rejected++;
    else this.accepted++;
    if (!Object.hasOwn(request, "event_sources")) return;
    this.writes++;
    if (refused) this.refusedWrites++;
  }

  /** @throws PhaseEnd when nothing further is to be sent. */
  mustGoOn(): void {
    const { maxRequests, maxTime } = this.#limits;
    if (this.#failures >= MOST_FAILURES)
      throw new PhaseEnd(
        `the seller seems to be down: ${MOST_FAILURES} calls in a row ended with a server error or without an answer (${this.#last})`,
      );
    if (this.spent >= maxRequests) throw new PhaseEnd(`${maxRequests} requests were used up (--max-requests)`);
    if (maxTime !== undefined && Date.now() - this.#started > maxTime * 1000)
      throw new PhaseEnd(`the time of ${maxTime} s was used up (--max-time)`);
  }
}
