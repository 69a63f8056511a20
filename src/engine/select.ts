import type { Suite } from "./suite.ts";

/** A glob over names: `*` stands for any run of characters, `?` for one. Letter case does not matter. */
export function globToRegExp(glob: string): RegExp {
  const source = glob
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${source}$`, "i");
}

export interface Selection {
  only: readonly string[];
  skip: readonly string[];
  noExtra?: boolean;
}

/** The ids of the selected rules. A glob selects a rule by its id or by its suite's name. */
export function selectRules(suites: readonly Suite[], { only, skip, noExtra }: Selection): Set<string> {
  const wanted = only.map(globToRegExp);
  const unwanted = skip.map(globToRegExp);
  const selected = new Set<string>();
  for (const suite of suites) {
    for (const [id, rule] of Object.entries(suite.rules)) {
      const matches = (globs: RegExp[]) => globs.some((glob) => glob.test(id) || glob.test(suite.name));
      if (noExtra && rule.security) continue;
      if ((wanted.length === 0 || matches(wanted)) && !matches(unwanted)) selected.add(id);
    }
  }
  return selected;
}
