import { faultsOfRule } from "../../fixtures/faults/index.ts";
import { UNCOVERED } from "../../fixtures/faults/uncovered.ts";
import type { Need, Scenario, Suite } from "../../src/engine/suite.ts";
import { RELEASES } from "../../src/validation/release.ts";
import { EXCLUDED } from "../../suites/excluded.ts";

const NEEDS: Record<Need, string> = {
  delete: "an account without sources of somebody else, or --allow-destructive",
  overwrite: "--allow-destructive",
  "seller-managed": "a seller-managed source",
  "second-account": "--second-account",
};

const BASES = {
  must: "MUST of the text",
  should: "SHOULD of the text",
  schema: "a schema",
  page: "plain words of the page",
  derived: "the meaning of the fields",
};

/** Every rule: what it asks for, where that stands, what checks it, and which faults prove that the check can fail. */
export function rulesPage(suites: readonly Suite[]): string {
  const ids = suites.flatMap(({ rules }) => Object.keys(rules));
  return `${[
    "# Rules",
    "",
    `${ids.length} rules in ${suites.length} suites. A broken \`must\` makes a seller non-conformant, a broken \`should\` warns, a`,
    "`note` is observed and never graded. Rule ids never change their meaning. This page is made from the code:",
    "`npx vitest run test/self-test/pages.test.ts -u` renews it.",
    "",
    ...suites.flatMap((suite) => [
      `## ${suite.name}`,
      "",
      suite.about,
      "",
      ...Object.keys(suite.rules).flatMap((id) => [...ruleLines(id, suite), ""]),
    ]),
    "## Not tested",
    "",
    ...Object.entries(EXCLUDED).map(([id, reason]) => `- ${id}: ${escaped(reason)}`),
  ]
    .join("\n")
    .trimEnd()}\n`;
}

function ruleLines(id: string, suite: Suite): string[] {
  const rule = suite.rules[id]!;
  const scenarios = suite.scenarios.filter(({ proves }) => proves.includes(id));
  const faults = faultsOfRule(id).map(({ name }) => `\`${name}\``);
  const kind = rule.security ? "; a security rule of this tool" : "";
  return [
    `### ${id}`,
    "",
    `**${rule.level}**: ${escaped(rule.statement)}`,
    "",
    `- source: [${escaped(rule.source.title)}](${rule.source.url}) (${BASES[rule.basis]}${kind})`,
    `- releases: ${(rule.releases ?? RELEASES).join(", ")}`,
    ...needLines(scenarios),
    `- checked by: ${checksOf(id, suite, scenarios).join("; ")}`,
    `- faults: ${faults.join(", ") || `none: ${UNCOVERED[id] ?? "not said"}`}`,
  ];
}

/** What a rule needs that only scenarios with that need check. */
function needLines(scenarios: readonly Scenario[]): string[] {
  const [first, ...others] = scenarios;
  const needs = (first?.needs ?? []).filter((need) => others.every((other) => other.needs?.includes(need)));
  const gated = scenarios.length > 0 && scenarios.every(({ gate }) => gate);
  const texts = [...needs.map((need) => NEEDS[need]), ...(gated ? ["a seller that offers what it is about"] : [])];
  return texts.length === 0 ? [] : [`- needs: ${texts.join("; ")}`];
}

function checksOf(id: string, suite: Suite, scenarios: readonly Scenario[]): string[] {
  return [
    ...(Object.hasOwn(suite.answers, id) ? ["every answer"] : []),
    ...(Object.hasOwn(suite.seller, id) ? ["what the seller declares"] : []),
    ...(Object.values(suite.observations).includes(id) ? ["the account after every write"] : []),
    ...scenarios.map(({ name }) => `"${escaped(name)}"`),
  ];
}

const escaped = (text: string): string => text.replace(/[<>*_`|]/g, (character) => `\\${character}`);
