import { findFault } from "../../fixtures/faults/index.ts";
import { startSeller } from "../../fixtures/seller/start.ts";
import { suites } from "../../suites/index.ts";
import type { FuzzResult, RuleResult } from "../engine/result.ts";
import { run } from "../engine/run.ts";
import type { RunSetup, TransportHooks } from "../engine/setup.ts";
import { type FuzzOptions, fuzzing } from "../fuzz/fuzz.ts";
import { oracle } from "../model/index.ts";
import { createA2aTransport } from "../transport/a2a.ts";
import { createMcpTransport } from "../transport/mcp.ts";
import type { Transport } from "../transport/transport.ts";
import { createValidator } from "../validation/index.ts";
import type { Release } from "../validation/release.ts";
import type { Validator } from "../validation/validator.ts";

/** One run of the suites: on the conformant seller, on a fault or on a variant. Plain data, so that it can be sent to a worker. */
export interface Case {
  kind: "conformant" | "fault" | "variant";
  /** Of the fault or the variant; for the conformant seller, its release. */
  name: string;
  release: Release;
  transport: Transport["kind"];
  seed: number;
  only: readonly string[];
  skip: readonly string[];
  noExtra: boolean;
  /** The only suites to play; absent: all of them. */
  suites?: readonly string[];
  /** Generated calls in place of the scenarios. */
  fuzz?: Pick<FuzzOptions, "runs" | "edges" | "specials" | "maxRequests" | "maxTime">;
  /** Whether the seller answers with event streams, and the run has its second account too. */
  stream?: true;
}

/** A rule that was broken in a run, and where that showed first. */
export interface Broken {
  rule: string;
  verdict: "failed" | "warned" | "noted";
  phase: "scenario" | "fuzz";
  scenario: string;
  message: string;
  /** How many requests had been sent when it showed. */
  requests: number;
}

export interface Played {
  case: Case;
  verdict: "conformant" | "non_conformant" | "inconclusive";
  /** Why it is inconclusive or ended early. */
  reason?: string;
  broken: Broken[];
  /** Rules that the run could not get to, with the reasons. */
  not_tested: { rule: string; reason: string }[];
  harness_errors: string[];
  requests: number;
  duration_ms: number;
  fuzz?: FuzzResult;
}

/** Longest wait for a complete answer: the seller is in this process, so only a call that hangs takes it. */
const TIMEOUT_MS = 20_000;
const TIMEOUT_OF_HANGING_MS = 1000;
/** Longest `retry_after` in seconds: a correct seller may ask for more than a broken one is worth. */
const MAX_WAIT = { conformant: 30, variant: 30, fault: 3 } as const;

const OTHER_TOKEN = "token-of-somebody-else";

let validator: Validator | undefined;

/** Starts the seller of a case in this process, runs the suites on it over HTTP, and stops it. */
export async function play(one: Case): Promise<Played> {
  const setup = one.kind === "fault" ? findFault(one.name).setup : undefined;
  const variants = one.kind === "variant" ? [one.name] : [...(setup?.variants ?? [])];
  const token = setup?.token ? "token-of-the-self-test" : undefined;
  const breaks = one.kind === "fault" ? findFault(one.name).breaks : [];
  const seller = await startSeller({
    release: one.release,
    ...(one.stream && { stream: true }),
    ...(one.kind === "fault" && { fault: one.name }),
    ...(variants.length > 0 && { variant: variants }),
    ...(token !== undefined && { token }),
    ...(setup?.stranger && { strangerToken: OTHER_TOKEN }),
  });
  validator ??= createValidator();
  const over = {
    mcp: { url: seller.url, create: createMcpTransport },
    a2a: { url: seller.a2aUrl, create: createA2aTransport },
  };
  const connect = (kind: Transport["kind"]) => (hooks: TransportHooks) =>
    over[kind].create({
      url: over[kind].url,
      timeoutMs: setup?.hangs ? TIMEOUT_OF_HANGING_MS : TIMEOUT_MS,
      ...(token !== undefined && { headers: { authorization: `Bearer ${token}` } }),
      ...hooks,
    });
  const runSetup: RunSetup = {
    url: over[one.transport].url,
    connect: connect(one.transport),
    ...(setup?.also && { connectAlso: connect(one.transport === "mcp" ? "a2a" : "mcp") }),
    suites: suites.filter(({ name }) => one.suites?.includes(name) ?? true),
    oracle,
    validator,
    account: setup?.account ?? { ...seller.account },
    credentials: token !== undefined,
    ...(setup?.stranger && { otherToken: OTHER_TOKEN }),
    ...((setup?.secondAccount || one.stream) && { secondAccount: { ...seller.secondAccount } }),
    release: one.release,
    seed: one.seed,
    only: one.only,
    skip: one.skip,
    noExtra: one.noExtra,
    sellerManaged: setup?.sellerManaged ?? [],
    allowDestructive: setup?.allowDestructive ?? false,
    force: false,
    planOnly: false,
    failOn: "must",
    maxWait: MAX_WAIT[one.kind],
    ...(one.fuzz && {
      phase: fuzzing({ ...one.fuzz, enough: (rule) => breaks.includes(rule) }),
      phaseOnly: true,
    }),
  };
  try {
    const { verdict, reason, rules, fuzz, harness_errors, requests, duration_ms } = await run(runSetup);
    return {
      case: one,
      verdict,
      ...(reason !== undefined && { reason }),
      broken: rules.flatMap(broken),
      not_tested: rules.flatMap((rule) =>
        rule.verdict === "not_tested" ? [{ rule: rule.id, reason: rule.reason ?? "" }] : [],
      ),
      harness_errors: harness_errors.map(({ scenario, message }) => `${scenario}: ${message}`),
      requests,
      duration_ms,
      ...(fuzz && { fuzz }),
    };
  } finally {
    await seller.close();
  }
}

function broken({ id, verdict, findings: [first] }: RuleResult): Broken[] {
  if (!first || (verdict !== "failed" && verdict !== "warned" && verdict !== "noted")) return [];
  const { phase, scenario, message, exchanges } = first;
  return [{ rule: id, verdict, phase, scenario, message, requests: Math.max(0, ...exchanges) }];
}
