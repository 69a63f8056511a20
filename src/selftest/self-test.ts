import { FAULTS, type Fault, findFault } from "../../fixtures/faults/index.ts";
import { UNCOVERED } from "../../fixtures/faults/uncovered.ts";
import { VARIANTS } from "../../fixtures/variants/index.ts";
import { suites } from "../../suites/index.ts";
import type { Rule } from "../engine/rule.ts";
import { globToRegExp, selectRules } from "../engine/select.ts";
import { ALONE } from "../fuzz/defaults.ts";
import { RELEASES, type Release } from "../validation/release.ts";
import { judgeFault, judgeVariant } from "./judge.ts";
import type { Case, Played } from "./play.ts";
import { type PoolOptions, playAll } from "./pool.ts";
import { ENOUGH, powerOf } from "./power.ts";
import type { FaultResult, RuleResult, SelfTest } from "./result.ts";

export interface SelfTestOptions extends PoolOptions {
  tool: { name: string; version: string };
  /** Globs over the names of faults and variants; empty: all of them. */
  names: readonly string[];
  only: readonly string[];
  skip: readonly string[];
  noExtra: boolean;
  /** Asked for where a fault does not need another one; default 3.1. */
  release?: Release;
  seeds: readonly number[];
  /** Plays everything over this transport; absent, over MCP, and over A2A what shows there alone. */
  transport?: Kind;
  /** Plays all suites on every fault; without it, first those of the rules that it breaks, then all where it survived. */
  full?: boolean;
  /** Leaves the faults out. */
  correct?: boolean;
  /** `fuzz` plays generated calls alone; by default they are played only on the faults that survive the scenarios. */
  phase?: "scenarios" | "fuzz";
  /** With `fuzz`: sequences that are played on a correct seller; default 20. */
  runs?: number;
}

type Kind = Case["transport"];

/** The transport over which something is played; `undefined` where it is none of this self-test. */
const transportOf = (needed: Kind | undefined, asked: Kind | undefined): Kind | undefined => {
  if (needed === undefined) return asked ?? "mcp";
  return asked === undefined || asked === needed ? needed : undefined;
};
/** What it does on a defect that no scenario sees. */
const DEEP = { runs: 2000, edges: 0, maxRequests: 12_000 } as const;
/** What it does on a correct seller, which is to be found so under many seeds. */
const SMALL = { runs: 20, edges: 30, specials: true, maxRequests: 2000 } as const;

interface Known {
  suite: string;
  rule: Rule;
}

/**
 * Runs the suites on faults (each has to be killed), on variants and on the conformant seller (none may be blamed), and says
 * of each rule whether some fault proves that it can fail.
 * @throws Error when a run cannot be carried out, which is a defect of this tool.
 */
export async function selfTest(options: SelfTestOptions): Promise<SelfTest> {
  const started = Date.now();
  const release = options.release ?? "3.1";
  const selected = selectRules(suites, options);
  const rules = new Map<string, Known>();
  for (const suite of suites)
    for (const [id, rule] of Object.entries(suite.rules))
      if (selected.has(id)) rules.set(id, { suite: suite.name, rule });
  const has = (id: string, served: Release) => {
    const releases = rules.get(id)?.rule.releases;
    return rules.has(id) && (releases === undefined || releases.includes(served));
  };

  const globs = options.names.map(globToRegExp);
  const wanted = ({ name }: { name: string }) => globs.length === 0 || globs.some((glob) => glob.test(name));
  const faults = options.correct ? [] : FAULTS.filter(wanted);
  const inScope = ({ breaks, setup }: Fault) =>
    transportOf(setup?.transport, options.transport) !== undefined &&
    breaks.some((id) => has(id, setup?.release ?? release));
  const cases = casesOf(options, release, faults.filter(inScope), VARIANTS.filter(wanted));
  const first = await playAll(cases, options);
  // Rules of every answer may find their occasion in other suites alone.
  const doubtful = first.filter(
    ({ case: one, ...run }) =>
      one.suites && judgeFault(findFault(one.name), [{ case: one, ...run }], rules).status !== "killed",
  );
  const again = await playAll(
    doubtful.map(({ case: { suites: _, ...one } }) => one),
    options,
  );
  // Some show only after several calls that no scenario makes.
  const surviving = again.filter((run) => judgeFault(findFault(run.case.name), [run], rules).status !== "killed");
  const generated = await playAll(
    surviving.map(({ case: one }) => ({ ...one, fuzz: DEEP })),
    options,
  );
  const caught = generated.filter((run) => judgeFault(findFault(run.case.name), [run], rules).status === "killed");
  const isCaught = ({ case: { name, seed } }: Played) =>
    caught.some((run) => run.case.name === name && run.case.seed === seed);
  const played = [
    ...first.filter((run) => !doubtful.includes(run)),
    ...again.filter((run) => !isCaught(run)),
    ...caught,
  ];

  // What is merely noted counts against a fault only where the conformant seller does not give occasion for it.
  const usual = new Set(played.filter((one) => one.case.kind !== "fault").flatMap(notes));
  const runsOf = (kind: Case["kind"], name: string) =>
    played.filter((p) => p.case.kind === kind && p.case.name === name);
  const results = faults.map((fault) => judgeFault(fault, runsOf("fault", fault.name), rules, usual));
  const conformant = conformants(options).flatMap(({ name, release: one }) =>
    judgeVariant({ name, about: `The conformant seller, release ${one}.`, warns: [] }, runsOf("conformant", name)),
  );
  const variants = VARIANTS.flatMap((variant) => judgeVariant(variant, runsOf("variant", variant.name)));
  const all = [...conformant, ...variants];
  const covered = [...rules].map(([id, known]) => coverage(id, known, results));
  const fuzz = options.phase === "fuzz";
  const rulesJudged = options.names.length === 0 && !options.correct && !fuzz && !options.signal?.aborted;
  const power = fuzz ? powerOf(results, played, rules) : undefined;
  const count = <T extends string>(list: readonly { status: T }[], names: readonly T[]) =>
    Object.fromEntries(names.map((name) => [name, list.filter(({ status }) => status === name).length])) as Record<
      T,
      number
    >;
  const totals = {
    faults: count(results, ["killed", "weak", "survived", "out_of_scope"]),
    variants: count(all, ["clean", "blamed", "inconclusive"]),
    rules: count(covered, ["proven", "idle", "excused", "uncovered", "out_of_scope"]),
    runs: played.length,
    requests: played.reduce((sum, { requests }) => sum + requests, 0),
    duration_ms: Date.now() - started,
  };
  return {
    format: "adcp-conformance-self-test/1",
    tool: options.tool,
    release,
    seeds: [...options.seeds],
    passed:
      totals.variants.blamed + totals.variants.inconclusive === 0 &&
      (power ? power.caught >= ENOUGH * power.of : totals.faults.survived + totals.faults.weak === 0) &&
      !(rulesJudged && totals.rules.uncovered > 0) &&
      played.every(({ harness_errors }) => harness_errors.length === 0),
    full: options.full ?? false,
    rules_judged: rulesJudged,
    ...(power && { power }),
    totals,
    faults: results,
    variants: all,
    rules: covered,
  };
}

