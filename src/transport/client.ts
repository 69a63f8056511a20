import { Connections, proxyFor } from "./connections.ts";
import type { Exchange, WireFacts } from "./exchange.ts";
import { endpoint } from "./headers.ts";
import { Redactor } from "./redact.ts";
import { Wire } from "./wire.ts";

export interface ClientOptions {
  /** The seller's URL, http or https. User information in it is sent as Basic credentials. */
  url: string;
  /** Sent with every request: `Authorization` and the like. Their values are recorded as `***`. */
  headers?: Record<string, string>;
  /** Further values that must never be recorded, wherever they stand. */
  secrets?: readonly string[];
  /** For the connection, in milliseconds: 10,000 unless given. */
  connectTimeoutMs?: number;
  /** For the whole answer, in milliseconds: 30,000 unless given. */
  timeoutMs?: number;
  /** The largest body of an answer, in octets: 16 MiB unless given. */
  maxBytes?: number;
  clientName?: string;
  clientVersion?: string;
  /** Sees every exchange when it is finished, also those that `call` does not return: the handshake, redirects, and so on. */
  onExchange?: (exchange: Exchange) => void;
  /** Numbers the exchanges in the order of sending: from 1 unless given. */
  nextNumber?: () => number;
}

/** What the clients of all transports have in common: sockets, redaction, and how they name themselves. */
export class Client {
  readonly name: string;
  readonly version: string;
  readonly url: URL;
  /** The URL without credentials. */
  readonly shown: string;
  /** Sent with every request, names in lower case. */
  readonly headers: Record<string, string>;
  readonly timeoutMs: number;
  readonly redactor: Redactor;
  readonly connections: Connections;
  readonly wire: Wire;

  /** @throws TypeError where the URL, a header or the environment's proxy cannot be used */
  constructor(kind: WireFacts["kind"], options: ClientOptions) {
    const { url, headers } = endpoint(options.url, options.headers ?? {});
    this.name = options.clientName ?? "adcp-conformance";
    this.version = options.clientVersion ?? "0";
    this.url = url;
    this.headers = { "user-agent": `${this.name}/${this.version}`, ...headers };
    this.timeoutMs = options.timeoutMs ?? 30_000;
    this.redactor = new Redactor(headers, options.secrets ?? []);
    this.redactor.learnUrl(new URL(options.url));
    const proxy = proxyFor(url);
    if (proxy) this.redactor.learnUrl(proxy);
    this.shown = this.redactor.url(url.href);
    this.connections = new Connections(options.connectTimeoutMs ?? 10_000);
    let number = 0;
    this.wire = new Wire({
      kind,
      url,
      connections: this.connections,
      redactor: this.redactor,
      maxBytes: options.maxBytes ?? 16 * 1024 * 1024,
      nextNumber: options.nextNumber ?? (() => ++number),
      onExchange: options.onExchange,
    });
  }
}
