import { readCapabilities } from "../protocol/capabilities.ts";
import type { JsonObject } from "../protocol/json.ts";
import type { Transport } from "../transport/transport.ts";
import type { Release } from "../validation/release.ts";
import type { Validator } from "../validation/validator.ts";
import { Caller } from "./caller.ts";
import { Desk } from "./desk.ts";
import { asRequested, Guard } from "./guard.ts";
import { Ids } from "./ids.ts";
import { Journal, type JournalEntry, type JournalStart } from "./journal.ts";
import { foreignLease, SENTINEL_ID } from "./lease.ts";
import { open, TASK, unusable } from "./opening.ts";
import type { Oracle } from "./oracle.ts";
import { random } from "./random.ts";
import { type Leftover, restore } from "./restore.ts";
import type { RunEvent } from "./result.ts";
import type { SellerFacts } from "./seller.ts";
import type { TransportHooks } from "./setup.ts";
import { RunEnd, ScenarioEnd } from "./stop.ts";

export interface CleanupSetup {
  connect(hooks: TransportHooks): Transport;
  url: string;
  account: JsonObject;
  release: Release;
  /** What the interrupted run wrote down, the start first. */
  journal: JournalEntry[];
  oracle: Oracle;
  validator: Validator;
  /** Also puts back foreign sources that are gone or altered, and names them so that they survive the removal. */
  allowDestructive: boolean;
  force: boolean;
  maxWait: number;
  on?(event: RunEvent): void;
  signal?: AbortSignal;
}

export interface CleanupResult {
  removed: string[];
  left_behind: Leftover[];
  /** Why nothing, or not everything, could be done. */
  reason?: string;
}

/** Removes what an interrupted run left on an account, past the same guard. Never throws for what the seller does. */
export async function cleanup(setup: CleanupSetup): Promise<CleanupResult> {
  const start = setup.journal[0] as JournalStart;
  let count = 0;
  const transport = setup.connect({
    nextNumber: () => ++count,
    onExchange: () => setup.on?.({ type: "request", total: count }),
  });
  try {
    await open(transport, setup.signal);
    return await tidy(setup, start, transport);
  } catch (error) {
    if (!(error instanceof RunEnd || error instanceof ScenarioEnd)) throw error;
    return { removed: [], left_behind: [], reason: error.reason };
  } finally {
    await transport.close();
  }
}

async function tidy(setup: CleanupSetup, start: JournalStart, transport: Transport): Promise<CleanupResult> {
  const desk = deskFor(setup, start, transport);
  const answer = await desk.discover();
  const reason = unusable(answer, setup.account);
  if (reason !== undefined) throw new RunEnd(reason);
  const before = desk.state;
  const lease = foreignLease(before.rows, start.run_id, new Date());
  if (lease && !setup.force) {
    throw new RunEnd(
      `another run (${lease.run}) has been at work on this account since ${lease.since}; wait until it is over, or pass --force`,
    );
  }
  const guard = new Guard(before, { allowDestructive: setup.allowDestructive, sellerManaged: [] });
  desk.protect(guard);
  await desk.look();
  const sent = new Set(setup.journal.flatMap((entry) => (entry.type === "write" ? entry.ids : [])));
  const oracle = setup.oracle();
  const { after, left } = await restore({
    guard,
    allowDestructive: setup.allowDestructive,
    sent,
    look: () => desk.look().catch(nothing),
    send: (fields) => desk.call(TASK, desk.request(fields)).catch(nothing),
    changes: (one, other) => oracle.changes(one, other),
  });
  const now = new Set(after?.rows.map(({ id }) => id));
  const removed = after ? guard.own.map(({ id }) => id).filter((id) => !now.has(id)) : [];
  const stayed = guard.own
    .filter(({ id }) => now.has(id) && id !== SENTINEL_ID)
    .map(({ id }) => ({ event_source_id: id, reason: guard.limited ?? "the seller did not remove it" }));
  const gone = start.before.filter(
    (row) =>
      after &&
      typeof row["event_source_id"] === "string" &&
      !now.has(row["event_source_id"]) &&
      row["managed_by"] !== "seller" &&
      !guard.own.some(({ id }) => id === row["event_source_id"]),
  );
  const lost = gone.map(
    (row): Leftover => ({
      event_source_id: row["event_source_id"] as string,
      reason: "it was there before the run and is gone",
    }),
  );
  if (setup.allowDestructive && lost.length > 0) {
    await desk.call(
      TASK,
      desk.request({ event_sources: gone.map((row) => asRequested(row["event_source_id"] as string, row)) }),
    );
  }
  return {
    removed,
    left_behind: [...left.filter(({ event_source_id: id }) => id !== SENTINEL_ID), ...stayed, ...lost],
  };
}

function nothing(error: unknown): undefined {
  if (!(error instanceof RunEnd || error instanceof ScenarioEnd)) throw error;
  return undefined;
}

function deskFor(setup: CleanupSetup, start: JournalStart, transport: Transport): Desk {
  const caller = new Caller({
    transport,
    validator: setup.validator,
    releaseOf: () => setup.release,
    onAnswer: () => {},
    onWait: (seconds, why) => setup.on?.({ type: "waiting", seconds, why }),
    random: random(1),
    maxWait: setup.maxWait,
    ...(setup.signal && { signal: setup.signal }),
  });
  return new Desk({
    account: setup.account,
    version: start.version,
    seller: { release: setup.release, capabilities: readCapabilities(undefined) } as SellerFacts,
    caller,
    oracle: setup.oracle(),
    validator: setup.validator,
    journal: new Journal(),
    ids: new Ids(start.run_id),
    random: random(1),
    allowDestructive: setup.allowDestructive,
    kept: () => [],
    observe: () => {},
  });
}
