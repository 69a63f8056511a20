import type { Answer } from "../protocol/answer.ts";
import type { JsonObject } from "../protocol/json.ts";
import { readAnswer } from "../protocol/read.ts";
import type { Exchange } from "../transport/exchange.ts";
import type { Transport } from "../transport/transport.ts";
import type { Release } from "../validation/release.ts";
import type { MessageName, Validator } from "../validation/validator.ts";
import { askedToWait, backoff, GATEWAY_RETRIES, Pacer, wait } from "./pacing.ts";
import type { WireOptions } from "./scene.ts";
import { RunEnd, ScenarioEnd } from "./stop.ts";

/** Calls in a row that ended without any answer before the run gives the seller up. */
const MOST_SILENT = 3;
/** Calls in a row that the seller refused for its rate limit, waiting included, before the run gives it up. */
const MOST_LIMITED = 2;

export interface CallerSetup {
  transport: Transport;
  /** The seller's other endpoint. */
  also?: Transport;
  validator: Validator;
  /** The release by which an answer to the request with this payload is judged. */
  releaseOf(payload: JsonObject | undefined, request: JsonObject): Release;
  /** Hears of every answer, retried ones included. */
  onAnswer(answer: Answer, last: boolean): void;
  onWait(seconds: number, why: string): void;
  random(): number;
  maxWait: number;
  maxRps?: number;
  signal?: AbortSignal;
}

/** Sends calls at the pace the seller and the user allow, retries what deserves it, and reads the answers. */
export class Caller {
  readonly #setup: CallerSetup;
  readonly #pacer: Pacer;
  /** How many calls were sent under each idempotency key. */
  readonly #keys = new Map<unknown, number>();
  #silent = 0;
  #limited = 0;
  #signal: AbortSignal | undefined;
  /** Calls that the seller's rate limit refused to the end, and the exchanges that show it. */
  readonly givenUp: { tool: string; request: JsonObject; exchanges: number[] }[] = [];

  constructor(setup: CallerSetup) {
    this.#setup = setup;
    this.#pacer = new Pacer(setup.maxRps);
    this.#signal = setup.signal;
  }

  /** Whether the seller answered the last call. */
  get responsive(): boolean {
    return this.#silent === 0 && this.#limited === 0;
  }

  /** From now on only this signal ends calls: used to put the account in order after an interruption. */
  listenTo(signal: AbortSignal | undefined): void {
    this.#signal = signal;
    this.#silent = 0;
    this.#limited = 0;
  }

  /**
   * @throws ScenarioEnd when the seller kept refusing for its rate limit.
   * @throws RunEnd when the run was interrupted, or the seller does not answer any more.
   */
  async call(tool: string, request: JsonObject, wire: WireOptions = {}): Promise<Answer> {
    const attempts: number[] = [];
    const limited: number[] = [];
    const key = request["idempotency_key"];
    if (key !== undefined) this.#keys.set(key, (this.#keys.get(key) ?? 0) + 1);
    let waited = 0;
    for (let retry = 0; ; retry++) {
      await this.#turn();
      const transport = (wire.also && this.#setup.also) || this.#setup.transport;
      const exchange = await transport.call(tool, wire.json === undefined ? request : { json: wire.json }, {
        attempt: retry + 1,
        ...(wire.headers && { headers: wire.headers }),
        ...(wire.invocation && { invocation: wire.invocation }),
        ...(this.#signal && { signal: this.#signal }),
      });
      if (exchange.failure?.kind === "aborted") throw new RunEnd("the run was interrupted");
      attempts.push(exchange.n);
      const answer = this.#read(tool, request, exchange, attempts, {
        ...(limited.length > 0 && { limited: [...limited] }),
        ...((this.#keys.get(key) ?? 0) > 1 && { reused: true as const }),
      });
      if (isLimited(answer)) limited.push(exchange.n);
      const pause = this.#pause(answer, retry, waited);
      this.#setup.onAnswer(answer, pause === undefined);
      if (pause === undefined) return this.#finish(answer);
      if (pause.seconds >= 1) this.#setup.onWait(pause.seconds, pause.why);
      await this.#sleep(pause.seconds * 1000);
      waited += pause.seconds;
    }
  }

  async #turn(): Promise<void> {
    if (this.#signal?.aborted) throw new RunEnd("the run was interrupted");
    await this.#pacer.turn(this.#signal).catch(() => {
      throw new RunEnd("the run was interrupted");
    });
  }

