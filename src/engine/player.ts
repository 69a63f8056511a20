import type { Desk } from "./desk.ts";
import type { Guard } from "./guard.ts";
import type { Ids } from "./ids.ts";
import type { Judgement } from "./judgement.ts";
import type { Ledger } from "./ledger.ts";
import { pick } from "./random.ts";
import type { HarnessError } from "./result.ts";
import { fullName } from "./scenarios.ts";
import type { Scene } from "./scene.ts";
import type { SellerFacts } from "./seller.ts";
import { RunEnd, ScenarioEnd } from "./stop.ts";
import type { Closed, Scenario, Suite } from "./suite.ts";

export interface PlayerSetup {
  seller: SellerFacts;
  ledger: Ledger;
  guard: Guard;
  ids: Ids;
  buyer: Desk;
  second?: Desk;
  allowDestructive: boolean;
  random(): number;
  record(rule: string, judgement: Judgement): void;
}

/** Plays scenarios one after another. What a scenario does not reach is `not_tested`, with the reason. */
export class Player {
  readonly #setup: PlayerSetup;
  readonly errors: HarnessError[] = [];
  /** The scenario that is being played. */
  current = "";

  constructor(setup: PlayerSetup) {
    this.#setup = setup;
  }

  /** @throws RunEnd when nothing further may or can be sent. */
  async play(suite: Suite, scenario: Scenario): Promise<void> {
    const { ledger, ids } = this.#setup;
    const rules = scenario.proves.filter((rule) => ledger.has(rule));
    const closed = closedFor(scenario, this.#setup);
    if (closed) return this.#close(rules, closed, fullName(suite, scenario));
    this.current = fullName(suite, scenario);
    ids.startScenario();
    const touched = new Set<string>();
    try {
      await scenario.play(this.#scene(touched));
    } catch (error) {
      this.#end(rules, touched, error);
    } finally {
      this.current = "";
    }
  }

  #close(rules: string[], closed: Closed, scenario: string): void {
    for (const rule of rules) {
      if ("not_applicable" in closed) this.#setup.ledger.exclude(rule, closed.not_applicable, scenario);
      else this.#setup.ledger.untested(rule, closed.not_tested, scenario);
    }
  }

  #end(rules: string[], touched: ReadonlySet<string>, error: unknown): void {
    const stopped = error instanceof ScenarioEnd || error instanceof RunEnd;
    const message = error instanceof Error ? error.message : String(error);
    if (!stopped) this.errors.push({ scenario: this.current, message });
    const reason = stopped ? error.reason : `the harness erred in "${this.current}": ${message}`;
    for (const rule of rules) if (!touched.has(rule)) this.#setup.ledger.untested(rule, reason, this.current);
    if (error instanceof RunEnd) throw error;
  }

  #scene(touched: Set<string>): Scene<string> {
    const { seller, buyer, second, random, record, ledger } = this.#setup;
    return {
      seller,
      release: seller.release,
      buyer,
      second: second ?? buyer,
      pick: (values, count) => pick(random, values, count),
      check: (rule, judgement) => {
        touched.add(rule);
        record(rule, judgement);
      },
      exclude: (rule, reason) => {
        touched.add(rule);
        ledger.exclude(rule, reason, this.current);
      },
      given: (judgement, reason) => {
        if (judgement.verdict === "held") return;
        throw new ScenarioEnd(reason ?? (judgement.verdict === "broke" ? judgement.message : judgement.reason));
      },
    };
  }
}

/** Why a scenario cannot be played on this seller and account; `undefined` when it can. */
export function closedFor(
  scenario: Scenario,
  setup: Pick<PlayerSetup, "seller" | "guard" | "second" | "allowDestructive">,
): Closed | undefined {
  const { seller, guard } = setup;
  const closed = scenario.gate?.(seller);
  if (closed) return closed;
  for (const need of scenario.needs ?? []) {
    if (need === "second-account" && !setup.second)
      return { not_applicable: "no second account was given (--second-account)" };
    if (need === "seller-managed" && guard.sellerManaged.length === 0) {
      return { not_applicable: "the account shows no seller-managed source" };
    }
    if (need === "delete" && guard.limited !== undefined) return { not_tested: guard.limited };
    if (need === "overwrite" && !setup.allowDestructive) {
      return {
        not_applicable: "it names a source that is not the tool's own, which only --allow-destructive lets it do",
      };
    }
  }
  return undefined;
}
