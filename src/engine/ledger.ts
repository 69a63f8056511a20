import type { Broke, Judgement } from "./judgement.ts";
import type { Counterexample } from "./phase.ts";
import type { Finding, RuleResult, RuleVerdict } from "./result.ts";
import type { Rule } from "./rule.ts";
import { sinceOf } from "./rule-versions.ts";
import type { Suite } from "./suite.ts";

interface Account {
  held: number;
  findings: Map<string, Finding>;
  excluded: Set<string>;
  untested: Set<string>;
  /** The scenarios that could not check the rule, whatever others did. */
  notTestedIn: Set<string>;
  notApplicableIn: Set<string>;
}

const FAILED: Record<Rule["level"], RuleVerdict> = { must: "failed", should: "warned", note: "noted" };
/** Distinct findings kept of one rule; further ones only count as repeats of the last. */
export const MOST_FINDINGS = 25;
/** Scenarios that a finding names besides its first. */
const MOST_SCENARIOS = 50;

const emptyAccount = (): Account => ({
  held: 0,
  findings: new Map(),
  excluded: new Set(),
  untested: new Set(),
  notTestedIn: new Set(),
  notApplicableIn: new Set(),
});

/** One cause is one finding: list positions and quoted values do not tell causes apart. */
export const causeOf = ({ json_pointer, message }: Pick<Finding, "json_pointer" | "message">): string =>
  `${json_pointer.replaceAll(/\/\d+(?=\/|$)/g, "/*")} ${message.replaceAll(/"[^"]*"|\d+/g, "*")}`;

function seenAgain(finding: Finding, scenario: string): void {
  finding.repeats = (finding.repeats ?? 0) + 1;
  if (scenario === finding.scenario || finding.also_in?.includes(scenario)) return;
  finding.also_in ??= [];
  if (finding.also_in.length < MOST_SCENARIOS) finding.also_in.push(scenario);
}

/** The book of one run: what was seen of each rule, and the verdict that follows from it. */
export class Ledger {
  readonly #rules = new Map<string, { rule: Rule; suite: string; account: Account; closed?: true }>();
  readonly #occasional: Set<string>;

  /** @param selected ids of the rules that the run is about; what is recorded of others is dropped. */
  constructor(suites: readonly Suite[], selected: ReadonlySet<string>) {
    this.#occasional = new Set(suites.flatMap((suite) => Object.keys(suite.answers)));
    for (const suite of suites) {
      for (const [id, rule] of Object.entries(suite.rules)) {
        if (!selected.has(id)) continue;
        this.#rules.set(id, { rule, suite: suite.name, account: emptyAccount() });
      }
    }
  }

  has(id: string): boolean {
    return this.#rules.has(id);
  }

  record(id: string, scenario: string, judgement: Judgement): void {
    const account = this.#rules.get(id)?.account;
    if (!account) return;
    if (judgement.verdict === "held") account.held++;
    else if (judgement.verdict === "unclear") this.untested(id, judgement.reason, scenario);
    else this.#find(account, scenario, judgement);
  }

  /** The rule does not apply to this seller. */
  exclude(id: string, reason: string, scenario?: string): void {
    const entry = this.#rules.get(id);
    if (!entry || entry.closed) return;
    entry.account.excluded.add(reason);
    if (scenario !== undefined) entry.account.notApplicableIn.add(scenario);
  }

  /** The run could not get to the rule. */
  untested(id: string, reason: string, scenario?: string): void {
    const entry = this.#rules.get(id);
    if (!entry || entry.closed) return;
    entry.account.untested.add(reason);
    if (scenario !== undefined) entry.account.notTestedIn.add(scenario);
  }

  /** The release that is served does not have the rule: whatever else is said of it does not count. */
  close(id: string, reason: string): void {
    const entry = this.#rules.get(id);
    if (!entry) return;
    entry.account.excluded = new Set([reason]);
    entry.closed = true;
  }

