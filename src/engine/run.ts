import { randomBytes } from "node:crypto";
import type { Answer } from "../protocol/answer.ts";
import { readCapabilities } from "../protocol/capabilities.ts";
import { type JsonObject, sameJson } from "../protocol/json.ts";
import { TASK } from "../protocol/request.ts";
import type { Opened } from "../transport/transport.ts";
import { AnswerChecks, appliesTo } from "./answer-checks.ts";
import { Ids } from "./ids.ts";
import { Journal } from "./journal.ts";
import type { Judgement } from "./judgement.ts";
import { Ledger } from "./ledger.ts";
import { askCapabilities, isOffered, look, unusable } from "./opening.ts";
import type { Observation, Observed, Snapshot } from "./oracle.ts";
import type { Broken } from "./phase.ts";
import { entry, planOf } from "./plan.ts";
import { Player } from "./player.ts";
import { type Dice, dice } from "./random.ts";
import type { Leftover } from "./restore.ts";
import type { FuzzResult, HarnessError, RunResult } from "./result.ts";
import { sandboxAccount } from "./sandbox.ts";
import { chosenScenarios, fullName, reachableRules } from "./scenarios.ts";
import { selectRules } from "./select.ts";
import type { SellerFacts } from "./seller.ts";
import { Session } from "./session.ts";
import type { RunSetup } from "./setup.ts";
import { stageOf } from "./stage.ts";
import { RunEnd, ScenarioEnd } from "./stop.ts";
import { observers, type Scenario, type Suite, suitesByRule } from "./suite.ts";
import { Tenancy } from "./tenancy.ts";
import { runVerdict } from "./verdict.ts";

/** Milliseconds that putting accounts in order may take when the run was interrupted or the seller stopped answering. */
const RESTORE_MS = 20_000;