function casesOf(
  options: SelfTestOptions,
  release: Release,
  faults: readonly Fault[],
  variants: readonly (typeof VARIANTS)[number][],
): Case[] {
  const { only, skip, noExtra } = options;
  const fuzz = options.phase === "fuzz";
  return options.seeds.flatMap((seed, turn) => {
    const common = { seed, only, skip, noExtra };
    const correct: Case[] = [
      ...conformants(options).map((one): Case => ({ kind: "conformant", ...one, ...common })),
      // Those that wait for rate limits take longest, and stand at the end of the list.
      ...[...variants].reverse().flatMap(({ name, transport: needed }): Case[] => {
        const transport = transportOf(needed, options.transport);
        return transport ? [{ kind: "variant", name, release, transport, ...common }] : [];
      }),
    ];
    const small = { ...SMALL, ...(options.runs !== undefined && { runs: options.runs }) };
    return [
      ...(fuzz
        ? // Of two seeds in a row each correct seller answers one as JSON and one as event streams.
          correct.map((one, n) => ({ ...one, fuzz: small, ...((n + turn) % 2 === 1 && { stream: true as const }) }))
        : correct),
      ...faults.map(
        ({ name, setup, breaks }): Case => ({
          kind: "fault",
          name,
          release: setup?.release ?? release,
          transport: transportOf(setup?.transport, options.transport) ?? "mcp",
          ...common,
          ...(fuzz ? { fuzz: ALONE } : !options.full && { suites: suitesOf(breaks) }),
        }),
      ),
    ];
  });
}

/** The conformant seller in each release, over each transport. */
function conformants({ release, transport }: SelfTestOptions): Pick<Case, "name" | "release" | "transport">[] {
  const transports: Kind[] = transport ? [transport] : ["mcp", "a2a"];
  return transports.flatMap((over) =>
    (release ? [release] : RELEASES).map((one) => ({
      name: over === "mcp" ? one : `${one} over A2A`,
      release: one,
      transport: over,
    })),
  );
}

const suitesOf = (breaks: readonly string[]): string[] =>
  suites.filter(({ rules }) => breaks.some((id) => Object.hasOwn(rules, id))).map(({ name }) => name);

const notes = (played: Played): string[] =>
  played.broken.filter(({ verdict }) => verdict === "noted").map(({ rule, message }) => `${rule} ${message}`);

function coverage(id: string, { suite, rule }: Known, results: readonly FaultResult[]): RuleResult {
  const naming = results.filter(({ breaks }) => breaks.includes(id));
  const kills = naming.filter(({ killed_by }) => killed_by.some((kill) => kill.rule === id));
  const played = naming.filter(({ status }) => status !== "out_of_scope");
  const reason = UNCOVERED[id];
  const status =
    kills.length > 0
      ? "proven"
      : reason !== undefined
        ? "excused"
        : naming.length === 0
          ? "uncovered"
          : played.length > 0
            ? "idle"
            : "out_of_scope";
  return {
    id,
    suite,
    level: rule.level,
    status,
    faults: naming.map(({ name }) => name),
    kills: kills.map(({ name }) => name),
    ...(reason !== undefined && status !== "proven" && { reason }),
  };
}