  async #sleep(ms: number): Promise<void> {
    await wait(ms, this.#signal).catch(() => {
      throw new RunEnd("the run was interrupted");
    });
  }

  #read(
    tool: string,
    request: JsonObject,
    exchange: Exchange,
    attempts: number[],
    history: Pick<Answer, "limited" | "reused">,
  ): Answer {
    const reading = readAnswer(tool, exchange);
    const release = this.#setup.releaseOf(reading.payload, request);
    const { validator } = this.#setup;
    const answer = { ...reading, ...history, tool, request, exchange, attempts: [...attempts], release };
    let issues: Answer["issues"] | undefined;
    // Validated when a rule asks for it: by then the next call may be under way.
    return Object.defineProperty(answer, "issues", {
      enumerable: true,
      get: () => {
        issues ??= issuesOf(answer, validator);
        return issues;
      },
    }) as Answer;
  }

  /** How long to wait before the call is sent again; `undefined` when it is not. */
  #pause(answer: Answer, retry: number, waited: number): { seconds: number; why: string } | undefined {
    const { outcome, exchange } = answer;
    const transient = outcome.kind === "rejected" ? outcome.transient : undefined;
    const cut = exchange.failure?.kind;
    if (!transient && cut !== "refused" && cut !== "closed") return undefined;
    const limited = transient === "rate_limit";
    // A dropped connection may be an idle one that the seller closed meanwhile: one more try tells.
    const most = cut === "closed" ? 1 : limited ? Number.POSITIVE_INFINITY : GATEWAY_RETRIES;
    if (retry >= most) return undefined;
    const seconds = askedToWait(answer) ?? backoff(retry, this.#setup.random) / 1000;
    const why = limited ? "the seller limits the rate" : transient ? "the seller is not available" : "no connection";
    // A server that asks for no wait at all is given a moment, so that a loop of refusals stays bounded.
    const pause = Math.max(seconds, limited ? 0.05 : 0);
    return waited + pause > this.#setup.maxWait ? undefined : { seconds: pause, why };
  }

  #finish(answer: Answer): Answer {
    const { tool, request, exchange, attempts } = answer;
    const refused = isLimited(answer);
    if (refused) this.givenUp.push({ tool, request, exchanges: attempts });
    this.#limited = refused ? this.#limited + 1 : 0;
    const silent = exchange.response === undefined || exchange.failure?.kind === "timeout";
    this.#silent = silent ? this.#silent + 1 : 0;
    if (this.#silent >= MOST_SILENT) {
      throw new RunEnd(
        `the seller gave no answer to ${MOST_SILENT} calls in a row (${exchange.failure?.message ?? "no answer"})`,
      );
    }
    if (refused) {
      const reason = `the seller kept refusing for its rate limit; it was waited for up to ${this.#setup.maxWait} s (--max-wait)`;
      throw this.#limited >= MOST_LIMITED ? new RunEnd(reason) : new ScenarioEnd(reason);
    }
    return answer;
  }
}

const RESPONSE_OF: Record<string, MessageName> = {
  sync_event_sources: "sync-event-sources-response",
  log_event: "log-event-response",
  get_adcp_capabilities: "get-adcp-capabilities-response",
};

const isLimited = ({ outcome }: Answer): boolean => outcome.kind === "rejected" && outcome.transient === "rate_limit";

/** What the response schema says of an answer's payload. A JSON-RPC error's data is no task response. */
export function issuesOf(answer: Omit<Answer, "issues">, validator: Validator, release = answer.release) {
  const message = RESPONSE_OF[answer.tool];
  if (!message || !answer.payload || answer.place === "error.data") return [];
  return validator.validate(message, release, answer.payload);
}