  /** Counts a further time that a rule was broken in a way that is in the book; `false` where it is not. */
  repeats(id: string, { pointer, message }: Broke): boolean {
    const account = this.#rules.get(id)?.account;
    const known = account?.findings.get(causeOf({ json_pointer: pointer, message }));
    if (known) known.repeats = (known.repeats ?? 0) + 1;
    return known !== undefined || (account?.findings.size ?? MOST_FINDINGS) >= MOST_FINDINGS;
  }

  /** Puts what fuzzing found into the book. */
  add({ rule, judgement, scenario, path, flaky }: Counterexample): void {
    const account = this.#rules.get(rule)?.account;
    if (!account || this.repeats(rule, judgement)) return;
    const { verdict: _, pointer, ...rest } = judgement;
    const found = { ...(path !== undefined && { path }), ...(flaky && { flaky }) };
    const finding: Finding = { scenario, phase: "fuzz", json_pointer: pointer, ...rest, ...found };
    account.findings.set(causeOf(finding), finding);
  }

  #find(account: Account, scenario: string, { verdict: _, pointer, ...rest }: Broke): void {
    const finding: Finding = { scenario, phase: "scenario", json_pointer: pointer, ...rest };
    const cause = causeOf(finding);
    const known = account.findings.get(cause);
    if (known) seenAgain(known, scenario);
    else if (account.findings.size < MOST_FINDINGS) account.findings.set(cause, finding);
  }

  /** How the rules of a suite stand. */
  countOf(suite: Suite): Record<"passed" | "failed" | "warned" | "not_tested", number> {
    const rules = this.results().filter((rule) => rule.suite === suite.name);
    const count = (verdict: RuleVerdict) => rules.filter((rule) => rule.verdict === verdict).length;
    return {
      passed: count("passed"),
      failed: count("failed"),
      warned: count("warned"),
      not_tested: count("not_tested"),
    };
  }

  /**
   * @param cut why the run ended early, where it did.
   * @param mustSee rules that are left out where nothing was seen of them.
   */
  results(cut?: string, mustSee?: ReadonlySet<string>): RuleResult[] {
    const rules = [...this.#rules].filter(
      ([id, { account }]) => !mustSee?.has(id) || account.held > 0 || account.findings.size > 0,
    );
    return rules.map(([id, { rule, suite, account }]) => {
      const { verdict, reason, unseen } = this.#verdict(id, rule, account, cut);
      return {
        id,
        suite,
        level: rule.level,
        basis: rule.basis,
        statement: rule.statement,
        source: rule.source,
        security: rule.security === true,
        since: sinceOf(rule),
        verdict,
        ...(reason !== undefined && { reason }),
        ...(unseen && { unseen }),
        ...(account.notTestedIn.size > 0 && { not_tested_in: [...account.notTestedIn] }),
        ...(account.notApplicableIn.size > 0 && { not_applicable_in: [...account.notApplicableIn] }),
        findings: [...account.findings.values()],
      };
    });
  }

  #verdict(id: string, rule: Rule, account: Account, cut?: string): Pick<RuleResult, "verdict" | "reason" | "unseen"> {
    if (account.findings.size > 0) return { verdict: FAILED[rule.level] };
    if (account.held > 0) return { verdict: "passed" };
    const first = (reasons: Set<string>) => [...reasons][0];
    const untested = first(account.untested);
    if (untested !== undefined) return { verdict: "not_tested", reason: untested };
    const excluded = first(account.excluded);
    if (excluded !== undefined) return { verdict: "not_applicable", reason: excluded };
    const unseen = true;
    if (cut !== undefined) return { verdict: "not_tested", reason: cut, unseen };
    if (this.#occasional.has(id))
      return { verdict: "not_applicable", reason: "no answer of this run gave occasion for it", unseen };
    return { verdict: "not_tested", reason: "nothing in this run got to it", unseen };
  }
}
