import { sinceOf } from "../../engine/rule-versions.ts";
import { lines, style, wrap } from "../../report/layout.ts";
import { escapeUnsafe } from "../../report/sanitize.ts";
import { RELEASES } from "../../validation/release.ts";
import type { Handler } from "../invocation.ts";
import { renderOptions } from "../output.ts";
import { outputFormat } from "../output-format.ts";
import { select } from "../selection.ts";
import { UsageError } from "../usage.ts";

/** Prints the rules, by suite. */
export const list: Handler = async ({ given }, io) => {
  const format = outputFormat(given.format, "list");
  const { suites } = await import("../../../suites/index.ts");
  const { rules: selected, idle } = select(suites, given);
  const { release } = given;
  for (const glob of idle) io.stderr.write(`--skip ${escapeUnsafe(glob)} matches no suite and no rule.\n`);
  const shown = suites
    .map((suite) => ({
      name: suite.name,
      about: suite.about,
      rules: Object.entries(suite.rules)
        .filter(([id, rule]) => selected.has(id) && (!release || !rule.releases || rule.releases.includes(release)))
        .map(([id, rule]) => {
          const { level, basis, statement, source, releases = RELEASES, security = false } = rule;
          return { id, suite: suite.name, level, basis, statement, source, releases, security, since: sinceOf(rule) };
        }),
    }))
    .filter(({ rules }) => rules.length > 0);
  if (shown.length === 0) throw new UsageError(`None of the selected rules is in release ${release}.`);

  if (format === "json") {
    io.stdout.write(
      `${JSON.stringify(
        shown.flatMap(({ rules }) => rules),
        null,
        2,
      )}\n`,
    );
    return 0;
  }
  const { columns, colour } = renderOptions(io);
  const longest = Math.max(...shown.flatMap(({ rules }) => rules.map(({ id }) => id.length)));
  const page = shown.flatMap(({ name, about, rules }) => [
    ...wrap(about, columns, `${style(colour).bold(name)}: `),
    ...rules.flatMap(({ id, level, statement }) =>
      wrap(statement, columns, `  ${id.padEnd(longest)} ${level.padEnd(6)} `),
    ),
    "",
  ]);
  io.stdout.write(lines(page.slice(0, -1)));
  return 0;
};
