import type { Answer } from "../protocol/answer.ts";
import { namedRelease } from "../protocol/capabilities.ts";
import type { Release } from "../validation/release.ts";
import type { Validator } from "../validation/validator.ts";
import { issuesOf } from "./caller.ts";
import type { Broke, Judgement } from "./judgement.ts";
import { Meanwhile } from "./meanwhile.ts";
import type { ReleaseJudge } from "./release-judge.ts";
import type { AnswerCheck, Suite } from "./suite.ts";

export interface AnswerChecksSetup {
  suites: readonly Suite[];
  releases: ReleaseJudge;
  validator: Validator;
  record(rule: string, scenario: string, judgement: Judgement): void;
  /** Hears of a defect of a check. */
  erred(scenario: string, error: unknown): void;
}

/** Runs the rules about every answer on every answer, while the next call is under way. */
export class AnswerChecks {
  readonly #setup: AnswerChecksSetup;
  readonly #waiting = new Meanwhile<{ answer: Answer; scenario: string }>((one) => this.#deal(one));
  /** The rules of each release that was seen: looked up for every answer. */
  readonly #checks = new Map<Release, [rule: string, check: AnswerCheck][]>();
  /** What would be wrong if the seller turned out to serve the release asked for after all. */
  readonly #deferred: { rule: string; scenario: string; judgement: Broke }[] = [];

  constructor(setup: AnswerChecksSetup) {
    this.#setup = setup;
  }

  check(answer: Answer, scenario: string): void {
    this.#waiting.add({ answer, scenario });
  }

  /** Runs what is still waiting. */
  settle(): void {
    this.#waiting.settle();
  }

  #deal({ answer, scenario }: { answer: Answer; scenario: string }): void {
    try {
      this.#check(answer, scenario);
    } catch (error) {
      this.#setup.erred(scenario, error);
    }
  }

  #check(answer: Answer, scenario: string): void {
    const { releases, record } = this.#setup;
    for (const [rule, judgement] of this.#judge(answer)) record(rule, scenario, judgement);
    if (releases.provisional && namedRelease(answer.payload) === undefined) this.#defer(answer, scenario);
    else if (this.#deferred.length > 0) this.#release();
  }

  *#judge(answer: Answer): Iterable<[string, Judgement]> {
    const checks = this.#checks.get(answer.release) ?? checksOf(this.#setup.suites, answer.release);
    this.#checks.set(answer.release, checks);
    for (const [rule, check] of checks) {
      const judgement = check(answer);
      if (judgement) yield [rule, judgement];
    }
  }

  #defer(answer: Answer, scenario: string): void {
    const release = this.#setup.releases.asked;
    const asked = { ...answer, release, issues: issuesOf(answer, this.#setup.validator, release) };
    for (const [rule, judgement] of this.#judge(asked)) {
      if (judgement.verdict === "broke") this.#deferred.push({ rule, scenario, judgement });
    }
  }

  #release(): void {
    const deferred = this.#deferred.splice(0);
    const { releases, record } = this.#setup;
    if (releases.current !== releases.asked || releases.declared) return;
    for (const { rule, scenario, judgement } of deferred) record(rule, scenario, judgement);
  }
}

const checksOf = (suites: readonly Suite[], release: Release): [string, AnswerCheck][] =>
  suites.flatMap((suite) => Object.entries(suite.answers).filter(([rule]) => appliesTo(suite, rule, release)));

/** Whether a release has a rule. */
export function appliesTo(suite: Suite, rule: string, release: Release): boolean {
  const releases = suite.rules[rule]?.releases;
  return releases === undefined || releases.includes(release);
}
