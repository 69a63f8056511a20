import { type EventSource, isOwnId, type Row } from "../protocol/event-source.ts";
import { type JsonObject, own } from "../protocol/json.ts";
import { TASK } from "../protocol/request.ts";
import type { Change, Snapshot } from "./oracle.ts";
import { RunEnd } from "./stop.ts";

/** Sources of the tool's own that may stand on an account from which nothing may be deleted. */
export const MOST_LEFTOVERS = 10;

export interface GuardSetup {
  allowDestructive: boolean;
  /** Ids that the account's owner says are seller-managed. */
  sellerManaged: readonly string[];
  /** Why the account is not the run's any more, where what discovery shows says so. */
  taken?(shown: Snapshot, first: Snapshot): string | undefined;
}

const names = (ids: string[]) =>
  ids.length > 5 ? `${ids.slice(0, 5).join(", ")} and ${ids.length - 5} more` : ids.join(", ");

/**
 * The account guard of one account. It knows what was there before the first write, decides which requests may be sent, and
 * notices when something that is not the tool's own was changed.
 */
export class Guard {
  readonly #setup: GuardSetup;
  readonly #first: Snapshot;
  readonly #foreign: Map<string, Row>;
  readonly #sellerManaged: Map<string, Row>;
  /** Ids that were there at first. */
  readonly #there: Set<string>;
  readonly #sent = new Set<string>();
  #withdrawn: string | undefined;
  #halted: string | undefined;
  #proven = false;

  constructor(first: Snapshot, setup: GuardSetup) {
    this.#setup = setup;
    this.#first = first;
    this.#there = new Set(first.rows.map((row) => row.id));
    // Where discovery says that a source is the buyer's, a word of the user's is not enough to risk it.
    const isSellers = ({ id, managedBy, raw }: Row) =>
      managedBy === "seller" || (setup.sellerManaged.includes(id) && raw["managed_by"] !== "buyer");
    this.#sellerManaged = new Map(first.rows.filter(isSellers).map((row) => [row.id, row]));
    this.#foreign = new Map(
      first.rows.filter((row) => !isSellers(row) && !isOwnId(row.id)).map((row) => [row.id, row]),
    );
  }

  get first(): Snapshot {
    return this.#first;
  }

  /** Buyer-managed sources that are not the tool's own. */
  get foreign(): Row[] {
    return [...this.#foreign.values()];
  }

  get sellerManaged(): Row[] {
    return [...this.#sellerManaged.values()];
  }

  get own(): Row[] {
    return this.#first.rows.filter((row) => isOwnId(row.id) && !this.#sellerManaged.has(row.id));
  }

  /** Why nothing may be sent that could delete or overwrite; `undefined` when it may. */
  get limited(): string | undefined {
    if (this.#withdrawn !== undefined) return this.#withdrawn;
    if (this.#foreign.size > 0 && !this.#setup.allowDestructive) {
      const ids = names([...this.#foreign.keys()]);
      return `the account holds buyer-managed sources that are not the tool's own (${ids}), which a seller with a defect could delete; --allow-destructive lets the run risk them`;
    }
    return undefined;
  }

  /** Takes the leave to delete away for the rest of the run. */
  withdraw(reason: string): void {
    this.#withdrawn ??= reason;
  }

  /** Takes the leave to write anything away for good: what the seller does with it cannot be foreseen. */
  halt(reason: string): void {
    this.withdraw(reason);
    this.#halted = reason;
  }

  /**
   * Discovery has shown a source of the tool's own, as the buyer's: what it shows of other sources can be relied on. Before
   * that nothing is deleted, since an account that only looks empty may hold somebody's sources.
   * @throws RunEnd when the account is not the run's any more: what is seen from then on says nothing of the seller.
   */
  prove(snapshot: Snapshot): void {
    const taken = this.#setup.taken?.(snapshot, this.#first);
    if (taken !== undefined) throw new RunEnd(taken);
    this.#proven ||= snapshot.rows.some((row) => isOwnId(row.id) && row.managedBy === "buyer");
  }

  /** Whether discovery has shown any source of the tool's own. */
  get proven(): boolean {
    return this.#proven;
  }

  /** Why a request must not be sent; `undefined` when it may. */
  forbids(tool: string, request: JsonObject): string | undefined {
    if (tool !== TASK) return undefined;
    if (this.#halted !== undefined && writes(request)) return this.#halted;
    const stranger = namedIds(request).find((id) => id !== "" && !isOwnId(id) && !this.#setup.allowDestructive);
    if (stranger !== undefined) {
      return `the request would name "${stranger}", which is not the tool's own; --allow-destructive lets the run send it`;
    }
    if (!couldDelete(request)) return undefined;
    if (this.limited !== undefined) return this.limited;
    return this.#proven
      ? undefined
      : "discovery has not shown any source of the tool's own, so it cannot be known what a deletion would hit";
  }

  /** The foreign sources as they have to be named so that a well-behaved seller keeps them when it deletes what is missing. */
  keepers(): EventSource[] {
    return this.foreign.map(({ id, raw }) => asRequested(id, raw));
  }

  /** The changes that touch what is not the tool's own. What was not there at first is nobody's. */
  touched(changes: readonly Change[]): Change[] {
    return changes.filter(({ id }) => this.#foreign.has(id) || this.#sellerManaged.has(id));
  }

  /** Whether a source is somebody else's, the buyer's side. */
  isForeign(id: string): boolean {
    return this.#foreign.has(id);
  }

  /** Takes note of the ids that a request of the run names, whatever they are. */
  sends(request: JsonObject): void {
    for (const id of namedIds(request)) this.#sent.add(id);
  }

  /** A source that appears only later, in whatever answer, and is not the tool's own: discovery did not show everything. */
  sees(rows: readonly Row[]): void {
    const known = (id: string) => isOwnId(id) || this.#there.has(id) || this.#sent.has(id);
    const live = (row: Row) => row.action !== "failed" && row.action !== "deleted";
    const hidden = rows.filter((row) => row.managedBy === "buyer" && !known(row.id) && live(row));
    if (hidden.length === 0 || this.#setup.allowDestructive) return;
    const ids = names(hidden.map((row) => row.id));
    this.withdraw(`an answer named buyer-managed sources that the first discovery did not show (${ids})`);
  }
}

/** Whether a request is more than a discovery. */
export const writes = (request: JsonObject): boolean =>
  Object.hasOwn(request, "event_sources") || Object.hasOwn(request, "delete_missing");

/** The ids that a request names, whatever its form. */
export function namedIds(request: JsonObject): string[] {
  const sources = own(request, "event_sources");
  const entries = Array.isArray(sources) ? sources : [sources];
  return entries.map((entry) => own(entry, "event_source_id")).filter((id) => typeof id === "string");
}

/** Whether a seller, however broken, could take the request for a reason to delete. */
export function couldDelete(request: JsonObject): boolean {
  // Even false: a seller may look only at whether the field is there.
  if (Object.hasOwn(request, "delete_missing")) return true;
  if (!Object.hasOwn(request, "event_sources")) return false;
  const sources = request["event_sources"];
  return !Array.isArray(sources) || sources.length === 0;
}

const FIELDS = ["name", "event_types", "action_source", "allowed_domains", "surface", "value_currencies"] as const;

/** A source as discovery showed it, in the form of a request. */
export function asRequested(id: string, raw: JsonObject): EventSource {
  const shown = FIELDS.filter((field) => raw[field] !== undefined && raw[field] !== null);
  return { event_source_id: id, ...Object.fromEntries(shown.map((field) => [field, raw[field]])) };
}
