import { sinceOf } from "../../engine/rule-versions.ts";
import type { Suite } from "../../engine/suite.ts";
import { lines, style, wrap } from "../../report/layout.ts";
import { RELEASES } from "../../validation/release.ts";
import type { Handler } from "../invocation.ts";
import { didYouMean } from "../near.ts";
import { renderOptions } from "../output.ts";
import { outputFormat } from "../output-format.ts";
import { UsageError } from "../usage.ts";

const LEVELS = {
  must: "must: a seller that breaks it is not conformant",
  should: "should: breaking it is a warning",
  note: "note: observed, never graded",
};

const BASES = {
  must: "a MUST of the text",
  should: "a SHOULD of the text",
  schema: "a schema",
  page: "the page says so, without an RFC 2119 word",
  derived: "it follows from the meaning of the fields",
};

/** Prints one rule: what it asks for, where it stands, what checks it, and which defects break it. */
export const explain: Handler = async ({ words, given }, io) => {
  const format = outputFormat(given.format, "explain");
  const { suites } = await import("../../../suites/index.ts");
  const { id, suite, rule } = find(words[0]!, suites);
  const { FAULTS } = await import("../../../fixtures/faults/index.ts");
  const told = {
    id,
    suite: suite.name,
    level: rule.level,
    basis: rule.basis,
    statement: rule.statement,
    source: rule.source,
    releases: rule.releases ?? RELEASES,
    security: rule.security ?? false,
    since: sinceOf(rule),
    checks: checksOf(id, suite),
    faults: FAULTS.filter(({ breaks }) => breaks.includes(id)).map(({ name, about }) => ({ name, about })),
  };
  if (format === "json") {
    io.stdout.write(`${JSON.stringify(told, null, 2)}\n`);
    return 0;
  }
  const { columns, colour } = renderOptions(io);
  const line = (label: string, text: string) => wrap(text, columns, `${label}: `);
  const section = (title: string, entries: readonly string[]) =>
    entries.length === 0 ? [] : ["", `${title}:`, ...entries.flatMap((entry) => wrap(entry, columns, "  - "))];
  io.stdout.write(
    lines([
      ...wrap(told.statement, columns, `${style(colour).bold(id)} `),
      "",
      ...line("suite", `${suite.name}, ${suite.about}`),
      ...line("level", LEVELS[told.level]),
      ...line("basis", BASES[told.basis]),
      ...line("source", `${told.source.title}, ${told.source.url}`),
      ...line("releases", told.releases.join(", ")),
      ...line("graded since", `version ${told.since} of this tool`),
      ...(told.security
        ? line("kind", "a security rule of this tool, not of AdCP; it decides security, not the verdict")
        : []),
      ...section("Checked by", told.checks),
      ...section(
        "Defects of the embedded seller that break it (seller --fault NAME)",
        told.faults.map(({ name, about }) => `${name}: ${about}`),
      ),
    ]),
  );
  return 0;
};

/** @throws UsageError that names near misses */
function find(word: string, suites: readonly Suite[]) {
  const wanted = word.toUpperCase();
  for (const suite of suites)
    for (const [id, rule] of Object.entries(suite.rules)) if (id.toUpperCase() === wanted) return { id, suite, rule };
  const hint = didYouMean(
    word,
    suites.flatMap(({ rules }) => Object.keys(rules)),
  );
  throw new UsageError(`There is no such rule.${hint || " adcp-conformance list shows all of them."}`);
}

function checksOf(id: string, suite: Suite): string[] {
  return [
    ...(Object.hasOwn(suite.answers, id) ? ["every answer"] : []),
    ...(Object.hasOwn(suite.seller, id) ? ["what the seller declares, and its list of tools"] : []),
    ...(Object.values(suite.observations).includes(id) ? ["the state of the account after every write"] : []),
    ...suite.scenarios.filter(({ proves }) => proves.includes(id)).map(({ name }) => `scenario: ${name}`),
  ];
}
