import type { Answer } from "../protocol/answer.ts";
import type { EventSource } from "../protocol/event-source.ts";
import type { JsonObject } from "../protocol/json.ts";
import type { CallOptions } from "../transport/transport.ts";
import type { Release } from "../validation/release.ts";
import type { Judgement } from "./judgement.ts";
import type { Change, Snapshot } from "./oracle.ts";
import type { SellerFacts } from "./seller.ts";

/** A call that may change the account, with what discovery showed before and after it. */
export interface Written {
  request: JsonObject;
  answer: Answer;
  before: Snapshot;
  after: Snapshot;
  /** All differences between before and after in the fields that a buyer sets. */
  changes: Change[];
}

export interface SyncExtra {
  delete_missing?: boolean;
  context?: JsonObject;
  idempotency_key?: string;
}

export interface JudgedExtra {
  /** Ids of sources that are meant to be refused. */
  mayFail?: ReadonlySet<string>;
  /** Whether a seller may refuse the request, or sources of it, although it is well-formed. What it takes is judged. */
  mayRefuse?: true;
  /** Lets a deletion take the run's lease as well; it is taken anew afterwards. */
  withoutLease?: true;
}

/** How a call is put on the wire where that matters. */
export interface WireOptions {
  /** The arguments as text, verbatim: for key order and white space. They have to mean the same as the request. */
  json?: string;
  /** Headers added to the call; `null` leaves out one that the run's connection has, its credentials for instance. */
  headers?: Record<string, string | null>;
  /** How a message of A2A names the call, where it is to be another way than usual (`CallOptions`). */
  invocation?: CallOptions["invocation"];
  /** Sends the call to the seller's other endpoint; there only where the seller has one. */
  also?: true;
}

/** The buyer of one account. */
export interface Buyer {
  readonly account: JsonObject;
  /** A well-formed source under an id that no other scenario uses, with values from the seed. */
  eventSource(fields?: Partial<EventSource>): EventSource;
  /** What the first discovery of the run showed. */
  readonly first: Snapshot;
  /** What the last discovery showed. */
  readonly state: Snapshot;
  /** All differences between an earlier state and the last one. */
  changesSince(earlier: Snapshot): Change[];
  /**
   * Sends an upsert, well-formed but for the sources named in `mayFail`, looks at the account afterwards, and holds both
   * against the oracle. A deletion also lists what must survive it: the lease, and foreign sources where they are risked.
   */
  sync(sources: EventSource[], extra?: SyncExtra & JudgedExtra): Promise<Written>;
  /**
   * Sends any request, meant to be refused or of disputed meaning, and looks at the account afterwards. The oracle judges
   * nothing: the scenario does. `edit` gets a well-formed request (with `sources`, where given) and returns what is sent.
   */
  probe(edit: (request: JsonObject) => JsonObject, sources?: EventSource[], wire?: WireOptions): Promise<Written>;
  /** Discovery with a fresh key: no `event_sources`. */
  discover(extra?: { context?: JsonObject }): Promise<Answer>;
  /**
   * Any call whose answer is all that matters. Refused by the guard where it could harm. Calls may overlap. The state is not
   * looked at: `discover` does that.
   */
  call(tool: string, request: JsonObject, wire?: WireOptions): Promise<Answer>;
  /**
   * Holds a choice that the specification leaves to the seller against what it chose before.
   * @param situation what it is about, to stand in a finding: "an update that leaves name out"
   * @param how what the seller did: "keeps it"
   */
  chose(situation: string, how: string, written: Written): void;
  /** Calls of the run, for any account, that the seller's rate limit refused to the end of the wait, oldest first. */
  readonly givenUp: readonly { tool: string; request: JsonObject; exchanges: number[] }[];
  /** Sources beside those that a deletion has to list so that they survive it: the lease, and what others put here. */
  keepers(sources: readonly EventSource[]): EventSource[];
  /** A well-formed `sync_event_sources` request for this account, not sent. */
  request(fields?: { event_sources?: EventSource[] } & SyncExtra): JsonObject;
}

/** What a scenario has in its hands. */
export interface Scene<Id extends string> {
  seller: SellerFacts;
  release: Release;
  buyer: Buyer;
  /** The second account's buyer; there only where the scenario needs `second-account`. */
  second: Buyer;
  /** Deterministic choice from the seed. */
  pick<T>(values: readonly T[], count: number): T[];
  /** Records what the evidence says of a rule. Never throws. */
  check(rule: Id, judgement: Judgement): void;
  /** Records that a rule does not apply to this seller, and why. */
  exclude(rule: Id, reason: string): void;
  /** Ends the scenario unless the judgement held; what it did not reach is `not_tested` for this reason. */
  given(judgement: Judgement, reason?: string): void;
}
