import type { Exchange } from "./exchange.ts";
import { type CallOptions, ConnectionError, type JsonText, type Opened, type Transport } from "./transport.ts";

/** Several endpoints of one deployment as one: each call goes to the next of them, retries included. */
export function rotate(first: Transport, ...others: readonly Transport[]): Transport {
  return others.length === 0 ? first : new Rotating(first, others);
}

class Rotating implements Transport {
  readonly url: string;
  readonly #first: Transport;
  readonly #all: readonly Transport[];
  #calls = 0;

  constructor(first: Transport, others: readonly Transport[]) {
    this.#first = first;
    this.#all = [first, ...others];
    this.url = first.url;
  }

  get kind(): Transport["kind"] {
    return this.#first.kind;
  }

  async open(options: { signal?: AbortSignal } = {}): Promise<Opened> {
    let opened: Opened | undefined;
    for (const one of this.#all) {
      const own = await one.open(options);
      opened ??= own;
      if (one.kind === this.kind) continue;
      const message = `${one.url} does not speak what ${this.url} speaks.`;
      throw new ConnectionError("not_this_protocol", message, "Give replicas of one endpoint.");
    }
    return opened as Opened;
  }

  tools(options: { signal?: AbortSignal } = {}): Promise<string[]> {
    return this.#first.tools(options);
  }

  call(tool: string, args: unknown | JsonText, options: CallOptions = {}): Promise<Exchange> {
    const next = this.#all[this.#calls++ % this.#all.length] as Transport;
    return next.call(tool, args, options);
  }

  async close(): Promise<void> {
    await Promise.all(this.#all.map((one) => one.close()));
  }
}
