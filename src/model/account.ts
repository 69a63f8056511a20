import type { AccountOracle, Change, Observation, Observed, Snapshot, Write } from "../engine/oracle.ts";
import { type Row, rowsOf } from "../protocol/event-source.ts";
import { byId, changesBetween } from "./changes.ts";
import { Choices } from "./choices.ts";
import { type Entry, entriesOf } from "./entries.ts";
import { Memory } from "./memory.ts";
import { describe, Observations } from "./observations.ts";
import { judgeReports, judgeUnnamed } from "./unnamed.ts";
import { judgeFailure, judgeUpsert } from "./upserted.ts";

/** Sources up to which an answer that lists them all need not be cut. */
const FEW = 20;

/** The oracle of one account (see the interface). */
export class Account implements AccountOracle {
  readonly #memory = new Memory();
  readonly #choices = new Choices();

  see(snapshot: Snapshot): void {
    this.#memory.see(snapshot);
  }

  unsure(ids: readonly string[]): void {
    this.#memory.unsure(ids);
  }

  changes(before: Snapshot, after: Snapshot): Change[] {
    return changesBetween(before, after);
  }

  chose(situation: string, how: string, write: Write): Observation[] {
    const observations = new Observations(write);
    this.#choices.see(situation, how, write.answer.exchange.n, observations);
    return observations.list;
  }

  judge(write: Write): Observation[] {
    const { answer, request } = write;
    const observations = new Observations(write);
    if (answer.outcome.kind === "broken") return [];
    if (answer.outcome.kind === "rejected") {
      untouched(write, "rejected changes nothing", "the call was refused, and yet", observations);
      if (!write.mayFail?.size && !write.mayRefuse) refused(write, entriesOf(request), undefined, observations);
    } else if (!Object.hasOwn(request, "event_sources")) {
      untouched(write, "discovery changes nothing", "after a call without event_sources", observations);
    } else this.#accepted(write, observations);
    return observations.list;
  }

  #accepted(write: Write, observations: Observations): void {
    const entries = entriesOf(write.request);
    const named = new Set(entries.map(({ id }) => id));
    const [results, before, after] = [rowsOf(write.answer.payload), write.before.rows, write.after.rows].map(byId);
    for (const entry of entries) {
      const [result, was, is] = [results, before, after].map((rows) => rows?.get(entry.id)?.[0]);
      // What a seller does with one of its own sources is judged apart: it stays as it was.
      if (was?.managedBy === "seller") continue;
      const upsert = { entry, result, was, is, write };
      const meantToFail = write.mayFail?.has(entry.id) === true;
      if (result?.action === "failed") {
        judgeFailure(upsert, observations);
        if (!meantToFail && !write.mayRefuse) refused(write, [entry], result, observations);
      } else if (!meantToFail) judgeUpsert(upsert, { memory: this.#memory, choices: this.#choices }, observations);
      const rows = after?.get(entry.id);
      if (rows) {
        const message = `"${entry.id}" stands ${rows.length} times in discovery`;
        const evidence = { at: rows[1], expected: 1, actual: rows.length };
        observations.expect("one row each", rows.length === 1, message, evidence);
      }
    }
    judgeUnnamed(write, named, observations);
    judgeReports(write, named, observations);
    this.#listing(write, named, observations);
    this.#sellerIds(write, before, observations);
  }

  /** Whether a plain sync lists the buyer's other sources as well is the seller's choice. */
  #listing(write: Write, named: ReadonlySet<string>, observations: Observations): void {
    if (write.request["delete_missing"] !== undefined || write.before.rows.length > FEW) return;
    const others = write.before.rows.filter(({ id, managedBy }) => managedBy === "buyer" && !named.has(id));
    const listed = new Set(rowsOf(write.answer.payload).map(({ id }) => id));
    const count = others.filter(({ id }) => listed.has(id)).length;
    if (others.length === 0 || (count > 0 && count < others.length)) return;
    const how = count > 0 ? "lists the others" : "names no others";
    this.#choices.see("a sync of some sources", how, write.answer.exchange.n, observations);
  }

  #sellerIds(write: Write, before: Map<string, Row[]> | undefined, observations: Observations): void {
    for (const row of [...rowsOf(write.answer.payload), ...write.after.rows]) {
      const id = this.#memory.sellerId(row);
      if (!id || id.earlier === undefined || !before?.has(row.id)) continue;
      const evidence = { expected: id.earlier, actual: id.now };
      const message = `the seller_id of "${row.id}" changed`;
      observations.expect("seller id is stable", id.earlier === id.now, message, evidence);
    }
  }
}

function untouched(write: Write, what: Observed, opening: string, observations: Observations): void {
  const [change] = write.changes;
  if (!change) return observations.held(what);
  observations.broke(what, `${opening} ${describe(change)}`, {
    expected: change.before ?? "no change",
    actual: change.after ?? "not there any more",
  });
}

/** A well-formed request, or one well-formed source of it, was refused. */
function refused(write: Write, entries: Entry[], result: Row | undefined, observations: Observations): void {
  if (!Object.hasOwn(write.request, "event_sources")) return;
  const existing = new Set(write.before.rows.map(({ id }) => id));
  const removal = write.request["delete_missing"] === true && !result;
  const upsert: Observed = entries.every(({ id }) => existing.has(id)) ? "change is not a creation" : "new is created";
  const { outcome } = write.answer;
  const rejection = outcome.kind === "rejected" ? outcome : undefined;
  const said = result ? result.raw["errors"] : rejection?.errors.map(({ raw }) => raw);
  const subject = result ? `the well-formed source "${result.id}"` : "a well-formed request";
  observations.broke(removal ? "unlisted is removed" : upsert, `${subject} was refused`, {
    result,
    answered: true,
    expected: "accepted",
    actual: Array.isArray(said) && said.length > 0 ? said : (rejection?.prose ?? "refused"),
  });
}
