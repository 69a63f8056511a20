import type { Exchange } from "../transport/exchange.ts";
import type { Release } from "../validation/release.ts";
import type { Basis, Level } from "./rule.ts";
import type { Shard } from "./scenarios.ts";

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
  /** Of what was generated: the value of `--replay` that makes the same calls again. */
  path?: string;
  /** Of what was generated: it did not show again when the same calls were sent anew. */
  flaky?: true;
  /** How many further times the same thing was seen (same rule, pointer and message). */
  repeats?: number;
  /** The other scenarios in which it was seen, some of them where they are many. */
  also_in?: string[];
}

export interface RuleResult {
  id: string;
  suite: string;
  level: Level;
  basis: Basis;
  statement: string;
  source: { title: string; url: string };
  security: boolean;
  /** The version of the tool since which it is graded. */
  since?: string;
  verdict: RuleVerdict;
  /** Why it is not_applicable or not_tested. */
  reason?: string;
  /** Nothing of the run spoke of the rule, neither for it nor against it. */
  unseen?: true;
  /** The scenarios that did not get to the rule, or did not apply, whatever the others did. */
  not_tested_in?: string[];
  not_applicable_in?: string[];
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

/** How much of something there is was seen. */
export interface Coverage {
  visited: number;
  of: number;
  /** What was not, at most 20 of it. */
  missing: string[];
}

/** What fuzzing did, whatever it found. */
export interface FuzzResult {
  seed: number;
  /** Sequences of calls that were played. */
  runs: number;
  /** Requests of the whole phase, shrinking included. */
  requests: number;
  /** Answers to `sync_event_sources` that were accepted, and such that were refused. */
  accepted: number;
  rejected: number;
  /** Kinds of states that the account was in, as far as the run's own sources go. */
  states: Coverage;
  /** Kinds of calls that were made in each of those states. */
  transitions: Coverage;
  /** Keywords of the request schema that were broken, each in each place where it stands. */
  keywords: Coverage;
  /** Values of the request schema's enums that were sent. */
  values: Coverage;
  /** Findings of this phase, and those of them that did not show again. */
  counterexamples: number;
  flaky: number;
  /** The first of them: after how many requests of the phase each was seen, and to how many steps it could be cut. */
  found: { rule: string; requests: number; steps: number }[];
  /** Why it ended before everything was played, where it did. */
  stopped?: string;
  /** What makes the phase worth less than it looks. */
  warnings: string[];
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
  /** The run was cut short, for that reason. */
  ended_early?: true;
  /** The lowest level whose failure makes the run non-conformant. */
  fail_on?: "must" | "should";
  /** Which part of a whole run it was. */
  shard?: Shard;
  seed: number;
  started_at: string;
  duration_ms: number;
  requests: number;
  rules: RuleResult[];
  /** `null`: nothing was generated. */
  fuzz: FuzzResult | null;
  harness_errors: HarnessError[];
  account: {
    before: AccountEntry[] | null;
    after: AccountEntry[] | null;
    /** What the run made, or changed, and could not put back. */
    left_behind: { event_source_id: string; reason: string }[];
  };
  timings: { p50_ms: number; p95_ms: number; max_ms: number };
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
  /** Sequences of calls that are generated after the scenarios. */
  sequences: number;
  /** Sources that stay behind when the run is over, as far as it is known now. */
  will_stay: string[];
}

/** What a run says while it goes on. */
export type RunEvent =
  | { type: "connected"; url: string; server?: { name?: string; version?: string }; protocol_version: string }
  | { type: "planned"; plan: Plan }
  | { type: "suite_started"; suite: string; about: string; scenarios: number }
  | { type: "suite_finished"; suite: string; passed: number; failed: number; warned: number; not_tested: number }
  | { type: "fuzzing"; done: number; of: number; findings: number }
  | { type: "request"; total: number }
  | { type: "waiting"; seconds: number; why: string }
  | { type: "notice"; message: string };
