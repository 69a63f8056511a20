import { type A2aOptions, createA2aTransport } from "./a2a.ts";
import { isCardUrl } from "./agent-card.ts";
import type { Exchange } from "./exchange.ts";
import { createMcpTransport } from "./mcp.ts";
import {
  type CallOptions,
  ConnectionError,
  type ConnectionProblem,
  type JsonText,
  type Opened,
  type Transport,
} from "./transport.ts";

/** What MCP's handshake may meet at the URL of an A2A agent. Whoever cannot be reached speaks nothing else either. */
const MAY_BE_A2A: readonly ConnectionProblem[] = ["not_this_protocol", "credentials", "redirect", "server_error"];

/** A transport that finds out what a URL speaks: MCP is tried first, then agent cards are sought. */
export function createAutoTransport(options: A2aOptions): Transport {
  return new AutoTransport(options);
}

class AutoTransport implements Transport {
  readonly url: string;
  readonly #options: A2aOptions;
  #chosen: Transport;

  constructor(options: A2aOptions) {
    this.#options = options;
    this.#chosen = isCardUrl(new URL(options.url)) ? createA2aTransport(options) : createMcpTransport(options);
    this.url = this.#chosen.url;
  }

  get kind(): Transport["kind"] {
    return this.#chosen.kind;
  }

  async open(options: { signal?: AbortSignal } = {}): Promise<Opened> {
    const first = this.#chosen;
    try {
      return await first.open(options);
    } catch (error) {
      const other = error instanceof ConnectionError && first.kind === "mcp" && MAY_BE_A2A.includes(error.problem);
      if (!other) throw error;
      const a2a = createA2aTransport(this.#options);
      const opened = await a2a.open(options).catch(async (second: unknown) => {
        await a2a.close();
        throw second instanceof ConnectionError ? neither(error, second) : second;
      });
      this.#chosen = a2a;
      await first.close();
      return opened;
    }
  }

  tools(options: { signal?: AbortSignal } = {}): Promise<string[]> {
    return this.#chosen.tools(options);
  }

  call(tool: string, args: unknown | JsonText, options: CallOptions = {}): Promise<Exchange> {
    return this.#chosen.call(tool, args, options);
  }

  close(): Promise<void> {
    return this.#chosen.close();
  }
}

const OTHER_ADDRESS = "Give the address of the endpoint itself (often it ends in /mcp), or of the agent card.";

/** Both were tried. Where credentials were refused, other ones are what helps. */
function neither(mcp: ConnectionError, a2a: ConnectionError): ConnectionError {
  if (a2a.problem === "aborted") return a2a;
  const { problem, advice, exchange } = a2a.problem === "credentials" ? a2a : mcp;
  const or = problem === "not_this_protocol" && a2a.problem === problem ? OTHER_ADDRESS : advice;
  return new ConnectionError(problem, `Over MCP: ${mcp.message} Over A2A: ${a2a.message}`, or, exchange);
}
