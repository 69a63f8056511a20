import type { Answer } from "../protocol/answer.ts";
import { type EventSource, isOwnId } from "../protocol/event-source.ts";
import type { JsonObject } from "../protocol/json.ts";
import { TASK } from "../protocol/request.ts";
import { asRequested, type Guard } from "./guard.ts";
import { FREE_NAME, SENTINEL_ID } from "./lease.ts";
import type { Change, Snapshot } from "./oracle.ts";

/** What putting an account in order needs of the run. */
export interface Restorer {
  guard: Guard;
  /** Why the account is another run's, where it is: then nothing is sent. */
  taken(shown: Snapshot): string | undefined;
  /** Discovers; `undefined` when discovery fails. */
  look(): Promise<Snapshot | undefined>;
  /** Sends a sync that nothing judges. */
  send(fields: { event_sources: EventSource[]; delete_missing?: boolean }): Promise<Answer | undefined>;
  changes(before: Snapshot, after: Snapshot): Change[];
  allowDestructive: boolean;
  /** Ids that the run sent, in case the account cannot be seen any more. */
  sent: ReadonlySet<string>;
}

export interface Leftover {
  event_source_id: string;
  reason: string;
}

const sentinel = (): EventSource => ({ event_source_id: SENTINEL_ID, name: FREE_NAME });

/** Removes what the run made, releases the lease, puts back what was there, and says what could not be put back. */
export async function restore(run: Restorer): Promise<{ after: Snapshot | undefined; left: Leftover[] }> {
  const now = await run.look();
  if (!now) {
    const left = [...run.sent].map((id) => ({
      event_source_id: id,
      reason: "the account could not be discovered at the end",
    }));
    return { after: undefined, left };
  }
  const taken = run.taken(now);
  if (taken !== undefined) {
    const ours = now.rows.filter(({ id }) => run.sent.has(id) && id !== SENTINEL_ID);
    return { after: now, left: ours.map(({ id }) => ({ event_source_id: id, reason: taken })) };
  }
  const own = now.rows.filter((row) => isOwnId(row.id) && row.managedBy === "buyer").map((row) => row.id);
  const keep = run.guard.keepers();
  const request = { event_sources: keep.length > 0 ? keep : [sentinel()], delete_missing: true };
  const forbidden = own.length === 0 ? "nothing to remove" : run.guard.forbids(TASK, request as unknown as JsonObject);
  if (forbidden === undefined) await run.send(request);
  else if (own.includes(SENTINEL_ID)) await run.send({ event_sources: [sentinel()] });
  if (run.allowDestructive) await putBack(run);
  const after = await run.look();
  return {
    after,
    left: after
      ? leftovers(run, after, forbidden)
      : own.map((id) => ({ event_source_id: id, reason: "it could not be seen whether it was removed" })),
  };
}

/** Upserts the foreign sources that are gone or altered, as the first discovery showed them. */
async function putBack(run: Restorer): Promise<void> {
  const now = await run.look();
  if (!now) return;
  const harmed = new Set(
    run
      .changes(run.guard.first, now)
      .filter(({ id }) => run.guard.isForeign(id))
      .map(({ id }) => id),
  );
  const sources = run.guard.foreign.filter(({ id }) => harmed.has(id)).map(({ id, raw }) => asRequested(id, raw));
  if (sources.length > 0) await run.send({ event_sources: sources });
}

function leftovers(run: Restorer, after: Snapshot, forbidden: string | undefined): Leftover[] {
  const first = new Set(run.guard.first.rows.map((row) => row.id));
  const own = after.rows.filter((row) => isOwnId(row.id) && !first.has(row.id));
  const left = own.map(({ id }): Leftover => {
    const reason =
      id === SENTINEL_ID && forbidden === undefined
        ? "a deletion has to list at least one source, so an account that began empty keeps this one"
        : (forbidden ?? "the seller did not remove it");
    return { event_source_id: id, reason };
  });
  // What discovery never showed may well be there: somebody has to know.
  const unseen = run.guard.proven ? [] : [...run.sent].filter((id) => !first.has(id));
  left.push(
    ...unseen.map((id) => ({ event_source_id: id, reason: "discovery never showed it, so it could not be removed" })),
  );
  const harmed = run.guard.touched(run.changes(run.guard.first, after)).map(({ id, what, field }): Leftover => {
    return {
      event_source_id: id,
      reason:
        what === "lost"
          ? "it was there before the run and is gone"
          : `its ${field ?? "state"} is not what it was before the run`,
    };
  });
  return [...left, ...harmed];
}
