import type { Answer } from "../protocol/answer.ts";
import type { Row } from "../protocol/event-source.ts";
import type { JsonObject } from "../protocol/json.ts";
import type { Broke, Held } from "./judgement.ts";

/** What an account holds, as one discovery showed it. */
export interface Snapshot {
  /** The number of the discovery's exchange. */
  exchange: number;
  /** The sources that are there: announcements of deletions left out. */
  rows: readonly Row[];
}

/** The kinds of things that the oracle looks at when it holds an answer against the state before and after. */
export type Observed =
  | "new is created"
  | "created is stored"
  | "change is noticed"
  | "change is not a creation"
  | "change is called updated"
  | "update is stored"
  | "resend is no creation"
  | "resend is called unchanged"
  | "one row each"
  | "failed changes nothing"
  | "rejected changes nothing"
  | "unnamed stays"
  | "unnamed stays, delete_missing false"
  | "nothing else appears"
  | "unlisted is removed"
  | "removed is reported"
  | "listed survives"
  | "seller-managed stays"
  | "seller id is stable"
  | "discovery changes nothing"
  | "omitted field"
  | "echo is faithful"
  | "echo is complete"
  | "domains are echoed"
  | "seller-managed are listed"
  | "discovery answers"
  | "answered is shown"
  | "reported deletions are true"
  | "other account stays"
  | "choice is kept";

export interface Observation {
  what: Observed;
  judgement: Held | Broke;
}

/** One difference between two snapshots. */
export interface Change {
  id: string;
  what: "lost" | "appeared" | "altered" | "doubled";
  managedBy: "buyer" | "seller";
  /** The field, for `altered`. */
  field?: string;
  before?: unknown;
  after?: unknown;
}

/** A write, and what the account held before and after it. */
export interface Write {
  /** The `sync_event_sources` arguments. */
  request: JsonObject;
  answer: Answer;
  before: Snapshot;
  after: Snapshot;
  /** All differences between the two. */
  changes: Change[];
  /** Ids of sources that are meant to be refused; all others are well-formed. */
  mayFail?: ReadonlySet<string>;
  /** Whether a seller may refuse the request, or sources of it, although it is well-formed. */
  mayRefuse?: true;
}

/** What an account must hold after a call. One oracle serves one account during one run: it learns what the seller shows. */
export interface AccountOracle {
  /** Takes note of a discovery. */
  see(snapshot: Snapshot): void;
  /** Holds a well-formed write against the state before and after it. */
  judge(write: Write): Observation[];
  /** Sources of these ids may have been changed by a call that is not judged: what was sent before says nothing of them now. */
  unsure(ids: readonly string[]): void;
  /** All differences between two snapshots, in the fields that a buyer sets. */
  changes(before: Snapshot, after: Snapshot): Change[];
  /**
   * Holds a choice that the specification leaves to the seller against what it chose before in the same situation.
   * @param situation what it is about, to stand in a finding: "an update that leaves name out"
   * @param how what the seller did: "keeps it"
   */
  chose(situation: string, how: string, write: Write): Observation[];
}

export type Oracle = () => AccountOracle;
