import { readCapabilities } from "../protocol/capabilities.ts";
import { isOwnId } from "../protocol/event-source.ts";
import { sameJson } from "../protocol/json.ts";
import { TASK } from "../protocol/request.ts";
import { asRequested } from "./guard.ts";
import { Ids } from "./ids.ts";
import { Journal, type JournalEntry, type JournalStart } from "./journal.ts";
import { SENTINEL_ID } from "./lease.ts";
import { open, unusable } from "./opening.ts";
import { random } from "./random.ts";
import type { Leftover } from "./restore.ts";
import type { SellerFacts } from "./seller.ts";
import { Session } from "./session.ts";
import type { RunSetup } from "./setup.ts";
import { RunEnd, ScenarioEnd } from "./stop.ts";
import { Tenancy } from "./tenancy.ts";

export interface CleanupSetup
  extends Pick<
    RunSetup,
    "connect" | "url" | "oracle" | "validator" | "allowDestructive" | "force" | "maxWait" | "on" | "signal"
  > {
  /** What the interrupted run wrote down, a start first. */
  journal: readonly JournalEntry[];
  /** The account as it has to be named now, where that is not how the journal names it. */
  account?: Record<string, unknown>;
}

export interface CleanupResult {
  removed: string[];
  left_behind: Leftover[];
  /** Why nothing, or not everything, could be done. */
  reason?: string;
}

/**
 * Removes what an interrupted run left on its accounts, past the same guard. With `allowDestructive` it also puts back the
 * foreign sources that are gone. Never throws for what the seller does.
 */
export async function cleanup(setup: CleanupSetup): Promise<CleanupResult> {
  const starts = setup.journal.filter((entry): entry is JournalStart => entry.type === "start");
  const release = starts[0]?.release ?? "3.1";
  const session = new Session({ ...setup, release, seed: 1 }, () => {});
  const result: CleanupResult = { removed: [], left_behind: [] };
  try {
    await open(session.transport, setup.signal);
    for (const start of starts) await tidy(setup, start, session, result);
  } catch (error) {
    if (!(error instanceof RunEnd || error instanceof ScenarioEnd)) throw error;
    result.reason = error.reason;
  } finally {
    await session.close();
  }
  return result;
}

async function tidy(setup: CleanupSetup, start: JournalStart, session: Session, result: CleanupResult): Promise<void> {
  const tenancy = new Tenancy({
    runId: start.run_id,
    account: setup.account ?? start.account,
    seller: { release: start.release, capabilities: readCapabilities(undefined) } as SellerFacts,
    session,
    journal: new Journal(),
    ids: new Ids(start.run_id),
    random: random(1),
    run: { ...setup, sellerManaged: [] },
    observe: () => {},
  });
  const { desk } = tenancy;
  const reason = unusable(await desk.discover(), start.account);
  if (reason !== undefined) throw new RunEnd(reason);
  tenancy.mustBeFree();
  tenancy.protect();
  // What discovery shows under guard proves whether a deletion is safe.
  const before = await desk.look();
  const { after, left } = await tenancy.restore();
  if (!after) throw new RunEnd("the account could not be discovered after the removal");
  const there = new Set(after.rows.map(({ id }) => id));
  const own = before.rows.map(({ id }) => id).filter(isOwnId);
  result.removed.push(...own.filter((id) => !there.has(id)));
  const stayed = own.filter((id) => there.has(id) && id !== SENTINEL_ID);
  const why = tenancy.guard.limited ?? "the seller did not remove it";
  result.left_behind.push(...stayed.map((id) => ({ event_source_id: id, reason: why })));
  result.left_behind.push(...left.filter(({ event_source_id: id }) => !own.includes(id) && id !== SENTINEL_ID));
  await putBack(setup, start, tenancy, there, result);
}

/** What was there before the interrupted run, was not the tool's own, and is gone. */
async function putBack(
  setup: CleanupSetup,
  start: JournalStart,
  { desk }: Tenancy,
  there: ReadonlySet<string>,
  result: CleanupResult,
): Promise<void> {
  const gone = start.before.flatMap((raw) => {
    const id = raw["event_source_id"];
    const lost = typeof id === "string" && !isOwnId(id) && !there.has(id);
    return lost ? [{ id, raw }] : [];
  });
  const sources = gone.filter(({ raw }) => raw["managed_by"] !== "seller").map(({ id, raw }) => asRequested(id, raw));
  if (setup.allowDestructive && sources.length > 0) await desk.call(TASK, desk.request({ event_sources: sources }));
  const now = setup.allowDestructive && sources.length > 0 ? (await desk.look()).rows : [];
  const restored = gone.filter(({ id, raw }) => {
    const row = now.find((one) => one.id === id);
    return row !== undefined && sameJson(asRequested(id, row.raw), asRequested(id, raw));
  });
  const lost = gone.filter((one) => !restored.includes(one));
  result.left_behind.push(
    ...lost.map(({ id }) => ({ event_source_id: id, reason: "it was there before the run and is gone" })),
  );
}
