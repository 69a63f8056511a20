import type { Answer } from "../protocol/answer.ts";
import { type EventSource, isOwnId, rowsOf } from "../protocol/event-source.ts";
import type { JsonObject } from "../protocol/json.ts";
import { syncRequest, TASK } from "../protocol/request.ts";
import type { Validator } from "../validation/validator.ts";
import type { Caller } from "./caller.ts";
import { type Guard, namedIds, writes } from "./guard.ts";
import type { Ids } from "./ids.ts";
import type { Journal } from "./journal.ts";
import { broke, held } from "./judgement.ts";
import { unusable } from "./opening.ts";
import type { AccountOracle, Change, Observation, Snapshot, Write } from "./oracle.ts";
import { sampleSource } from "./samples.ts";
import type { Buyer, JudgedExtra, SyncExtra, WireOptions, Written } from "./scene.ts";
import type { SellerFacts } from "./seller.ts";
import { RunEnd, ScenarioEnd } from "./stop.ts";

export interface DeskSetup {
  account: JsonObject;
  /** Version fields of every request. */
  version: JsonObject;
  seller: SellerFacts;
  caller: Caller;
  oracle: AccountOracle;
  validator: Validator;
  journal: Journal;
  ids: Ids;
  random(): number;
  allowDestructive: boolean;
  /** Sources that every well-formed deletion lists besides its own, so that they survive it. */
  kept(withoutLease: boolean): EventSource[];
  observe(observations: Observation[]): void;
}

/** The buyer of one account: sends calls past the guard, looks at the account after each write, and asks the oracle. */
export class Desk implements Buyer {
  /** Ids that writes to this account named. */
  readonly sent = new Set<string>();
  readonly #setup: DeskSetup;
  #guard: Guard | undefined;
  #state: Snapshot | undefined;
  /** Whether the account may have changed since it was last seen. */
  #stale = false;
  #serial = 0;
  #calls = 0;

  constructor(setup: DeskSetup) {
    this.#setup = setup;
  }

  get account(): JsonObject {
    return this.#setup.account;
  }

