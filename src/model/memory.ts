import type { Snapshot, Write } from "../engine/oracle.ts";
import { isOwnId, type Row } from "../protocol/event-source.ts";
import { type JsonObject, own } from "../protocol/json.ts";
import { type Entry, entriesOf } from "./entries.ts";
import { contradicts, FIELDS, type Field, isShown, sameValue } from "./fields.ts";

/** Where a field is not as it was asked for. */
export interface WrongField {
  field: Field;
  /** What is wrong, to stand behind the source's id. */
  what: string;
  expected: unknown;
  actual: unknown;
}

/** What is known of an account beyond what one discovery shows. */
export class Memory {
  /** The last entry that was accepted for an id: what a seller does not show is known from here alone. */
  readonly #sent = new Map<string, JsonObject>();
  readonly #known = new Set<string>();
  /** Fields that this seller shows of buyer-managed sources. */
  readonly #shows = new Set<Field>();
  readonly #sellerIds = new Map<string, string>();

  see(snapshot: Snapshot): void {
    for (const row of snapshot.rows) {
      if (row.managedBy === "seller") continue;
      for (const field of FIELDS) if (isShown(row.raw[field])) this.#shows.add(field);
    }
  }

  accept(entry: Entry): void {
    this.#sent.set(entry.id, entry.source);
    this.#known.add(entry.id);
  }

  /** What was sent for these ids before does not tell any more what they hold. */
  unsure(ids: readonly string[]): void {
    for (const id of ids) {
      this.#sent.delete(id);
      this.#known.add(id);
    }
  }

  /** Whether a source of this id was ever made by the run. */
  knows(id: string): boolean {
    return this.#known.has(id);
  }

  sent(id: string): JsonObject | undefined {
    return this.#sent.get(id);
  }

  /** The seller's own id of a source as it was seen before, and takes note of the one seen now. */
  sellerId(row: Row): { earlier: string | undefined; now: string } | undefined {
    const now = row.raw["seller_id"];
    if (!isOwnId(row.id) || typeof now !== "string" || row.action === "deleted" || row.action === "failed")
      return undefined;
    const earlier = this.#sellerIds.get(row.id);
    this.#sellerIds.set(row.id, now);
    return { earlier, now };
  }

  /** Whether an entry asks for a change of a source; `undefined` when nothing shown or remembered tells. */
  differs(entry: Entry, was: Row): boolean | undefined {
    const known = this.#sent.get(entry.id);
    let certain = true;
    for (const field of FIELDS) {
      const wanted = entry.source[field];
      const current = isShown(was.raw[field]) ? was.raw[field] : known?.[field];
      if (wanted === undefined) {
        // Left out: a seller that keeps it changes nothing, one that clears it does. Left out before as well, nothing does.
        if (isShown(current) && !(known && !isShown(known[field]))) certain = false;
      } else if (!isShown(current)) {
        if (this.#shows.has(field) || known) return true;
        certain = false;
      } else if (isShown(was.raw[field]) ? contradicts(field, wanted, current) : !sameValue(field, wanted, current)) {
        return true;
      }
    }
    return certain ? false : undefined;
  }

  /** The first field of a source that is not as the entry asked, or that holds what belongs to another source. */
  wrongField(entry: Entry, was: Row | undefined, is: Row, write: Write): WrongField | undefined {
    for (const field of FIELDS) {
      const wanted = entry.source[field];
      const shown = is.raw[field];
      if (wanted === undefined) {
        const owner = isShown(shown) ? this.#ownerOf(field, shown, entry, was, write) : undefined;
        const expected = was?.raw[field] ?? "nothing";
        if (owner !== undefined) return { field, what: `holds the ${field} of "${owner}"`, expected, actual: shown };
      } else if (contradicts(field, wanted, shown)) {
        return { field, what: `was to get another ${field} than it has afterwards`, expected: wanted, actual: shown };
      } else if (!isShown(shown) && this.#shows.has(field)) {
        return { field, what: `has no ${field} afterwards`, expected: wanted, actual: shown ?? "nothing" };
      }
    }
    return undefined;
  }

  /** Another source that the value must have come from. Only values that no two sources share by chance tell. */
  #ownerOf(field: Field, shown: unknown, entry: Entry, was: Row | undefined, write: Write): string | undefined {
    if (field === "event_types" || field === "action_source" || field === "value_currencies") return undefined;
    if (field === "surface" && !isShown(own(shown, "property_id"))) return undefined;
    if ((was && sameValue(field, was.raw[field], shown)) || shown === entry.id) return undefined;
    if (sameValue(field, this.#sent.get(entry.id)?.[field], shown)) return undefined;
    const others = [...entriesOf(write.request), ...write.before.rows.map(({ id, raw }) => ({ id, source: raw }))];
    const owners = others.filter(({ id, source }) => id !== entry.id && sameValue(field, source[field], shown));
    return owners.length === 1 ? owners[0]?.id : undefined;
  }
}
