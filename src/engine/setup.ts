import type { Exchange } from "../transport/exchange.ts";
import type { Transport } from "../transport/transport.ts";
import type { Release } from "../validation/release.ts";
import type { Validator } from "../validation/validator.ts";
import type { Oracle } from "./oracle.ts";
import type { Phase } from "./phase.ts";
import type { RunEvent } from "./result.ts";
import type { ScenarioChoice } from "./scenarios.ts";
import type { Suite } from "./suite.ts";

export interface TransportHooks {
  onExchange(exchange: Exchange): void;
  nextNumber(): number;
}

/** Everything that a run needs to know. */
export interface RunSetup extends ScenarioChoice {
  url: string;
  /** Makes the (unopened) transport to the seller. */
  connect(hooks: TransportHooks): Transport;
  /** Makes one to the seller's endpoint for another transport. */
  connectAlso?(hooks: TransportHooks): Transport;
  /** Whether calls rotate over several endpoints of one deployment: then findings say which ones they went to. */
  replicas?: boolean;
  suites: readonly Suite[];
  oracle: Oracle;
  /** What is played after the scenarios; absent: nothing. */
  phase?: Phase;
  /** Whether the scenarios are left out: then the result names only the rules of which something was seen. */
  phaseOnly?: boolean;
  validator: Validator;
  /** The account reference as it stands in requests; absent, the seller is asked for a sandbox account. */
  account?: Record<string, unknown>;
  secondAccount?: Record<string, unknown>;
  /** Whether the connection carries credentials. */
  credentials?: boolean;
  /** The credential of somebody else, who may not use the account. */
  otherToken?: string;
  /** Whether plain http to other hosts is allowed: then it is no finding. */
  allowHttp?: boolean;
  /** The release asked for. */
  release: Release;
  /** 32-bit unsigned. Equal seeds send equal calls, apart from run id and keys. */
  seed: number;
  /** Globs over suite names and rule ids; an empty `only` selects everything. */
  only: readonly string[];
  skip: readonly string[];
  /** Leaves the tool's own security rules out. */
  noExtra: boolean;
  /** Ids that the account's owner says are seller-managed. */
  sellerManaged: readonly string[];
  allowDestructive: boolean;
  /** Runs in spite of another run's lease. */
  force: boolean;
  /** Says what would be sent and stops before the first write. */
  planOnly: boolean;
  failOn: "must" | "should";
  maxRps?: number;
  /** Seconds after which no further scenario starts. */
  maxTime?: number;
  /** Seconds: the longest `Retry-After` or `retry_after` that is waited for. */
  maxWait: number;
  /** Folder for `exchanges.ndjson` and `journal.ndjson`; absent: nothing is written. */
  directory?: string;
  /** A signal that ends the run early and cleanly. */
  signal?: AbortSignal;
  on?(event: RunEvent): void;
}
