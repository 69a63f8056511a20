import { compareVersions, FIRST_VERSION, gradedBy } from "../engine/rule-versions.ts";
import { globToRegExp, selectRules } from "../engine/select.ts";
import type { Suite } from "../engine/suite.ts";
import { didYouMean } from "./near.ts";
import type { Given } from "./options.ts";
import { packageInfo } from "./package-info.ts";
import { UsageError } from "./usage.ts";

/**
 * The suites as the rules of a version of the tool grade them.
 * @throws UsageError for a version that is not known
 */
export function gradedSuites(suites: readonly Suite[], version: string | undefined): readonly Suite[] {
  if (version === undefined) return suites;
  const own = packageInfo().version;
  if (compareVersions(version, FIRST_VERSION) < 0 || compareVersions(version, own) > 0)
    throw new UsageError(`--rules must be a version from ${FIRST_VERSION} to ${own}.`);
  return gradedBy(suites, version);
}

export interface Selected {
  only: readonly string[];
  skip: readonly string[];
  noExtra: boolean;
  rules: ReadonlySet<string>;
  /** Globs of --skip that match nothing. */
  idle: string[];
}

/**
 * The rules that the options select.
 * @throws UsageError when a glob of --only matches no rule, or no rule is left
 */
export function select(suites: readonly Suite[], given: Pick<Given, "only" | "skip" | "no-extra">): Selected {
  const { only = [], skip = [], "no-extra": noExtra = false } = given;
  const names = suites.flatMap((suite) => [suite.name, ...Object.keys(suite.rules)]);
  const matchesNothing = (glob: string) => !names.some((name) => globToRegExp(glob).test(name));
  const wrong = only.find(matchesNothing);
  if (wrong !== undefined) {
    const hint = didYouMean(wrong, names);
    throw new UsageError(
      `--only ${hint ? `${wrong.slice(0, 60)} ` : ""}matches no suite and no rule.${hint || " adcp-conformance list shows them."}`,
    );
  }
  const rules = selectRules(suites, { only, skip, noExtra });
  if (rules.size === 0) throw new UsageError("--only and --skip together leave no rule to test.");
  return { only, skip, noExtra, rules, idle: skip.filter(matchesNothing) };
}
