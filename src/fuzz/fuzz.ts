import fc from "fast-check";
import type { Broken, Phase, Stage, Trial } from "../engine/phase.ts";
import type { FuzzResult } from "../engine/result.ts";
import { PhaseEnd } from "../engine/stop.ts";
import { isOwnId } from "../protocol/event-source.ts";
import { Attempt } from "./attempt.ts";
import type { Book } from "./book.ts";
import { Budget, type Limits } from "./budget.ts";
import { commandsFor } from "./commands.ts";
import { Coverage } from "./coverage.ts";
import { type Finder, find } from "./find.ts";
import { overlapsFor } from "./overlaps.ts";
import { type Generated, requestsFrom } from "./requests.ts";
import { type Case, caseOf, casesIn, derive, schedule, shareOf } from "./schedule.ts";
import { assertionsOf, requestSchema, type Schema } from "./schema/index.ts";
import { specialsFor } from "./specials.ts";
import { KINDS, type Step } from "./step.ts";
import { defectsTogether, edgesTogether } from "./together.ts";
import { type Edge, edgesOf } from "./walk.ts";
import { warningsOf } from "./warnings.ts";

export interface FuzzOptions extends Limits {
  /** Sequences of calls that are generated. */
  runs: number;
  /** Edges of the request schema that are walked. */
  edges: number;
  /** Whether cases are played as well to which chance comes too seldom. */
  specials?: boolean;
  /** Only every N-th case, beginning with the K-th. */
  shard?: { k: number; n: number };
  /** Only this case: the `path` of a finding. */
  path?: string;
  /** A folder of official schemas to generate from, in place of our own. */
  schemas?: string;
  /** Ends the phase as soon as a rule was broken and what broke it was made small. */
  enough?(rule: string): boolean;
}

/** Most calls of one sequence. */
const LONGEST = 14;
/** Requests that fast-check may use to shrink one sequence, before delta debugging goes on. */
const MOST_TO_SHRINK = 120;
/** Counterexamples of which it is told when they were seen. */
const MOST_TOLD = 100;
/** Defects that are sent one after another before the account is looked at. */
const BATCH = 10;

/** Generated calls under the rules of the suites. */
export function fuzzing(options: FuzzOptions): Phase {
  return { runs: options.runs, play: (stage) => new Fuzzing(options, stage).result() };
}

interface Arbitraries {
  commands: fc.Arbitrary<Iterable<fc.AsyncCommand<Book, Attempt>>>;
  requests: fc.Arbitrary<Generated>;
  overlaps: fc.Arbitrary<Step[]>;
}

class Fuzzing implements Finder {
  readonly #options: FuzzOptions;
  readonly stage: Stage;
  readonly budget: Budget;
  readonly coverage: Coverage;
  readonly #schema: Schema;
  readonly #make: Arbitraries;
  readonly #specials: ReturnType<typeof specialsFor>;
  #runs = 0;
  #counterexamples = 0;
  readonly #found: FuzzResult["found"] = [];
  #flaky = 0;

