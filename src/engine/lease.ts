import type { Row } from "../protocol/event-source.ts";
import { own } from "../protocol/json.ts";

/** The one source that stays on an account that began empty; its name says whether a run is at work there. */
export const SENTINEL_ID = "cf_sentinel";

/** Milliseconds after which a lease that was never released counts as abandoned. */
const LEASE_MS = 15 * 60_000;
/** Milliseconds after which a run renews its own lease. */
export const RENEW_MS = 5 * 60_000;

export const leaseName = (runId: string, now: Date): string => `adcp-conformance lease ${runId} ${now.toISOString()}`;

export const FREE_NAME = "adcp-conformance sentinel, no run at work";

/** The lease that another run holds on the account, where there is one that is still valid. */
export function foreignLease(
  rows: readonly Row[],
  runId: string,
  now: Date,
): { run: string; since: string } | undefined {
  const name = own(rows.find((row) => row.id === SENTINEL_ID)?.raw, "name");
  const match = typeof name === "string" ? /^adcp-conformance lease (\S+) (\S+)$/.exec(name) : null;
  const [, run, since] = match ?? [];
  if (!run || !since || run === runId) return undefined;
  const age = now.getTime() - Date.parse(since);
  return age < LEASE_MS && age > -LEASE_MS ? { run, since } : undefined;
}

const RUN_OF_ID = /^cf_([0-9a-f]{8})_\d+$/;

/** The other run that must be at work on an account: its lease is there, or a source that it made since `first`. */
export function otherRun(rows: readonly Row[], first: readonly Row[], runId: string, now: Date): string | undefined {
  const lease = foreignLease(rows, runId, now);
  if (lease) return lease.run;
  const known = new Set(first.map(({ id }) => id));
  const runs = rows.flatMap(({ id }) => (known.has(id) ? [] : (RUN_OF_ID.exec(id)?.[1] ?? [])));
  return runs.find((run) => run !== runId);
}
