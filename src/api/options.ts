import type { RunEvent } from "../engine/result.ts";
import type { Release } from "../validation/release.ts";

/** What a run may be given. All of it is optional. */
export interface RunOptions {
  /** The seller's MCP endpoint or A2A address; absent: the embedded seller. */
  url?: string;
  /**
   * The account that may be used: an id, or an account reference as it stands in requests. Absent, a sandbox account that the
   * seller lists.
   */
  account?: string | Record<string, unknown>;
  /** Another account, for rules about their separation. */
  secondAccount?: string | Record<string, unknown>;
  /** Sent as `Authorization: Bearer`; else the environment variable ADCP_TOKEN, where it is set. */
  token?: string;
  /** Headers of every request. */
  header?: Record<string, string>;
  /** The credential of somebody else, who may not use the account; else ADCP_OTHER_TOKEN, where it is set. */
  otherToken?: string;
  transport?: "auto" | "mcp" | "a2a";
  /** The same seller's endpoint for the other transport. */
  also?: string;
  /** Further endpoints of the same deployment, over which calls rotate. */
  replica?: string | readonly string[];
  /** Puts the arguments of a call under `parameters`, as older A2A sellers ask for. */
  a2aParameters?: boolean;
  /** The AdCP release to ask for; 3.1 unless given. */
  release?: Release;
  /** Globs over suites and rules. */
  only?: string | readonly string[];
  skip?: string | readonly string[];
  /** Leaves the tool's own security rules out. */
  noExtra?: boolean;
  /** Generated sequences; 25 unless given, 0 for none. */
  runs?: number;
  /** Most requests for what is generated. */
  maxRequests?: number;
  /** From 0 to 2 ** 32 - 1; random unless given. The report tells it. */
  seed?: number;
  /** Milliseconds for one complete answer; 30,000 unless given. */
  timeout?: number;
  /** Most requests in a second. */
  maxRps?: number;
  /** Seconds after which nothing new is started. */
  maxTime?: number;
  /** Seconds: the longest `retry_after` that is waited for; 30 unless given. */
  maxWait?: number;
  /** Ids of event sources that the seller is known to manage. */
  sellerManaged?: string | readonly string[];
  /** Allows what may delete or change event sources of others on the account. */
  allowDestructive?: boolean;
  /** Allows plain http to hosts other than this one. */
  allowHttp?: boolean;
  /** Runs although another run's lease is on the account. */
  force?: boolean;
  /** `K/N`: plays only the K-th of N parts. */
  shard?: string;
  /** A folder of official schemas to validate by. */
  schemas?: string;
  /** A file of known failures. */
  baseline?: string;
  /** Grades by the rules of that version of this tool. */
  rules?: string;
  /** The lowest level whose failure makes the run non-conformant; `must` unless given. */
  failOn?: "must" | "should";
  /** A folder for the reports; none are written unless given. */
  out?: string;
  /** Formats that are written to `out` beside `report.json`. */
  format?: string | readonly string[];
  /** A configuration file, whose options these ones override. None is read unless given. */
  config?: string;
  /** Relative paths are resolved from here; the process's working directory unless given. */
  cwd?: string;
  /** Ends the run early and cleanly: the account is put in order, and the report says so. */
  signal?: AbortSignal;
  /** Hears how the run goes on. */
  onEvent?(event: RunEvent): void;
}
