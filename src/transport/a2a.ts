import { setTimeout as delay } from "node:timers/promises";
import { getParams, METHODS, sendParams } from "./a2a-messages.ts";
import { type Endpoint, endpointOf, PROFILE } from "./agent-card.ts";
import { AnswerBody } from "./body.ts";
import { findCard } from "./card-search.ts";
import { Client, type ClientOptions } from "./client.ts";
import { isPlainHeader } from "./credentials.ts";
import type { A2aFacts, Exchange } from "./exchange.ts";
import { plain } from "./failures.ts";
import { mergeHeaders } from "./headers.ts";
import { objectOf } from "./json.ts";
import { factsOfBody, message } from "./jsonrpc.ts";
import { phaseOf, stateOf, unwrapped } from "./tasks.ts";
import { argumentsText, type CallOptions, ConnectionError, type Opened, type Transport } from "./transport.ts";

/** How long to wait before a task is asked for again, at first and at most. */
const POLL_MS = 25;
const POLL_MOST_MS = 2_000;

export interface A2aOptions extends ClientOptions {
  /** Puts the arguments of a call under `parameters`, as older sellers ask for, in place of `input`. */
  parameters?: boolean;
}

/**
 * A client for A2A 1.0 and 0.3 over JSON-RPC (https://a2a-protocol.org/v1.0.0/specification/): the agent card says where the
 * seller is and which version it speaks. Calls may overlap.
 * @throws TypeError where the URL, a header or the environment's proxy cannot be used
 */
export function createA2aTransport(options: A2aOptions): Transport {
  return new A2aTransport(options);
}

/** What was agreed on when the connection opened. */
interface Agreed extends Endpoint {
  skills: string[];
  headers: Record<string, string>;
}

/** What the requests of one call have in common. */
interface Sent {
  headers: Record<string, string>;
  /** When the answer has to be complete, on the clock of `performance.now()`. */
  endsAt: number;
  options: CallOptions;
}

class A2aTransport implements Transport {
  readonly kind = "a2a";
  /** Without credentials. */
  readonly url: string;
  readonly #client: Client;
  readonly #credentials: boolean;
  readonly #key: "input" | "parameters";
  #agreed: Agreed | undefined;
  #lastId = 0;

  constructor(options: A2aOptions) {
    this.#client = new Client("a2a", options);
    this.url = this.#client.shown;
    this.#key = options.parameters ? "parameters" : "input";
    const { "user-agent": _, ...headers } = this.#client.headers;
    this.#credentials = Object.entries(headers).some(([name, value]) => !isPlainHeader(name, value));
  }

