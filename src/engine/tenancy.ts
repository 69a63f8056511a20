import { isOwnId } from "../protocol/event-source.ts";
import type { JsonObject } from "../protocol/json.ts";
import { TASK, versionFields } from "../protocol/request.ts";
import { Desk } from "./desk.ts";
import { Guard } from "./guard.ts";
import type { Ids } from "./ids.ts";
import type { Journal } from "./journal.ts";
import { foreignLease, leaseName, otherRun, RENEW_MS, SENTINEL_ID } from "./lease.ts";

import type { AccountOracle, Observation, Snapshot } from "./oracle.ts";
import { type Leftover, restore } from "./restore.ts";
import type { SellerFacts } from "./seller.ts";
import type { Session } from "./session.ts";
import type { RunSetup } from "./setup.ts";
import { RunEnd, ScenarioEnd } from "./stop.ts";

/** Sources of the run's own that may stand on the account between two scenarios. */
const MANY = 25;

export interface TenancySetup {
  runId: string;
  account: JsonObject;
  seller: SellerFacts;
  session: Session;
  journal: Journal;
  ids: Ids;
  random(): number;
  run: Pick<RunSetup, "oracle" | "validator" | "allowDestructive" | "sellerManaged" | "force">;
  observe(observations: Observation[]): void;
}

/** One account of the run, from the first look until it is in order again. */
export class Tenancy {
  readonly desk: Desk;
  readonly #setup: TenancySetup;
  readonly #oracle: AccountOracle;
  #guard: Guard | undefined;
  #leaseName = "";
  #leased = 0;
  #restoring = false;

  constructor(setup: TenancySetup) {
    this.#setup = setup;
    this.#oracle = setup.run.oracle();
    this.desk = new Desk({
      account: setup.account,
      version: versionFields(setup.seller.release, setup.session.releases.declared),
      seller: setup.seller,
      caller: setup.session.caller,
      oracle: this.#oracle,
      validator: setup.run.validator,
      journal: setup.journal,
      ids: setup.ids,
      random: setup.random,
      allowDestructive: setup.run.allowDestructive,
      kept: (withoutLease) => [...(withoutLease ? [] : [this.#sentinel()]), ...this.guard.keepers()],
      observe: setup.observe,
    });
  }

  get guard(): Guard {
    if (!this.#guard) throw new Error("the account was not looked at yet");
    return this.#guard;
  }

  /** Puts the account under guard, as the last discovery showed it. */
  protect(): void {
    this.#guard = new Guard(this.desk.state, {
      ...this.#setup.run,
      taken: (shown, first) => (this.#restoring ? undefined : this.#taken(shown, first)),
    });
    this.desk.protect(this.#guard);
  }

  /** @throws RunEnd when another run is at work on the account. */
  mustBeFree(): void {
    const lease = foreignLease(this.desk.state.rows, this.#setup.runId, new Date());
    if (!lease || this.#setup.run.force) return;
    throw new RunEnd(
      `another run (${lease.run}) has been at work on this account since ${lease.since}; wait until it is over, or pass --force`,
    );
  }

  /** Writes down what the account held, before anything is written to it. */
  announce(): void {
    const { runId, seller, session, account, journal } = this.#setup;
    journal.write({
      type: "start",
      run_id: runId,
      at: new Date().toISOString(),
      url: seller.url,
      transport: seller.transport,
      account,
      release: seller.release,
      version: versionFields(seller.release, session.releases.declared),
      before: this.guard.first.rows.map((row) => row.raw),
    });
  }

  /** The first write: the lease. What it does to the account is seen before anything else is sent. */
  async take(): Promise<void> {
    await this.#lease(false);
    // Where nothing may be deleted, or what was made cannot be seen, little is made.
    if (this.guard.limited !== undefined || !this.guard.proven) {
      this.#setup.ids.limit(this.guard.own.map((row) => row.id).filter((id) => id !== SENTINEL_ID));
    }
    this.mustBeFree();
  }

  /** Takes the lease again when it is old, or when a call removed it. */
  async keep(): Promise<void> {
    const there = this.desk.state.rows.some(({ id }) => id === SENTINEL_ID);
    if (!there || Date.now() - this.#leased > RENEW_MS) await this.#lease();
  }

  /** Removes the run's sources when they have become many, where that is allowed: accounts may be limited in size. */
  async tidy(): Promise<void> {
    const own = this.desk.state.rows.filter(({ id }) => isOwnId(id));
    if (own.length <= MANY || this.guard.limited !== undefined) return;
    await this.desk.sync([], { delete_missing: true }).catch((error: unknown) => {
      if (!(error instanceof ScenarioEnd)) throw error;
    });
  }

  /** Removes what the run made, and says what could not be put back. */
  async restore(): Promise<{ after: Snapshot | undefined; left: Leftover[] }> {
    const quietly = <T>(work: Promise<T>): Promise<T | undefined> =>
      work.catch((error: unknown) => {
        if (error instanceof RunEnd || error instanceof ScenarioEnd) return undefined;
        throw error;
      });
    this.#restoring = true;
    return restore({
      guard: this.guard,
      taken: (shown) => this.#taken(shown, this.guard.first),
      allowDestructive: this.#setup.run.allowDestructive,
      sent: this.desk.sent,
      look: () => quietly(this.desk.look()),
      send: (fields) => quietly(this.desk.call(TASK, this.desk.request(fields))),
      changes: (before, now) => this.#oracle.changes(before, now),
    });
  }

  /** Another run began at the same time: one of the two has to leave the account to the other. */
  #taken(shown: Snapshot, first: Snapshot): string | undefined {
    if (this.#setup.run.force) return undefined;
    const other = otherRun(shown.rows, first.rows, this.#setup.runId, new Date());
    return other && `another run (${other}) took the account at the same time; wait until it is over, or pass --force`;
  }

  #sentinel() {
    return { event_source_id: SENTINEL_ID, name: this.#leaseName };
  }

  /** @param judged not the first time: another run may have made the sentinel a moment before. */
  async #lease(judged = true): Promise<void> {
    const now = new Date();
    this.#leaseName = leaseName(this.#setup.runId, now);
    this.#leased = now.getTime();
    const sources = [this.#sentinel()];
    const write = judged ? this.desk.sync(sources) : this.desk.probe((request) => request, sources);
    await write.catch((error: unknown) => {
      if (!(error instanceof ScenarioEnd)) throw error;
    });
  }
}
