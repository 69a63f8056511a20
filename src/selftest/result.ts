import type { Level } from "../engine/rule.ts";
import type { Release } from "../validation/release.ts";
import type { Broken } from "./play.ts";

/** A rule that took part in killing a fault. */
export interface Kill extends Broken {
  level: Level;
}

/**
 * `killed`: a rule that the fault breaks was broken. `weak`: so it was, but the fault breaks a `must`, and the run did not end
 * as non-conformant. `survived`: none was broken. `out_of_scope`: the run had none of its rules.
 */
export type FaultStatus = "killed" | "weak" | "survived" | "out_of_scope";

export interface FaultResult {
  name: string;
  suite: string;
  about: string;
  breaks: readonly string[];
  status: FaultStatus;
  /** Rules of its own that were broken, the one that it is about first. */
  killed_by: Kill[];
  /** Other rules that were broken as well: what follows from the defect. */
  also: string[];
  /** The verdict of the run, and why where it ended early. */
  verdict: string;
  reason?: string;
  requests: number;
  duration_ms: number;
  /** Seeds with which its status was another than `killed`. */
  seeds: number[];
  harness_errors: string[];
}

/** `blamed`: a `must` failed or a `should` warned that the variant does not announce. */
export type VariantStatus = "clean" | "blamed" | "inconclusive";

/** A correct seller: the conformant one in a release, or a variant. */
export interface VariantResult {
  name: string;
  about: string;
  release: Release;
  status: VariantStatus;
  findings: Broken[];
  reason?: string;
  requests: number;
  duration_ms: number;
  harness_errors: string[];
}

/** `proven`: some fault was killed by the rule. `idle`: faults name it, and none was killed by it. */
export type RuleStatus = "proven" | "idle" | "excused" | "uncovered" | "out_of_scope";

export interface RuleResult {
  id: string;
  suite: string;
  level: Level;
  status: RuleStatus;
  /** The faults that break it. */
  faults: string[];
  /** Those of them that it killed. */
  kills: string[];
  /** Why no fault breaks it, or why it cannot be told here. */
  reason?: string;
}

/** What generated calls alone have caught of the faults within their reach. */
export interface Power {
  caught: number;
  of: number;
  /** Names of the others. */
  missed: string[];
  /** Requests to the first catch, and steps to which it was cut: medians. */
  requests: number;
  steps: number;
}

/** What a self-test says. */
export interface SelfTest {
  format: "adcp-conformance-self-test/1";
  tool: { name: string; version: string };
  release: Release;
  seeds: number[];
  passed: boolean;
  /** Whether all suites were played on every fault, or only those of its rules. */
  full: boolean;
  /** Whether rules without a fault count: not where only some faults were played. */
  rules_judged: boolean;
  /** Where generated calls were played alone. */
  power?: Power;
  totals: {
    faults: Record<FaultStatus, number>;
    variants: Record<VariantStatus, number>;
    rules: Record<RuleStatus, number>;
    runs: number;
    requests: number;
    duration_ms: number;
  };
  faults: FaultResult[];
  variants: VariantResult[];
  rules: RuleResult[];
}
