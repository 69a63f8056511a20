import { Buffer } from "node:buffer";
import type { AnswerBody } from "./body.ts";
import type { Connections } from "./connections.ts";
import type { Exchange, WireFacts, WireFailure } from "./exchange.ts";
import { toFailure } from "./failures.ts";
import { type HttpAnswer, roundTrip } from "./http.ts";
import type { Redactor } from "./redact.ts";
import { MAX_REDIRECTS, redirectOf } from "./redirects.ts";

/** The largest part of an unfinished body that is kept. */
const PARTIAL = 4096;

/** One request to send, and what its exchange is to be called. */
interface Sending {
  operation: string;
  tool?: string;
  attempt?: number;
  method: "GET" | "POST" | "DELETE";
  /** The URL of the wire unless given. */
  url?: URL;
  /** Names in lower case. */
  headers: Record<string, string>;
  body?: string;
  /** When the answer has to be complete, on the clock of `performance.now()`. */
  endsAt: number;
  signal?: AbortSignal;
  /** Makes a receiver for the body; a redirect that is followed needs another one. */
  receive: () => AnswerBody;
}

/** An exchange whose facts are still to be read from the answer. */
export interface Draft {
  exchange: Exchange;
  /** Where it was sent in the end, credentials included. */
  url: URL;
  body: AnswerBody;
  /** The answer's headers as received, credentials included. */
  headers: Record<string, string>;
  /** The HTTP status; 0 where no head was read. */
  status: number;
  /** The body as received; undefined where there is no complete answer. */
  text?: string;
  /** Whether the body holds a credential: then values read from it have to be redacted too. */
  tainted: boolean;
}

interface WireOptions {
  kind: WireFacts["kind"];
  url: URL;
  connections: Connections;
  redactor: Redactor;
  maxBytes: number;
  nextNumber: () => number;
  onExchange?: (exchange: Exchange) => void;
}

/** Sends requests to one origin and makes an exchange of each, credentials replaced. */
export class Wire {
  readonly #options: WireOptions;

  constructor(options: WireOptions) {
    this.#options = options;
  }

  /** Hands a finished exchange to whoever listens. */
  record(exchange: Exchange): void {
    this.#options.onExchange?.(exchange);
  }

  /** Sends a request, following safe redirects: those are recorded here, the last exchange by the caller. Never rejects. */
  async send(sending: Sending): Promise<Draft> {
    let url = sending.url ?? this.#options.url;
    for (let redirects = 0; ; redirects++) {
      const draft = await this.#once(sending, url);
      const { exchange } = draft;
      if (exchange.failure || !exchange.response) return draft;
      const redirect = redirectOf(url, exchange.response.status, draft.headers.location, sending.method);
      if (!redirect) return draft;
      if ("refused" in redirect) return this.#refuse(draft, redirect.refused);
      if (redirects === MAX_REDIRECTS) return this.#refuse(draft, `More than ${MAX_REDIRECTS} redirects in a row.`);
      this.record(exchange);
      url = redirect.follow;
    }
  }

  #refuse(draft: Draft, message: string): Draft {
    const text = this.#options.redactor.text(message);
    draft.exchange.failure = { kind: "redirect", message: text, status: draft.exchange.response!.status };
    return draft;
  }

  async #once(sending: Sending, url: URL): Promise<Draft> {
    const { redactor, maxBytes } = this.#options;
    const bytes = sending.body === undefined ? undefined : Buffer.from(sending.body);
    const headers = sending.headers;
    const limits = { endsAt: sending.endsAt, maxBytes, signal: sending.signal };
    const body = sending.receive();
    const n = this.#options.nextNumber();
    const at = new Date().toISOString();
    const started = performance.now();
    const answer = await this.#roundTrip({ method: sending.method, url, headers, body: bytes }, limits, body);
    const duration = performance.now() - started;

    const session = answer.headers["mcp-session-id"];
    if (session !== undefined) redactor.learn(session, 8);
    const added: Record<string, string> = { host: url.host, connection: "keep-alive" };
    if (bytes) added["content-length"] = String(bytes.length);
    const exchange: Exchange = {
      n,
      at,
      operation: sending.operation,
      ...(sending.tool === undefined ? {} : { tool: redactor.text(sending.tool) }),
      attempt: sending.attempt ?? 1,
      request: {
        method: sending.method,
        url: redactor.url(url.href),
        headers: redactor.headers({ ...added, ...headers }),
        ...(sending.body === undefined ? {} : { body: redactor.text(sending.body) }),
      },
      facts: { kind: this.#options.kind, reply: "none" },
      duration_ms: Math.round(duration * 1000) / 1000,
    };
    const draft: Draft = { exchange, url, body, headers: answer.headers, status: answer.status ?? 0, tainted: false };
    let error = answer.error;
    if (error === undefined) {
      try {
        this.accept(draft);
      } catch (notText) {
        error = notText;
      }
    }
    if (error !== undefined) exchange.failure = this.#failure(error, url, answer, body);
    return draft;
  }

  async #roundTrip(...[request, limits, body]: Tail<Parameters<typeof roundTrip>>): Promise<HttpAnswer> {
    try {
      return await roundTrip(this.#options.connections.to(request.url), request, limits, body);
    } catch (error) {
      return { headers: {}, error };
    }
  }

  /**
   * Takes what was received for the answer.
   * @throws WireError `not_utf8`
   */
  accept(draft: Draft): void {
    const { redactor } = this.#options;
    const text = draft.body.text();
    const shown = redactor.text(text);
    draft.text = text;
    draft.tainted ||= shown !== text;
    draft.exchange.response = {
      status: draft.status,
      headers: redactor.headers(draft.headers),
      body: shown,
      bytes: draft.body.bytes,
    };
    delete draft.exchange.failure;
  }

  #failure(error: unknown, url: URL, answer: HttpAnswer, body: AnswerBody): WireFailure {
    const { redactor } = this.#options;
    const failure = toFailure(error, url.host);
    failure.message = redactor.text(failure.message);
    if (answer.status !== undefined) failure.status = answer.status;
    if (body.bytes > 0) failure.partial = redactor.part(body.start(PARTIAL * 2), PARTIAL);
    return failure;
  }
}

type Tail<T extends unknown[]> = T extends [unknown, ...infer Rest] ? Rest : never;
