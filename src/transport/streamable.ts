import { setTimeout as delay } from "node:timers/promises";
import { AnswerBody } from "./body.ts";
import type { Exchange, McpFacts, RpcFacts } from "./exchange.ts";
import { mergeHeaders, sendable } from "./headers.ts";
import { parseJson } from "./json.ts";
import { factsOf, factsOfBody, type Messages, message, readMessages, type ServerRequest } from "./jsonrpc.ts";
import type { Redactor } from "./redact.ts";
import type { Draft, Wire } from "./wire.ts";

/** How long to wait before a stream is continued, unless the server says otherwise; and the least, whatever it says. */
const RESUME_MS = 1_000;
const RESUME_MIN_MS = 50;
/** How many requests of the server are answered for each request of ours. */
const MAX_REPLIES = 100;
/** How long the end of a session may take. */
const END_MS = 2_000;

/** What the server and we agreed on when the connection opened. Another agreement is another object. */
export interface Session {
  readonly id?: string;
  readonly protocolVersion?: string;
}

/** A JSON-RPC request that expects an answer. */
export interface Call {
  method: string;
  /** JSON text. */
  params?: string;
  tool?: string;
  attempt?: number;
  headers?: Record<string, string | null>;
  signal?: AbortSignal;
}

/** The finished exchange, and the session that its answer named. */
export interface Answered {
  exchange: Exchange;
  sessionId?: string;
}

/** One request while its answer is sought. */
interface Search {
  id: number;
  call: Call;
  headers: Record<string, string>;
  session: Session;
  endsAt: number;
  answer?: Messages["answer"];
  replies: number;
}

/** JSON-RPC messages over streamable HTTP: answers as JSON and as event streams, and what a server asks meanwhile. */
export class StreamableHttp {
  readonly #wire: Wire;
  readonly #redactor: Redactor;
  readonly #headers: Record<string, string>;
  readonly #timeoutMs: number;
  readonly #background = new Set<Promise<void>>();
  #lastId = 0;

  /** @param headers sent with every request, names in lower case */
  constructor(wire: Wire, redactor: Redactor, headers: Record<string, string>, timeoutMs: number) {
    this.#wire = wire;
    this.#redactor = redactor;
    this.#headers = { ...headers };
    this.#timeoutMs = timeoutMs;
  }