  constructor(options: FuzzOptions, stage: Stage) {
    this.#options = options;
    this.stage = stage;
    this.budget = new Budget(options, stage.started, () => stage.requests);
    this.#schema = requestSchema("sync-event-sources-request", stage.seller.release, options.schemas);
    this.coverage = new Coverage(assertionsOf(this.#schema), KINDS);
    this.#specials = options.specials || options.path?.startsWith("special/") ? specialsFor(stage) : [];
    // It takes a while to build them: they serve every case.
    this.#make = {
      commands: fc.commands(commandsFor(stage), { maxCommands: LONGEST, size: "max" }),
      requests: requestsFrom(this.#schema, stage),
      overlaps: overlapsFor(stage),
    };
    stage.onAnswer((answer) => this.budget.see(answer));
  }

  async result(): Promise<FuzzResult> {
    const { stage, budget, coverage } = this;
    let stopped: string | undefined;
    try {
      await this.#play();
    } catch (error) {
      if (!(error instanceof PhaseEnd)) throw error;
      stopped = error.message;
    }
    const told = {
      seed: stage.seed,
      runs: this.#runs,
      requests: budget.spent,
      accepted: budget.accepted,
      rejected: budget.rejected,
      states: coverage.states,
      transitions: coverage.transitions,
      keywords: coverage.keywords,
      values: coverage.values,
      counterexamples: this.#counterexamples,
      flaky: this.#flaky,
      found: this.#found,
      ...(stopped !== undefined && { stopped }),
    };
    return { ...told, warnings: warningsOf(told, budget) };
  }

  async #play(): Promise<void> {
    const { path, runs, edges, shard = { k: 1, n: 1 } } = this.#options;
    const all = path === undefined || path.startsWith("walk/") ? edgesOf(this.#schema, this.stage, edges) : [];
    const amounts = { edges: all.length, specials: this.#specials.length, runs };
    const whole = path === undefined ? schedule(amounts) : [caseOf(path)];
    const of = Math.ceil(((path === undefined ? casesIn(amounts) : 1) - (shard.k - 1)) / shard.n);
    const batch: number[] = [];
    const walk = () => this.#walk(batch.splice(0).flatMap((n) => (all[n] ? [{ n, edge: all[n] }] : [])));
    let done = 0;
    for (const one of shareOf(whole, shard)) {
      if (batch.length === BATCH || (batch.length > 0 && one.kind !== "walk")) await walk();
      this.stage.progress(done++, of, this.#counterexamples);
      if (one.kind === "walk") batch.push(one.n);
      else await this.#case(one);
    }
    if (batch.length > 0) await walk();
    this.stage.progress(done, of, this.#counterexamples);
  }

  async #case({ kind, n }: Case): Promise<void> {
    const seed = derive(this.stage.seed, kind, n);
    const once = <T>(arbitrary: fc.Arbitrary<T>): T => fc.sample(arbitrary, { seed, numRuns: 1 })[0] as T;
    const path = `${kind}/${n}`;
    if (kind === "sequence") {
      await this.#sequence(seed, path);
      this.#runs++;
    } else if (kind === "special") {
      const special = this.#specials[n];
      if (special) await this.#tryOut(special.name, path, special.steps);
    } else if (kind === "overlap") {
      await this.#tryOut("generated calls at once", path, once(this.#make.overlaps));
    } else {
      const { steps, broken } = once(this.#make.requests);
      for (const label of broken) this.coverage.label("invalid", label);
      await this.#tryOut("a generated request", path, steps);
    }
  }

  /** Edges of the schema, several at a time: only where one of those is not as it should be, each is sent by itself. */
  async #walk(edges: readonly { n: number; edge: Edge }[]): Promise<void> {
    for (const { edge } of edges) this.coverage.label(edge.side, edge.label);
    const clean = new Set(
      this.stage.limited === undefined ? await this.#cleanTogether(edges.map(({ edge }) => edge)) : [],
    );
    for (const { n, edge } of edges) {
      if (clean.has(edge)) continue;
      const name = `the edge of ${edge.label.keyword} at ${edge.label.pointer || "the request"}`;
      await this.#tryOut(name, `walk/${n}`, [edge.step]);
    }
  }

  async #cleanTogether(edges: readonly Edge[]): Promise<Edge[]> {
    const { stage, budget } = this;
    const [defects, valid] = [
      edges.filter(({ step }) => step.do === "defect"),
      edges.filter(({ step }) => step.do === "odd"),
    ];
    await this.#ready();
    return [
      ...(defects.length > 1 && (await defectsTogether(stage, budget, defects)) ? defects : []),
      ...(valid.length > 1 && (await edgesTogether(stage, budget, valid)) ? valid : []),
    ];
  }

  async #ready(): Promise<void> {
    this.budget.mustGoOn();
    const { broken } = await this.stage.trial("reset", () => this.stage.reset());
    for (const one of broken) this.#put(one, "putting the account in order");
  }

  async #tryOut(name: string, path: string, steps: readonly Step[]): Promise<void> {
    const { attempt, trial } = await this.#explore(name, async (one) => {
      for (const step of steps) await one.play(step);
    });
    for (const broken of this.#news(trial, name)) await this.#find(broken, attempt.steps, name, path);
  }

