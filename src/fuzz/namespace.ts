import type { Buyer, Written } from "../engine/scene.ts";
import type { EventSource } from "../protocol/event-source.ts";
import { isObject, type JsonObject } from "../protocol/json.ts";
import { isSymbol, type SymbolicSource } from "./step.ts";

/** The ids and keys that stand for the symbols of one try. */
export class Namespace {
  readonly #buyer: Buyer;
  readonly #ids = new Map<string, string>();
  /** Calls that were accepted as a whole, by the symbol of their key, with the state in which they left the account. */
  readonly calls = new Map<string, { written: Written; request: JsonObject }>();

  /** Symbols of keys that were used on the second account as well. */
  readonly usedElsewhere = new Set<string>();

  constructor(buyer: Buyer) {
    this.#buyer = buyer;
  }

  id(symbol: string): string {
    const known = this.#ids.get(symbol);
    if (known !== undefined) return known;
    const id = this.#buyer.eventSource().event_source_id;
    this.#ids.set(symbol, id);
    return id;
  }

  /** A JSON value with ids in place of the symbols that stand in it as `event_source_id`. */
  fill(value: unknown): unknown {
    if (Array.isArray(value)) return value.map((one) => this.fill(one));
    if (!isObject(value)) return value;
    const filled = Object.entries(value).map(([name, one]) =>
      name === "event_source_id" && isSymbol(one) ? [name, this.id(one)] : [name, this.fill(one)],
    );
    return Object.fromEntries(filled);
  }

  sources(symbolic: readonly SymbolicSource[]): EventSource[] {
    return symbolic.map((source) => ({ ...source, event_source_id: this.id(source.event_source_id) }));
  }
}