  get state(): Snapshot {
    if (!this.#state) throw new ScenarioEnd("the account could not be discovered");
    return this.#state;
  }

  get first(): Snapshot {
    return this.#guard?.first ?? this.state;
  }

  get givenUp() {
    return this.#setup.caller.givenUp;
  }

  changesSince(earlier: Snapshot): Change[] {
    return this.#setup.oracle.changes(earlier, this.state);
  }

  /** Puts the account under guard. Nothing that writes is sent before. */
  protect(guard: Guard): void {
    this.#guard = guard;
  }

  /** From now on sources and contexts are those that the scenario has in every run of the seed. */
  startScenario(): void {
    this.#serial = 0;
    this.#calls = Math.floor(this.#setup.random() * 1e6);
  }

  eventSource(fields: Partial<EventSource> = {}): EventSource {
    const { ids, seller, random } = this.#setup;
    return { ...sampleSource(fields.event_source_id ?? ids.next(), ++this.#serial, seller, random), ...fields };
  }

  request(fields: { event_sources?: EventSource[] } & SyncExtra = {}): JsonObject {
    // Most calls carry a context, and some none, so that answers of all kinds are seen with one.
    const context = ++this.#calls % 4 !== 0 ? { context: { trace_id: `cf-${this.#calls}` } } : {};
    return syncRequest(this.#setup.account, this.#setup.version, { ...context, ...fields });
  }

  async sync(sources: EventSource[], extra: SyncExtra & JudgedExtra = {}): Promise<Written> {
    const { mayFail, mayRefuse, withoutLease = false, ...fields } = extra;
    const kept = fields.delete_missing === true ? this.keepers(sources, withoutLease) : [];
    const request = this.request({ event_sources: [...sources, ...kept], ...fields });
    if (!mayFail) this.#mustBeValid(request);
    return this.#write(request, { ...(mayFail && { mayFail }), ...(mayRefuse && { mayRefuse }) });
  }

  keepers(sources: readonly EventSource[], withoutLease = false): EventSource[] {
    const listed = new Set(sources.map((source) => source.event_source_id));
    return this.#setup.kept(withoutLease).filter(({ event_source_id: id }) => !listed.has(id));
  }

  async probe(
    edit: (request: JsonObject) => JsonObject,
    sources?: EventSource[],
    wire?: WireOptions,
  ): Promise<Written> {
    return this.#write(edit(this.request(sources ? { event_sources: sources } : {})), undefined, wire);
  }

  async discover(extra: { context?: JsonObject } = {}): Promise<Answer> {
    const request = this.request(extra);
    this.#mustBeValid(request);
    const answer = await this.#setup.caller.call(TASK, request);
    this.#take(answer);
    return answer;
  }

  chose(situation: string, how: string, written: Written): void {
    this.#setup.observe(this.#setup.oracle.chose(situation, how, written));
  }

  async call(tool: string, request: JsonObject, wire?: WireOptions): Promise<Answer> {
    if (tool === TASK) this.#setup.oracle.unsure(namedIds(request));
    return this.#send(tool, request, wire);
  }

  async #send(tool: string, request: JsonObject, wire?: WireOptions): Promise<Answer> {
    const forbidden = this.#guard ? this.#guard.forbids(tool, request) : "the account was not looked at yet";
    if (forbidden !== undefined) throw new ScenarioEnd(forbidden);
    this.#guard?.sends(request);
    this.#announce(tool, request);
    return this.#setup.caller.call(tool, request, wire);
  }

  /**
   * Discovers, and takes what is shown for the account's state.
   * @throws ScenarioEnd when discovery does not answer with sources.
   */
  async look(): Promise<Snapshot> {
    const answer = await this.discover();
    if (answer.outcome.kind !== "accepted") throw new ScenarioEnd("discovery was refused or could not be read");
    return this.state;
  }

  #take(answer: Answer): void {
    if (answer.outcome.kind !== "accepted") {
      // At first it may be the run that has the wrong account or credentials: that says nothing of the seller.
      if (!this.#state && unusable(answer, this.#setup.account) !== undefined) return;
      const actual =
        answer.outcome.kind === "rejected"
          ? (answer.outcome.errors[0]?.raw ?? answer.outcome.prose)
          : answer.outcome.message;
      const evidence = { expected: "all event sources of the account", actual, exchanges: [answer.exchange.n] };
      this.#setup.observe([
        { what: "discovery answers", judgement: broke("a discovery was not answered with sources", evidence) },
      ]);
      return;
    }
    this.#setup.observe([{ what: "discovery answers", judgement: held }]);
    const rows = rowsOf(answer.payload).filter((row) => row.action !== "deleted");
    this.#state = { exchange: answer.exchange.n, rows };
    this.#stale = false;
    this.#setup.oracle.see(this.#state);
    this.#guard?.sees(rows);
    this.#guard?.prove(this.#state);
  }

  /** What became of this account while calls were made for another one. @param exchange the last look at the other. */
  strayed(earlier: Snapshot, exchange: number): Observation[] {
    const change = this.changesSince(earlier)[0];
    if (!change) return [{ what: "other account stays", judgement: held }];
    const evidence = {
      expected: change.before ?? "not there",
      actual: change.after ?? "not there any more",
      exchanges: [earlier.exchange, exchange, this.state.exchange],
    };
    const message = `calls for one account changed "${change.id}" in another`;
    return [{ what: "other account stays", judgement: broke(message, evidence) }];
  }

  /** @param judged what the oracle has to know of the request; absent: it judges nothing. */
  async #write(
    request: JsonObject,
    judged: Pick<Write, "mayFail" | "mayRefuse"> | undefined,
    wire?: WireOptions,
  ): Promise<Written> {
    const { caller, oracle, observe } = this.#setup;
    // A look that was given up leaves an old state behind, and what happened meanwhile is not this call's doing.
    if (this.#stale) await this.look();
    const before = this.state;
    this.#stale = true;
    const answer = await this.#send(TASK, request, wire).catch(async (error: unknown) => {
      // The state after a call that was given up is not known; what follows starts from what is there.
      if (error instanceof ScenarioEnd && caller.responsive) await this.discover();
      throw error;
    });
    this.#guard?.sees(rowsOf(answer.payload));
    const after = await this.look();
    const changes = oracle.changes(before, after);
    const written = { request, answer, before, after, changes };
    if (judged) observe(oracle.judge({ ...written, ...judged }));
    else oracle.unsure(namedIds(request));
    this.#defend(written, judged !== undefined);
    return written;
  }

  /** Nobody's sources may change by what the run does: where one did, no further harm is risked. */
  #defend(write: Written, judged: boolean): void {
    const guard = this.#guard;
    if (!guard) return;
    const harmed = guard.touched(write.changes).find(({ id, what }) => guard.isForeign(id) || what === "lost");
    // A call that reaches a source of ours that it does not name may reach somebody else's the next time.
    const strayed = guard.foreign.length > 0 ? write.changes.find(isStrayIn(write.request)) : undefined;
    const change = harmed ?? (this.#setup.allowDestructive ? undefined : strayed);
    if (!change) return;
    const what = change.what === "lost" ? "was lost" : "changed";
    const reason = harmed
      ? `"${change.id}", which is not the tool's own, ${what} after a call`
      : `"${change.id}" ${what} after a call that does not name it, and the account holds what is not the tool's own`;
    if (!judged) this.#setup.observe([harm(change, write, reason)]);
    guard.withdraw(reason);
    if (this.#setup.allowDestructive || (harmed && !guard.isForeign(change.id))) return;
    guard.halt(`${reason}; nothing more is written`);
    throw new RunEnd(`${reason}; the run stopped at once`);
  }

  #announce(tool: string, request: JsonObject): void {
    if (tool === TASK && !writes(request)) return;
    for (const id of namedIds(request)) this.sent.add(id);
    this.#setup.journal.write({
      type: "write",
      at: new Date().toISOString(),
      tool,
      account: request["account"],
      ids: namedIds(request),
      delete_missing: request["delete_missing"],
      idempotency_key: request["idempotency_key"],
    });
  }

  #mustBeValid(request: JsonObject): void {
    const issue = this.#setup.validator.validate("sync-event-sources-request", this.#setup.seller.release, request)[0];
    if (issue)
      throw new Error(
        `a request that was meant to be valid is not: ${issue.pointer || "the request"} ${issue.message}`,
      );
  }
}

/** Whether a change is one of a source of ours that a request does not name. */
function isStrayIn(request: JsonObject): (change: Change) => boolean {
  const named = new Set(namedIds(request));
  return ({ id, what }) => what !== "appeared" && isOwnId(id) && !named.has(id);
}

function harm(change: Change, write: Written, message: string): Observation {
  const exchanges = [write.before.exchange, write.answer.exchange.n, write.after.exchange];
  const judgement = broke(message, {
    expected: change.before,
    actual: change.after ?? "not there any more",
    exchanges,
  });
  return { what: change.managedBy === "seller" ? "seller-managed stays" : "unnamed stays", judgement };
}