  /** One sequence: fast-check makes it, and makes it shorter when it breaks something. */
  async #sequence(seed: number, path: string): Promise<void> {
    const name = "a generated sequence";
    let news: Broken[] | undefined;
    let whole: readonly Step[] = [];
    let shortest: readonly Step[] = [];
    let first = 0;
    let stop: unknown;
    const property = fc.asyncProperty(this.#make.commands, async (all) => {
      if (stop !== undefined || (news && this.budget.spent - first > MOST_TO_SHRINK)) return;
      try {
        const { attempt, trial } = await this.#explore(name, async (one) => {
          await fc.asyncModelRun(() => ({ model: one.book, real: one }), all);
        });
        if (!news) {
          news = this.#news(trial, name);
          whole = attempt.steps;
          first = this.budget.spent;
        }
        const [target] = news;
        if (!target || !trial.broken.some((one) => this.stage.sameCause(one, target))) return;
        shortest = attempt.steps;
      } catch (error) {
        stop = error;
        return;
      }
      throw new Error("it shows again");
    });
    await fc.check(property, { seed, numRuns: 1 });
    const [target, ...others] = news ?? [];
    if (stop !== undefined) {
      for (const one of news ?? []) this.#put(one, name, path);
      throw stop;
    }
    if (target) await this.#find(target, shortest, name, path);
    for (const other of others) {
      if (!this.stage.repeats(other)) await this.#find(other, whole, name, path);
    }
  }

  /** Plays something on an account without sources of the run, and takes them away again at the end. */
  async #explore(name: string, play: (attempt: Attempt) => Promise<void>): Promise<{ attempt: Attempt; trial: Trial }> {
    const { stage } = this;
    await this.#ready();
    const attempt = new Attempt(stage, this.budget, this.coverage);
    const trial = await stage.trial(name, async () => {
      await play(attempt);
      const left = stage.buyer.state.rows.filter(({ id }) => isOwnId(id)).length > 1;
      if (left && stage.limited === undefined)
        await attempt.play({ do: "sync", sources: [], key: attempt.book.nextKey(), deletes: true });
      if (stage.second) await stage.lookBeside(false);
    });
    return { attempt, trial };
  }

  /** What was broken in a way that is not in the book yet, the gravest first; one of each cause. */
  #news({ broken }: Trial, name: string): Broken[] {
    const { stage } = this;
    const news: Broken[] = [];
    for (const one of broken) {
      const level = stage.rule(one.rule)?.level;
      if (level === undefined || news.some((other) => stage.sameCause(one, other)) || stage.repeats(one)) continue;
      if (level === "note") this.#put(one, name);
      else news.push(one);
    }
    const grave = (one: Broken) => (stage.rule(one.rule)?.level === "must" ? 0 : 1);
    return news.toSorted((a, b) => grave(a) - grave(b));
  }

  async #find(broken: Broken, steps: readonly Step[], name: string, path: string): Promise<void> {
    const requests = this.budget.spent;
    this.#counterexamples++;
    const made = await find(this, broken, steps, name, path);
    if (made.flaky) this.#flaky++;
    if (this.#found.length < MOST_TOLD) this.#found.push({ rule: broken.rule, requests, steps: made.steps });
    if (this.#options.enough?.(broken.rule)) throw new PhaseEnd("enough was found");
  }

  /** Puts something into the book as it was seen. */
  #put(broken: Broken, scenario: string, path?: string): void {
    if (this.stage.repeats(broken)) return;
    this.stage.report({ ...broken, scenario, ...(path !== undefined && { path }) });
  }
}
