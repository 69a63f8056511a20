import { randomBytes } from "node:crypto";
import { readCapabilities } from "../protocol/capabilities.ts";
import { versionFields } from "../protocol/request.ts";
import type { Opened } from "../transport/transport.ts";
import { AnswerChecks, appliesTo } from "./answer-checks.ts";
import { Caller } from "./caller.ts";
import { Desk } from "./desk.ts";
import { Guard } from "./guard.ts";
import { Ids } from "./ids.ts";
import { Journal } from "./journal.ts";
import type { Judgement } from "./judgement.ts";
import { foreignLease, leaseName, RENEW_MS, SENTINEL_ID } from "./lease.ts";
import { Ledger } from "./ledger.ts";
import { askCapabilities, isOffered, listTools, open, TASK, unusable } from "./opening.ts";
import type { Observation, Snapshot } from "./oracle.ts";
import { entry, planOf } from "./plan.ts";
import { Player } from "./player.ts";
import { random } from "./random.ts";
import { Recorder } from "./recorder.ts";
import { ReleaseJudge } from "./release-judge.ts";
import { type Leftover, restore } from "./restore.ts";
import type { RunResult } from "./result.ts";
import { selectRules } from "./select.ts";
import type { SellerFacts } from "./seller.ts";
import type { RunSetup } from "./setup.ts";
import { RunEnd, ScenarioEnd } from "./stop.ts";
import type { Suite } from "./suite.ts";
import { runVerdict } from "./verdict.ts";

/** Milliseconds that putting the account in order may take when the run was interrupted or the seller stopped answering. */
const RESTORE_MS = 20_000;

/**
 * Runs the suites against a seller. Whatever the seller does is told in the result; nothing that it does is thrown.
 * @throws Error only when the report folder cannot be written.
 */
export async function run(setup: RunSetup): Promise<RunResult> {
  return new Run(setup).result();
}

class Run {
  readonly #setup: RunSetup;
  readonly #id = randomBytes(4).toString("hex");
  readonly #started = new Date();
  readonly #recorder: Recorder;
  readonly #journal: Journal;
  readonly #ledger: Ledger;
  readonly #releases: ReleaseJudge;
  readonly #checks: AnswerChecks;
  readonly #caller: Caller;
  readonly #transport;
  readonly #random: () => number;
  readonly #suites: Suite[];
  #opened: Opened | undefined;
  #seller: SellerFacts | undefined;
  #desk: Desk | undefined;
  #guard: Guard | undefined;
  #player: Player | undefined;
  #oracle;
  #ids: Ids;
  #wrote = false;
  #leased = 0;
  #after: Snapshot | undefined;
  #left: Leftover[] = [];

