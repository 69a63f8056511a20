import type { Rule } from "./rule.ts";
import type { Suite } from "./suite.ts";

/** The version of the tool that graded the first rules: what a rule does not say. */
export const FIRST_VERSION = "0.1.0";

export const sinceOf = ({ since = FIRST_VERSION }: Pick<Rule, "since">): string => since;

/** A version as it stands in package.json: three numbers. */
export const isVersion = (text: string): boolean => /^\d{1,6}\.\d{1,6}\.\d{1,6}$/.test(text);

/** Below 0 where `a` is the earlier version. */
export function compareVersions(a: string, b: string): number {
  const [x, y] = [a.split(".").map(Number), b.split(".").map(Number)];
  const place = x.findIndex((number, index) => number !== y[index]);
  return place === -1 ? 0 : x[place]! - y[place]!;
}

/** The suites as that version of the tool grades them: rules that came later are observed, and graded no more than a note. */
export function gradedBy(suites: readonly Suite[], version: string): Suite[] {
  return suites.map((suite) => ({
    ...suite,
    rules: Object.fromEntries(
      Object.entries(suite.rules).map(([id, rule]) => [
        id,
        compareVersions(sinceOf(rule), version) > 0 ? { ...rule, level: "note" as const } : rule,
      ]),
    ),
  }));
}