  /** Sends a request and reads until its answer is there. Everything that goes wrong is told in the exchange. */
  async request(call: Call, session: Session): Promise<Answered> {
    const headers = mergeHeaders(this.#headersOf(session), call.headers ?? {});
    const started = performance.now();
    const search: Search = {
      id: ++this.#lastId,
      call,
      headers,
      session,
      endsAt: started + this.#timeoutMs,
      replies: 0,
    };
    const draft = await this.#wire.send({
      operation: call.method,
      tool: call.tool,
      attempt: call.attempt,
      method: "POST",
      headers,
      body: message(call.method, call.params, search.id),
      endsAt: search.endsAt,
      signal: call.signal,
      receive: () => this.#receiver(search),
    });
    const { exchange } = draft;
    if (draft.body.stream && !search.answer) await this.#resume(draft, search, started);
    if (!exchange.failure) this.#readFacts(draft, search);
    this.#wire.record(exchange);
    return { exchange, sessionId: draft.headers["mcp-session-id"] };
  }

  /** Sends a notification: no answer is expected, and none is waited for beyond the HTTP one. */
  async notify(method: string, session: Session, signal?: AbortSignal): Promise<void> {
    await this.#deliver(method, message(method, undefined), session, signal);
  }

  /** Ends a session. A server may refuse that. */
  async end(session: Session): Promise<void> {
    const draft = await this.#wire.send({
      operation: "session/end",
      method: "DELETE",
      headers: mergeHeaders(this.#headersOf(session), { "content-type": null }),
      endsAt: performance.now() + Math.min(END_MS, this.#timeoutMs),
      receive: () => new AnswerBody(),
    });
    this.#readFacts(draft);
    this.#wire.record(draft.exchange);
  }

  /** Waits for everything that was sent without being waited for. */
  async settled(): Promise<void> {
    await Promise.all(this.#background);
  }

  async #deliver(operation: string, body: string, session: Session, signal?: AbortSignal): Promise<void> {
    const draft = await this.#wire.send({
      operation,
      method: "POST",
      headers: this.#headersOf(session),
      body,
      endsAt: performance.now() + this.#timeoutMs,
      signal,
      receive: () => new AnswerBody(),
    });
    this.#readFacts(draft);
    this.#wire.record(draft.exchange);
  }

  #headersOf(session: Session): Record<string, string> {
    return mergeHeaders(this.#headers, {
      "mcp-protocol-version": sendable(session.protocolVersion) ? session.protocolVersion : undefined,
      "mcp-session-id": session.id,
    });
  }

  #receiver(search: Search): AnswerBody {
    return new AnswerBody((data) => {
      const parsed = parseJson(data);
      if (!parsed) return false;
      const { answer, requests } = readMessages(parsed.value, search.id, false);
      for (const request of requests) this.#reply(request, search);
      search.answer = answer;
      return answer !== undefined;
    });
  }

  /** Answers a request of the server without waiting: `ping` is understood, nothing else was offered. */
  #reply(request: ServerRequest, search: Search): void {
    if (search.replies++ >= MAX_REPLIES) return;
    const id = JSON.stringify(request.id);
    const outcome =
      request.method === "ping"
        ? '"result":{}'
        : '"error":{"code":-32601,"message":"This client offers no such method."}';
    const sent = this.#deliver("response", `{"jsonrpc":"2.0","id":${id},${outcome}}`, search.session)
      // Nobody awaits this: a listener that fails is told by the next exchange that somebody does await.
      .catch(() => {})
      .finally(() => this.#background.delete(sent));
    this.#background.add(sent);
  }

  /**
   * Continues an event stream that ended without the answer, as often as the server lets it end, from the last event that had
   * an id (transports, "Resumability and Redelivery"). Each GET is an exchange of its own.
   */
  async #resume(draft: Draft, search: Search, started: number): Promise<void> {
    const { exchange } = draft;
    let { lastEventId, retryMs } = draft.body.stream!;
    const resumed: number[] = [];
    let ended = endedEarly(exchange);
    while (ended && !search.answer && sendable(lastEventId)) {
      const wait = Math.max(RESUME_MIN_MS, retryMs ?? RESUME_MS);
      if (performance.now() + wait >= search.endsAt) {
        const message = "The event stream ended without the answer, and there was no time left to continue it.";
        exchange.failure = { kind: "timeout", message };
        break;
      }
      await delay(wait, undefined, { signal: search.call.signal }).catch(() => {});
      const next = await this.#wire.send({
        operation: "stream/resume",
        tool: search.call.tool,
        attempt: search.call.attempt,
        method: "GET",
        headers: mergeHeaders(search.headers, {
          accept: "text/event-stream",
          "content-type": null,
          "last-event-id": lastEventId,
        }),
        endsAt: search.endsAt,
        signal: search.call.signal,
        receive: () => this.#receiver(search),
      });
      resumed.push(next.exchange.n);
      draft.tainted ||= next.tainted;
      this.#readFacts(next, search);
      this.#wire.record(next.exchange);
      ended = next.body.stream !== undefined && endedEarly(next.exchange);
      lastEventId = next.body.stream?.lastEventId ?? lastEventId;
      retryMs = next.body.stream?.retryMs ?? retryMs;
      const failed = next.exchange.failure;
      if (failed && !ended) exchange.failure = failed;
    }
    if (resumed.length === 0) return;
    exchange.duration_ms = Math.round((performance.now() - started) * 1000) / 1000;
    if (search.answer) this.#wire.accept(draft);
    exchange.facts = { ...(exchange.facts as McpFacts), resumed_in: resumed };
  }

  #readFacts(draft: Draft, search?: Search): void {
    const { exchange } = draft;
    if (draft.text === undefined) return;
    const facts: RpcFacts = draft.body.stream
      ? factsOf(search?.answer, "sse")
      : factsOfBody(draft.text, search?.id, (request) => search && this.#reply(request, search));
    exchange.facts = { ...exchange.facts, ...(draft.tainted ? this.#redactor.facts(facts) : facts) };
  }
}

/** Whether an answer came to its end, or to the end of its connection, and not to one of our limits. */
function endedEarly(exchange: Exchange): boolean {
  return exchange.failure ? exchange.failure.kind === "closed" : exchange.response?.status === 200;
}