  async open(options: { signal?: AbortSignal } = {}): Promise<Opened> {
    const { card, at } = await findCard(this.#client, options.signal);
    const { json } = card;
    const endpoint = endpointOf(json, at, this.#credentials);
    if (typeof endpoint === "string") {
      const text = this.#client.redactor.text(`The agent card at ${card.url} ${endpoint}.`);
      const advice = "Give the address of another agent card, or have this one put right.";
      throw new ConnectionError("not_this_protocol", text, advice);
    }
    const extensions = objectOf(json.capabilities)?.extensions;
    const declared = Array.isArray(extensions) && extensions.some((one: unknown) => objectOf(one)?.uri === PROFILE);
    const skills = (Array.isArray(json.skills) ? json.skills : []).flatMap((one: unknown) => {
      const id = objectOf(one)?.id;
      return typeof id === "string" ? [id] : [];
    });
    this.#agreed = { ...endpoint, skills, headers: this.#headersFor(endpoint, declared) };
    const named = (key: string) => (typeof json[key] === "string" ? { [key]: plain(json[key], 200) } : {});
    return {
      protocolVersion: endpoint.version,
      server: { ...named("name"), ...named("version") },
      session: false,
      card,
    };
  }

  async tools(): Promise<string[]> {
    return [...this.#open.skills];
  }

  async call(tool: string, args: unknown, options: CallOptions = {}): Promise<Exchange> {
    const agreed = this.#open;
    const { redactor, timeoutMs, wire } = this.#client;
    if (options.headers) redactor.learnHeaders(options.headers);
    const invocation = {
      skill: tool,
      input: argumentsText(args),
      key: options.invocation === "parameters" ? options.invocation : this.#key,
      parts: options.invocation === "twice" ? 2 : 1,
    };
    const started = performance.now();
    const endsAt = started + timeoutMs;
    const sent = { endsAt, headers: mergeHeaders(agreed.headers, options.headers ?? {}), options };
    const exchange = await this.#request(METHODS[agreed.version].send, sendParams(agreed, invocation), sent, tool);
    const last = await this.#poll(exchange, sent);
    if (last) exchange.duration_ms = Math.round((performance.now() - started) * 1000) / 1000;
    wire.record(exchange);
    return last?.response ? { ...exchange, response: last.response } : exchange;
  }

  async close(): Promise<void> {
    await this.#client.connections.destroy();
  }

  get #open(): Agreed {
    if (!this.#agreed) throw new Error("the transport is not open");
    return this.#agreed;
  }

  #headersFor({ version }: Endpoint, profile: boolean): Record<string, string> {
    const extensions = version === "1.0" ? "a2a-extensions" : "x-a2a-extensions";
    return {
      accept: "application/json",
      "content-type": "application/json",
      ...(version === "1.0" && { "a2a-version": version }),
      ...(profile && { [extensions]: PROFILE }),
      ...this.#client.headers,
    };
  }

  async #request(method: string, params: string, sent: Sent, tool?: string): Promise<Exchange> {
    const id = ++this.#lastId;
    const draft = await this.#client.wire.send({
      operation: method,
      tool,
      attempt: sent.options.attempt,
      method: "POST",
      url: this.#open.url,
      headers: sent.headers,
      body: message(method, params, id),
      endsAt: sent.endsAt,
      signal: sent.options.signal,
      receive: () => new AnswerBody(),
    });
    const { exchange, text } = draft;
    if (text !== undefined && !exchange.failure) {
      const facts = factsOfBody(text, id, () => {});
      exchange.facts = { kind: "a2a", ...(draft.tainted ? this.#client.redactor.facts(facts) : facts) };
    }
    return exchange;
  }

  /**
   * Asks for a task until it is not at work any more, or the time is used up. What it came to is put into the facts of the
   * exchange that began it.
   * @returns the last exchange that asked
   */
  async #poll(first: Exchange, sent: Sent): Promise<Exchange | undefined> {
    const agreed = this.#open;
    const polled: number[] = [];
    let task = taskOf(first);
    let last: Exchange | undefined;
    for (let pause = POLL_MS; task && isAtWork(task); pause = Math.min(pause * 1.5, POLL_MOST_MS)) {
      const { id } = task;
      if (typeof id !== "string" || id === "") break;
      if (performance.now() + pause >= sent.endsAt) {
        const state = plain(String(stateOf(task)), 40);
        first.failure = { kind: "timeout", message: `The task was still "${state}" when its time was used up.` };
        break;
      }
      await delay(pause, undefined, { signal: sent.options.signal }).catch(() => {});
      last = await this.#request(METHODS[agreed.version].get, getParams(agreed, id), sent);
      this.#client.wire.record(last);
      polled.push(last.n);
      const next = taskOf(last);
      if (!next && last.response && isPutOff(last.response.status)) continue;
      if (!next) first.failure = last.failure ?? { kind: "other", message: notATask(last) };
      else first.facts = { ...first.facts, ...last.facts };
      task = next;
    }
    if (polled.length > 0) first.facts = { ...(first.facts as A2aFacts), polled_in: polled };
    return last;
  }
}

function taskOf({ facts }: Exchange): Record<string, unknown> | undefined {
  const task = facts.reply === "result" ? unwrapped(facts.result) : undefined;
  return stateOf(task) === undefined ? undefined : task;
}

const isAtWork = (task: Record<string, unknown>): boolean => phaseOf(stateOf(task)) === "at_work";

const isPutOff = (status: number): boolean => status === 429 || (status >= 502 && status <= 504);

function notATask({ facts, response }: Exchange): string {
  const said = facts.error ? `: ${plain(String(facts.error.message), 200)}` : "";
  return `The task could not be asked for again (HTTP ${response?.status}${said}).`;
}
