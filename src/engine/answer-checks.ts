import type { Answer } from "../protocol/answer.ts";
import { namedRelease } from "../protocol/capabilities.ts";
import type { Release } from "../validation/release.ts";
import type { Validator } from "../validation/validator.ts";
import { issuesOf } from "./caller.ts";
import type { Broke, Judgement } from "./judgement.ts";
import type { ReleaseJudge } from "./release-judge.ts";
import type { Suite } from "./suite.ts";

type Record = (rule: string, judgement: Judgement) => void;

/** Runs the rules about every answer on every answer. */
export class AnswerChecks {
  readonly #suites: readonly Suite[];
  readonly #releases: ReleaseJudge;
  readonly #validator: Validator;
  readonly #record: Record;
  /** What would be wrong if the seller turned out to serve the release asked for after all. */
  #deferred: { rule: string; judgement: Broke }[] = [];

  constructor(suites: readonly Suite[], releases: ReleaseJudge, validator: Validator, record: Record) {
    this.#suites = suites;
    this.#releases = releases;
    this.#validator = validator;
    this.#record = record;
  }

  check(answer: Answer): void {
    for (const [rule, judgement] of this.#judge(answer)) this.#record(rule, judgement);
    if (this.#releases.provisional && namedRelease(answer.payload) === undefined) this.#defer(answer);
    else if (this.#deferred.length > 0) this.#settle();
  }

  *#judge(answer: Answer): Iterable<[string, Judgement]> {
    for (const suite of this.#suites) {
      for (const [rule, check] of Object.entries(suite.answers)) {
        if (!appliesTo(suite, rule, answer.release)) continue;
        const judgement = check(answer);
        if (judgement) yield [rule, judgement];
      }
    }
  }

  #defer(answer: Answer): void {
    const release = this.#releases.asked;
    const asked = { ...answer, release, issues: issuesOf(answer, this.#validator, release) };
    for (const [rule, judgement] of this.#judge(asked)) {
      if (judgement.verdict === "broke") this.#deferred.push({ rule, judgement });
    }
  }

  #settle(): void {
    const deferred = this.#deferred;
    this.#deferred = [];
    if (this.#releases.current !== this.#releases.asked || this.#releases.declared) return;
    for (const { rule, judgement } of deferred) this.#record(rule, judgement);
  }
}

/** Whether a release has a rule. */
export function appliesTo(suite: Suite, rule: string, release: Release): boolean {
  const releases = suite.rules[rule]?.releases;
  return releases === undefined || releases.includes(release);
}