const UNSIGNED = `the seller requires signed requests for ${TASK} (request_signing.required_for), and this tool does not sign them`;

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
  readonly #session: Session;
  readonly #checks: AnswerChecks;
  readonly #journal: Journal;
  readonly #ledger: Ledger;
  readonly #ids = new Ids(this.#id);
  readonly #dice: Dice;
  /** The suite of each rule. */
  readonly #suites: ReadonlyMap<string, Suite>;
  /** The rules that speak for what the oracle sees. */
  readonly #observers: ReadonlyMap<Observed, string[]>;
  readonly #chosen: ReadonlySet<Scenario>;
  /** Rules of which the result speaks only where something was seen of them. */
  readonly #mustSee: ReadonlySet<string>;
  #account: JsonObject | undefined;
  #opened: Opened | undefined;
  #seller: SellerFacts | undefined;
  #main: Tenancy | undefined;
  #second: Tenancy | undefined;
  #player: Player | undefined;
  #wrote = false;
  #after: Snapshot | undefined;
  #left: Leftover[] = [];
  readonly #errors: HarnessError[] = [];
  #fuzz: FuzzResult | null = null;
  /** Where broken rules go while something is tried out, and its name. */
  #trial: { name: string; broken: Broken[] } | undefined;
  #listener: ((answer: Answer) => void) | undefined;

  constructor(setup: RunSetup) {
    this.#setup = setup;
    this.#account = setup.account;
    this.#suites = suitesByRule(setup.suites);
    this.#observers = observers(setup.suites);
    const selected = selectRules(setup.suites, setup);
    this.#chosen = setup.phaseOnly ? new Set() : chosenScenarios(setup.suites, selected, setup);
    const isPart = setup.shard !== undefined || setup.scenarios !== undefined;
    const reachable = isPart ? reachableRules(setup.suites, selected, this.#chosen) : selected;
    // What is generated may say something of any rule; of the others nothing is said unless it does.
    this.#ledger = new Ledger(setup.suites, setup.phase ? selected : reachable);
    this.#mustSee = setup.phaseOnly ? selected : new Set([...selected].filter((id) => !reachable.has(id)));
    this.#journal = new Journal(setup.planOnly ? undefined : setup.directory);
    this.#dice = dice(setup.seed);
    this.#session = new Session(setup, (answer) => {
      this.#checks.check(answer, this.#scenario);
      this.#listener?.(answer);
    });
    this.#checks = new AnswerChecks({
      suites: setup.suites,
      releases: this.#session.releases,
      validator: setup.validator,
      record: (rule, scenario, judgement) => this.#record(rule, judgement, scenario),
      erred: (scenario, error) => void this.#erred(error, scenario),
    });
  }

  async result(): Promise<RunResult> {
    let cut: string | undefined;
    try {
      await this.#go();
    } catch (error) {
      cut = error instanceof RunEnd ? error.reason : this.#erred(error);
    }
    try {
      if (this.#wrote) await this.#restore(cut);
    } finally {
      this.#checks.settle();
      this.#journal.close();
      await this.#session.close();
    }
    return this.#report(cut);
  }

  /** What is being played. */
  get #scenario(): string {
    return this.#trial?.name ?? (this.#player?.current || "opening");
  }

  /** A defect of the tool: told as such, and never as the seller's. The accounts are put in order all the same. */
  #erred(error: unknown, scenario = this.#scenario): string {
    const message = error instanceof Error ? error.message : String(error);
    this.#errors.push({ scenario, message });
    return `the harness erred: ${message}`;
  }

  async #go(): Promise<void> {
    const { setup, seller, main, account } = await this.#look();
    const { guard } = main;
    const stage = { seller, guard, allowDestructive: setup.allowDestructive };
    const second = this.#second && { second: this.#second.desk };
    setup.on?.({ type: "planned", plan: planOf(setup, account, this.#chosen, { ...stage, ...second }) });
    if (setup.planOnly) throw new RunEnd("only the plan was asked for (--plan)");
    const tenancies = [main, ...(this.#second ? [this.#second] : [])];
    for (const tenancy of tenancies) tenancy.mustBeFree();
    for (const tenancy of tenancies) tenancy.announce();
    this.#wrote = true;
    this.#player = new Player({
      ...stage,
      ...second,
      ledger: this.#ledger,
      ids: this.#ids,
      buyer: main.desk,
      random: this.#dice.next,
      record: (rule, judgement) => this.#record(rule, judgement),
    });
    this.#player.current = "first write";
    for (const tenancy of tenancies) await tenancy.take();
    if (!setup.phaseOnly) for (const suite of setup.suites) await this.#play(suite, this.#player);
    this.#player.current = "";
    await this.#playPhase(main, seller);
  }

  async #playPhase(main: Tenancy, seller: SellerFacts): Promise<void> {
    const { phase, on } = this.#setup;
    if (!phase) return;
    const { recorder } = this.#session;
    const stage = stageOf({
      ...this.#setup,
      seller,
      main,
      ...(this.#second && { second: this.#second }),
      ids: this.#ids,
      ledger: this.#ledger,
      requests: () => recorder.count,
      started: this.#started.getTime(),
      rule: (id) => this.#suites.get(id)?.rules[id],
      collect: (trial) => {
        this.#checks.settle();
        this.#trial = trial;
      },
      listen: (listener) => {
        this.#listener = listener;
      },
      record: (rule, judgement) => this.#record(rule, judgement),
      cite: (exchanges) => recorder.cite(exchanges),
      erred: (error) => void this.#erred(error),
      lookBeside: (used) => this.#lookBeside(used),
      progress: (done, of, findings) => on?.({ type: "fuzzing", done, of, findings }),
    });
    this.#fuzz = await phase.play(stage);
  }

  /** Everything that is learnt without writing: connection, tools, capabilities, and what the accounts hold. */
  async #look() {
    const { signal, on, url, secondAccount } = this.#setup;
    const { transport, also, caller, releases, recorder } = this.#session;
    const { opened, endpoint } = await look(transport, url, () => recorder.count, signal);
    this.#opened = opened;
    const server = opened.server && { server: opened.server };
    on?.({ type: "connected", url, protocol_version: opened.protocolVersion, ...server });
    const beside = also && (await look(also, also.url, () => recorder.count, signal)).endpoint;
    if (beside?.transport === endpoint.transport) {
      throw new RunEnd(
        `both endpoints speak ${endpoint.transport.toUpperCase()}; --also is for the endpoint of the other transport`,
      );
    }
    const capabilitiesAnswer = await this.#unlimited(() => askCapabilities(caller, releases));
    const seller: SellerFacts = {
      ...endpoint,
      ...(beside && { also: beside }),
      credentials: this.#setup.credentials === true,
      allowHttp: this.#setup.allowHttp === true,
      ...(this.#setup.otherToken !== undefined && { otherToken: this.#setup.otherToken }),
      capabilities: readCapabilities(capabilitiesAnswer.payload),
      capabilitiesAnswer,
      asked: this.#setup.release,
      sellerManaged: this.#setup.sellerManaged,
      // The first answers may still tell which release is served.
      release: releases.current,
    };
    this.#seller = seller;
    if (!isOffered(seller)) {
      throw new RunEnd(
        `the seller does not offer ${TASK}: it does not list the tool, and its capabilities do not declare conversion tracking`,
      );
    }
    const account = this.#account ?? (await this.#unlimited(() => sandboxAccount(seller, this.#session)));
    this.#account = account;
    const main = await this.#discover(account, seller, () => {
      seller.release = releases.current;
      this.#checkSeller(seller);
    });
    this.#main = main;
    if (secondAccount) {
      if (sameJson(secondAccount, account)) {
        throw new RunEnd(
          "the second account is the same as the first; pass another one with --second-account, or none",
        );
      }
      const second = await this.#discover(secondAccount, seller);
      const limited = second.guard.limited;
      // A seller that deletes in the wrong account must not find anything there that is somebody's.
      if (limited !== undefined) main.guard.withdraw(`the second account: ${limited}`);
      this.#second = second;
    }
    return { setup: this.#setup, seller, main, account };
  }

  /** Looks at an account and puts it under guard. @throws RunEnd when it cannot be used, or cannot be seen. */
  async #discover(account: JsonObject, seller: SellerFacts, learnt?: () => void): Promise<Tenancy> {
    const tenancy = new Tenancy({
      runId: this.#id,
      account,
      seller,
      session: this.#session,
      journal: this.#journal,
      ids: this.#ids,
      random: this.#dice.next,
      run: this.#setup,
      observe: (observations) => this.#observe(observations),
    });
    const answer = await this.#unlimited(() => tenancy.desk.discover());
    if (seller.capabilities.signedTasks.includes(TASK)) {
      seller.unsigned ??= answer;
      const { outcome } = answer;
      // An account that is looked up was not kept back for want of a signature.
      if (outcome.kind === "rejected" && !outcome.errors[0]?.code?.startsWith("ACCOUNT_")) {
        learnt?.();
        throw new RunEnd(UNSIGNED);
      }
    }
    const reason = unusable(answer, account);
    if (reason !== undefined) throw new RunEnd(reason);
    learnt?.();
    if (answer.outcome.kind !== "accepted") {
      throw new RunEnd("the account could not be discovered, so it cannot be known whether it is safe to write to");
    }
    tenancy.protect();
    return tenancy;
  }

  /** Before the first scenario, a seller that only refuses for its rate limit ends the run. */
  async #unlimited<T>(work: () => Promise<T>): Promise<T> {
    return work().catch((error: unknown) => {
      throw error instanceof ScenarioEnd ? new RunEnd(error.reason) : error;
    });
  }

  async #play(suite: Suite, player: Player): Promise<void> {
    const { on } = this.#setup;
    const scenarios = suite.scenarios.filter((scenario) => this.#chosen.has(scenario));
    if (scenarios.length === 0 && !Object.keys(suite.rules).some((rule) => this.#ledger.has(rule))) return;
    on?.({ type: "suite_started", suite: suite.name, about: suite.about, scenarios: scenarios.length });
    for (const scenario of scenarios) {
      this.#mustGoOn();
      await this.#main?.keep();
      await this.#main?.tidy();
      if (scenario.needs?.includes("second-account")) await this.#lookBeside();
      this.#dice.startScenario(fullName(suite, scenario));
      for (const tenancy of [this.#main, this.#second]) tenancy?.desk.startScenario();
      await player.play(suite, scenario);
      if (scenario.needs?.includes("second-account")) await this.#lookBeside(true);
    }
    await this.#lookBeside();
    this.#checks.settle();
    const count = this.#ledger.countOf(suite);
    on?.({ type: "suite_finished", suite: suite.name, ...count });
  }

  #mustGoOn(): void {
    const { maxTime, signal } = this.#setup;
    if (maxTime !== undefined && Date.now() - this.#started.getTime() > maxTime * 1000) {
      throw new RunEnd(`the time of ${maxTime} s was used up (--max-time)`);
    }
    if (signal?.aborted) throw new RunEnd("the run was interrupted");
  }

  /** What is done in one account changes nothing in the other. @param used whether the scenario wrote there itself. */
  async #lookBeside(used = false): Promise<void> {
    const desk = this.#second?.desk;
    if (!desk || !this.#main) return;
    const earlier = desk.state;
    await desk.look().catch((error: unknown) => {
      if (!(error instanceof ScenarioEnd)) throw error;
    });
    if (!used) this.#observe(desk.strayed(earlier, this.#main.desk.state.exchange));
  }

  #checkSeller(seller: SellerFacts): void {
    for (const suite of this.#setup.suites) {
      for (const id of Object.keys(suite.rules)) {
        if (!appliesTo(suite, id, seller.release))
          this.#ledger.close(id, `AdCP ${seller.release} does not have this rule`);
      }
      if (this.#setup.phaseOnly) continue;
      for (const [id, check] of Object.entries(suite.seller)) {
        if (!appliesTo(suite, id, seller.release)) continue;
        const outcome = check(seller);
        if (outcome === undefined) continue;
        if ("verdict" in outcome) this.#record(id, outcome);
        else if ("not_applicable" in outcome) this.#ledger.exclude(id, outcome.not_applicable);
        else this.#ledger.untested(id, outcome.not_tested);
      }
    }
  }

  #record(rule: string, judgement: Judgement, scenario = this.#scenario): void {
    if (!this.#ledger.has(rule)) return;
    const release = this.#seller?.release;
    const suite = this.#suites.get(rule);
    if (suite && release && !appliesTo(suite, rule, release)) return;
    if (judgement.verdict !== "broke") return this.#ledger.record(rule, scenario, judgement);
    const { recorder } = this.#session;
    const between = this.#setup.replicas ? recorder.urlsOf(judgement.exchanges) : [];
    const where = between.length > 1 ? ` (the calls went to the replicas ${between.join(" and ")})` : "";
    const broken = { ...judgement, message: `${judgement.message}${where}` };
    if (this.#trial) {
      this.#trial.broken.push({ rule, judgement: broken });
      return;
    }
    recorder.cite(judgement.exchanges);
    this.#ledger.record(rule, scenario, broken);
  }

  #observe(observations: Observation[]): void {
    for (const { what, judgement } of observations)
      for (const rule of this.#observers.get(what) ?? []) this.#record(rule, judgement);
  }

  async #restore(cut: string | undefined): Promise<void> {
    // A signal that comes now must not leave the accounts as they are; a second one ends the process.
    this.#session.caller.listenTo(cut === undefined ? undefined : AbortSignal.timeout(RESTORE_MS));
    const { after, left = [] } = (await this.#main?.restore()) ?? {};
    const beside = await this.#second?.restore();
    this.#after = after;
    this.#left = [...left, ...(beside?.left ?? []).map((one) => ({ ...one, reason: `second account: ${one.reason}` }))];
    this.#journal.write({ type: "end", at: new Date().toISOString(), left_behind: this.#left });
  }

  #report(cut: string | undefined): RunResult {
    const { transport, recorder } = this.#session;
    const { failOn, shard } = this.#setup;
    const rules = this.#ledger.results(cut, this.#mustSee);
    const errors = [...this.#errors, ...(this.#player?.errors ?? [])];
    const before = this.#main?.guard.first.rows.map(entry) ?? null;
    return {
      run_id: this.#id,
      target: {
        url: this.#setup.url,
        transport: transport.kind,
        release: this.#seller?.release ?? this.#setup.release,
        account: this.#account ?? null,
        ...(this.#opened?.server && { server: this.#opened.server }),
        ...(this.#opened && { protocol_version: this.#opened.protocolVersion }),
      },
      // What other shards may well get to does not make this one inconclusive.
      ...runVerdict(shard ? rules.filter(({ unseen }) => !unseen) : rules, errors, failOn, cut),
      ...(cut !== undefined && { ended_early: true as const }),
      fail_on: failOn,
      ...(shard && { shard }),
      seed: this.#setup.seed,
      started_at: this.#started.toISOString(),
      duration_ms: Date.now() - this.#started.getTime(),
      requests: recorder.count,
      rules,
      fuzz: this.#fuzz,
      harness_errors: errors,
      account: {
        before,
        after: this.#wrote ? (this.#after?.rows.map(entry) ?? null) : before,
        left_behind: this.#left,
      },
      timings: recorder.timings(),
      schemas_used: this.#setup.validator.used(),
      exchanges: recorder.cited(),
    };
  }
}
