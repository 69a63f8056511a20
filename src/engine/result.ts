import type { Exchange } from "../transport/exchange.ts";
import type { Release } from "../validation/release.ts";
import type { Bucket } from "./histogram.ts";
import type { Basis, Level } from "./rule.ts";

export type RunVerdict = "conformant" | "non_conformant" | "inconclusive";
export type RuleVerdict = "passed" | "failed" | "warned" | "noted" | "not_applicable" | "not_tested";

/** One way in which a rule was broken. */
export interface Finding {
  scenario: string;
  phase: "scenario" | "fuzz";
  message: string;
  json_pointer: string;
  expected: unknown;
  actual: unknown;
  schema_id?: string;
  /** Numbers of the exchanges that show it, in order; the last one is where `json_pointer` points. */
  exchanges: number[];
  remediation?: string;
  /** How many further times the same thing was seen (same rule, pointer and message). */
  repeats?: number;
}

export interface RuleResult {
  id: string;
  suite: string;
  level: Level;
  basis: Basis;
  statement: string;
  source: { title: string; url: string };
  security: boolean;
  verdict: RuleVerdict;
  /** Why it is not_applicable or not_tested. */
  reason?: string;
  findings: Finding[];
}

/** An event source as the report names it. */
export interface AccountEntry {
  event_source_id: string;
  managed_by: "buyer" | "seller";
  name?: string;
  /** Whether it is the tool's own (its id begins with `cf_`). */
  own: boolean;
}

export interface HarnessError {
  scenario: string;
  message: string;
}

/** All that a run learnt. The report is made of this and of nothing else. */
export interface RunResult {
  run_id: string;
  target: {
    url: string;
    transport: "mcp" | "a2a";
    /** The release that answers were judged by. */
    release: Release;
    account: unknown;
    server?: { name?: string; version?: string };
    protocol_version?: string;
  };
  verdict: RunVerdict;
  /** One sentence: why the run is inconclusive or ended early. */
  reason?: string;
  seed: number;
  started_at: string;
  duration_ms: number;
  requests: number;
  rules: RuleResult[];
  harness_errors: HarnessError[];
  account: {
    before: AccountEntry[] | null;
    after: AccountEntry[] | null;
    /** What the run made, or changed, and could not put back. */
    left_behind: { event_source_id: string; reason: string }[];
  };
  timings: { p50_ms: number; p95_ms: number; max_ms: number; histogram?: Bucket[] };
  schemas_used: { id: string; digest: string }[];
  /** The exchanges that findings cite, in order. */
  exchanges: Exchange[];
}

/** What a run would send, said before the first write. */
export interface Plan {
  url: string;
  release: Release;
  account: unknown;
  /** `full`: may delete; `limited`: the account holds what is not the tool's, so nothing that could harm it is sent. */
  mode: "full" | "limited";
  /** Why the mode is limited, one sentence. */
  reason?: string;
  /** Buyer-managed sources that are not the tool's own. */
  foreign: AccountEntry[];
  seller_managed: AccountEntry[];
  own: AccountEntry[];
  scenarios: { suite: string; name: string; rules: string[]; writes: boolean; deletes: boolean; blocked?: string }[];
  /** Sources that stay behind when the run is over, as far as it is known now. */
  will_stay: string[];
}

/** What a run says while it goes on. */
export type RunEvent =
  | { type: "connected"; url: string; server?: { name?: string; version?: string }; protocol_version: string }
  | { type: "planned"; plan: Plan }
  | { type: "suite_started"; suite: string; about: string; scenarios: number }
  | { type: "suite_finished"; suite: string; passed: number; failed: number; warned: number; not_tested: number }
  | { type: "request"; total: number }
  | { type: "waiting"; seconds: number; why: string }
  | { type: "notice"; message: string };