  constructor(setup: RunSetup) {
    this.#setup = setup;
    const selected = selectRules(setup.suites, setup);
    this.#suites = [...setup.suites];
    this.#ledger = new Ledger(setup.suites, selected);
    this.#recorder = new Recorder(setup.directory);
    this.#journal = new Journal(setup.planOnly ? undefined : setup.directory);
    this.#releases = new ReleaseJudge(setup.release);
    this.#random = random(setup.seed);
    this.#oracle = setup.oracle();
    this.#ids = new Ids(this.#id);
    this.#checks = new AnswerChecks(setup.suites, this.#releases, setup.validator, (rule, judgement) =>
      this.#record(rule, judgement),
    );
    this.#transport = setup.connect({
      nextNumber: this.#recorder.nextNumber,
      onExchange: (exchange) => {
        this.#recorder.add(exchange);
        setup.on?.({ type: "request", total: this.#recorder.count });
      },
    });
    this.#caller = new Caller({
      transport: this.#transport,
      validator: setup.validator,
      releaseOf: (payload) => this.#releases.of(payload),
      onAnswer: (answer, last) => {
        if (last || answer.payload) this.#checks.check(answer);
      },
      onWait: (seconds, why) => setup.on?.({ type: "waiting", seconds, why }),
      random: random(setup.seed ^ 0x5eed),
      maxWait: setup.maxWait,
      ...(setup.maxRps !== undefined && { maxRps: setup.maxRps }),
      ...(setup.signal && { signal: setup.signal }),
    });
  }

  async result(): Promise<RunResult> {
    let cut: string | undefined;
    try {
      await this.#go();
    } catch (error) {
      if (!(error instanceof RunEnd)) throw error;
      cut = error.reason;
    }
    try {
      if (this.#wrote) await this.#restore(cut);
    } finally {
      await this.#transport.close();
      this.#journal.close();
      this.#recorder.close();
    }
    return this.#report(cut);
  }

  async #go(): Promise<void> {
    const { setup, seller, desk } = await this.#look();
    const guard = this.#guard as Guard;
    const scene = { seller, guard, allowDestructive: setup.allowDestructive };
    setup.on?.({ type: "planned", plan: planOf(this.#suites, this.#ledger, setup.account, scene) });
    if (setup.planOnly) throw new RunEnd("only the plan was asked for (--plan)");
    const lease = foreignLease(guard.first.rows, this.#id, new Date());
    if (lease && !setup.force) {
      throw new RunEnd(
        `another run (${lease.run}) has been at work on this account since ${lease.since}; wait until it is over, or pass --force`,
      );
    }
    this.#begin(guard, seller);
    this.#player = new Player({
      ...scene,
      ledger: this.#ledger,
      ids: this.#ids,
      buyer: desk,
      random: this.#random,
      record: (rule, judgement) => this.#record(rule, judgement),
    });
    await this.#firstWrite(desk, guard);
    for (const suite of this.#suites) await this.#playSuite(suite, this.#player, desk);
  }

  /** Everything that is learnt without writing: connection, tools, capabilities, and what the account holds. */
  async #look() {
    const { signal, on, url, account } = this.#setup;
    this.#opened = await open(this.#transport, signal);
    on?.({
      type: "connected",
      url,
      protocol_version: this.#opened.protocolVersion,
      ...(this.#opened.server && { server: this.#opened.server }),
    });
    const { tools, problem } = await listTools(this.#transport, signal);
    const toolsExchange = this.#recorder.count;
    const capabilitiesAnswer = await this.#unlimited(() => askCapabilities(this.#caller, this.#releases));
    const capabilities = readCapabilities(capabilitiesAnswer.payload);
    const facts = { url, transport: this.#transport.kind, tools, toolsExchange, capabilities, capabilitiesAnswer };
    const seller: SellerFacts = {
      ...facts,
      ...(problem !== undefined && { toolsProblem: problem }),
      asked: this.#setup.release,
      sellerManaged: this.#setup.sellerManaged,
      // The first answers may still tell which release is served.
      release: this.#releases.current,
    };
    this.#seller = seller;
    if (!isOffered(seller)) {
      throw new RunEnd(
        `the seller does not offer ${TASK}: it does not list the tool, and its capabilities do not declare conversion tracking`,
      );
    }
    const desk = this.#newDesk(account, seller);
    this.#desk = desk;
    const answer = await this.#unlimited(() => desk.discover());
    const reason = unusable(answer, account);
    if (reason !== undefined) throw new RunEnd(reason);
    seller.release = this.#releases.current;
    this.#checkSeller(seller);
    if (answer.outcome.kind !== "accepted") {
      throw new RunEnd("the account could not be discovered, so it cannot be known whether it is safe to write to");
    }
    this.#guard = new Guard(desk.state, this.#setup);
    desk.protect(this.#guard);
    return { setup: this.#setup, seller, desk };
  }

  /** Before the first scenario, a seller that only refuses for its rate limit ends the run. */
  async #unlimited<T>(work: () => Promise<T>): Promise<T> {
    return work().catch((error: unknown) => {
      throw error instanceof ScenarioEnd ? new RunEnd(error.reason) : error;
    });
  }

  #newDesk(account: Record<string, unknown>, seller: SellerFacts): Desk {
    return new Desk({
      account,
      version: versionFields(seller.release, this.#releases.declared),
      seller,
      caller: this.#caller,
      oracle: this.#oracle,
      validator: this.#setup.validator,
      journal: this.#journal,
      ids: this.#ids,
      random: this.#random,
      allowDestructive: this.#setup.allowDestructive,
      kept: (withoutLease) => [...(withoutLease ? [] : [this.#sentinel()]), ...(this.#guard?.keepers() ?? [])],
      observe: (observations) => this.#observe(observations),
    });
  }

  #sentinel() {
    return { event_source_id: SENTINEL_ID, name: this.#leaseName };
  }

  #leaseName = "";

  #begin(guard: Guard, seller: SellerFacts): void {
    this.#wrote = true;
    this.#journal.write({
      type: "start",
      run_id: this.#id,
      at: new Date().toISOString(),
      url: seller.url,
      transport: seller.transport,
      account: this.#setup.account,
      release: seller.release,
      version: versionFields(seller.release, this.#releases.declared),
      before: guard.first.rows.map((row) => row.raw),
    });
  }

  /** The lease: one named source. The account is looked at again before anything else is sent. */
  async #firstWrite(desk: Desk, guard: Guard): Promise<void> {
    if (this.#player) this.#player.current = "first write";
    await this.#lease(desk).catch((error: unknown) => {
      if (!(error instanceof ScenarioEnd)) throw error;
    });
    if (guard.limited !== undefined) this.#limit(guard);
    const holder = foreignLease(desk.state.rows, this.#id, new Date());
    if (holder && !this.#setup.force) {
      throw new RunEnd(
        `another run (${holder.run}) took the account at the same time; wait until it is over, or pass --force`,
      );
    }
  }

  #limit(guard: Guard): void {
    this.#ids.limit(guard.own.map((row) => row.id).filter((id) => id !== SENTINEL_ID));
  }

  async #lease(desk: Desk): Promise<void> {
    const now = new Date();
    this.#leaseName = leaseName(this.#id, now);
    this.#leased = now.getTime();
    await desk.sync([this.#sentinel()]);
  }

  async #playSuite(suite: Suite, player: Player, desk: Desk): Promise<void> {
    const { on, maxTime } = this.#setup;
    const scenarios = suite.scenarios.filter(({ proves }) => proves.some((rule) => this.#ledger.has(rule)));
    const rules = Object.keys(suite.rules).filter((rule) => this.#ledger.has(rule));
    if (rules.length === 0) return;
    on?.({ type: "suite_started", suite: suite.name, about: suite.about, scenarios: scenarios.length });
    for (const scenario of scenarios) {
      if (maxTime !== undefined && Date.now() - this.#started.getTime() > maxTime * 1000) {
        throw new RunEnd(`the time of ${maxTime} s was used up (--max-time)`);
      }
      if (this.#setup.signal?.aborted) throw new RunEnd("the run was interrupted");
      await this.#keepLease(desk);
      await player.play(suite, scenario);
    }
    const results = this.#ledger.results().filter((rule) => rule.suite === suite.name);
    const count = (verdict: string) => results.filter((rule) => rule.verdict === verdict).length;
    on?.({
      type: "suite_finished",
      suite: suite.name,
      passed: count("passed"),
      failed: count("failed"),
      warned: count("warned"),
      not_tested: count("not_tested"),
    });
  }

  /** Takes the lease again when it is old, or a defect of the seller removed it. */
  async #keepLease(desk: Desk): Promise<void> {
    const there = desk.state.rows.some(({ id }) => id === SENTINEL_ID);
    if (there && Date.now() - this.#leased < RENEW_MS) return;
    await this.#lease(desk).catch((error: unknown) => {
      if (!(error instanceof ScenarioEnd)) throw error;
    });
  }

  #checkSeller(seller: SellerFacts): void {
    for (const suite of this.#suites) {
      for (const id of Object.keys(suite.rules)) {
        if (!appliesTo(suite, id, seller.release))
          this.#ledger.exclude(id, `AdCP ${seller.release} does not have this rule`);
      }
      for (const [id, check] of Object.entries(suite.seller)) {
        if (!appliesTo(suite, id, seller.release)) continue;
        const outcome = check(seller);
        if ("verdict" in outcome) this.#record(id, outcome);
        else if ("not_applicable" in outcome) this.#ledger.exclude(id, outcome.not_applicable);
        else this.#ledger.untested(id, outcome.not_tested);
      }
    }
  }

  #record(rule: string, judgement: Judgement): void {
    if (!this.#ledger.has(rule)) return;
    const release = this.#seller?.release;
    const suite = this.#suites.find(({ rules }) => Object.hasOwn(rules, rule));
    if (suite && release && !appliesTo(suite, rule, release)) return;
    if (judgement.verdict === "broke") this.#recorder.cite(judgement.exchanges);
    this.#ledger.record(rule, this.#player?.current || "opening", judgement);
  }

  #observe(observations: Observation[]): void {
    for (const { what, judgement } of observations) {
      for (const suite of this.#suites) {
        const rule = suite.observations[what];
        if (rule !== undefined) this.#record(rule, judgement);
      }
    }
  }

  async #restore(cut: string | undefined): Promise<void> {
    const desk = this.#desk as Desk;
    const guard = this.#guard as Guard;
    this.#caller.listenTo(cut === undefined ? this.#setup.signal : AbortSignal.timeout(RESTORE_MS));
    const quietly = async <T>(work: () => Promise<T>): Promise<T | undefined> =>
      work().catch((error: unknown) => {
        if (error instanceof RunEnd || error instanceof ScenarioEnd) return undefined;
        throw error;
      });
    const { after, left } = await restore({
      guard,
      allowDestructive: this.#setup.allowDestructive,
      sent: this.#journal.ids,
      look: () => quietly(() => desk.look()),
      send: (fields) => quietly(() => desk.call(TASK, desk.request(fields))),
      changes: (before, now) => this.#oracle.changes(before, now),
    });
    this.#after = after;
    this.#left = left;
    this.#journal.write({ type: "end", at: new Date().toISOString(), left_behind: left });
  }

  #report(cut: string | undefined): RunResult {
    const rules = this.#ledger.results(cut);
    const errors = this.#player?.errors ?? [];
    const before = this.#guard?.first.rows.map(entry) ?? null;
    return {
      run_id: this.#id,
      target: {
        url: this.#setup.url,
        transport: this.#transport.kind,
        release: this.#seller?.release ?? this.#setup.release,
        account: this.#setup.account,
        ...(this.#opened?.server && { server: this.#opened.server }),
        ...(this.#opened && { protocol_version: this.#opened.protocolVersion }),
      },
      ...runVerdict(rules, errors, this.#setup.failOn, cut),
      seed: this.#setup.seed,
      started_at: this.#started.toISOString(),
      duration_ms: Date.now() - this.#started.getTime(),
      requests: this.#recorder.count,
      rules,
      harness_errors: errors,
      account: {
        before,
        after: this.#wrote ? (this.#after?.rows.map(entry) ?? null) : before,
        left_behind: this.#left,
      },
      timings: this.#recorder.timings(),
      schemas_used: this.#setup.validator.used(),
      exchanges: this.#recorder.cited(),
    };
  }
}
