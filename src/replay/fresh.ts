import { randomUUID } from "node:crypto";

const OWN_ID = /cf_([0-9a-f]{8})_(\d{1,9})/gi;
const KEY = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** Puts fresh ids and keys in the place of those that a run made; an id, or a key, that comes again is the same again. */
export class Fresh {
  readonly #runs: ReadonlySet<string>;
  readonly #nextId: () => string;
  readonly #ids = new Map<string, string>();
  readonly #keys = new Map<string, string>();

  /** @param runs ids of the runs whose ids are replaced; those of anybody else stay. */
  constructor(runs: readonly string[], nextId: () => string) {
    this.#runs = new Set(runs);
    this.#nextId = nextId;
  }

  /** A copy of a JSON value. `__proto__` stays an ordinary key. */
  of(value: unknown): unknown {
    if (typeof value === "string") return this.#text(value);
    if (Array.isArray(value)) return value.map((one) => this.of(one));
    if (typeof value !== "object" || value === null) return value;
    const copy: Record<string, unknown> = {};
    for (const [key, one] of Object.entries(value)) {
      const fresh = key === "idempotency_key" && typeof one === "string" ? this.#key(one) : this.of(one);
      Object.defineProperty(copy, key, { value: fresh, enumerable: true, configurable: true, writable: true });
    }
    return copy;
  }

  /** Keys that are meant to be odd stay as they are. */
  #key(key: string): string {
    if (!KEY.test(key)) return key;
    const fresh = this.#keys.get(key) ?? randomUUID();
    this.#keys.set(key, fresh);
    return fresh;
  }

  #text(text: string): string {
    return text.replace(OWN_ID, (whole, run: string, number: string) => {
      if (!this.#runs.has(run.toLowerCase())) return whole;
      const id = `${run.toLowerCase()}_${Number(number)}`;
      const fresh = this.#ids.get(id) ?? this.#nextId();
      this.#ids.set(id, fresh);
      return whole.startsWith("CF") ? fresh.toUpperCase() : fresh;
    });
  }
}
