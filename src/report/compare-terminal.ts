import { arrow, type Comparison, GROUPS, type RuleChange } from "./compare.ts";
import { lines, style, wrap } from "./layout.ts";
import type { RenderOptions } from "./reporter.ts";
import { clean } from "./sanitize.ts";

/** A comparison for a person; what got worse comes first. */
export function compareTerminal(told: Comparison, options: RenderOptions): string {
  const { columns, colour } = options;
  const { bold, red, green } = style(colour);
  const paint: Record<string, (text: string) => string> = { regressed: red, worse: red, fixed: green };
  const one = (change: RuleChange) => [
    ...wrap(
      `${change.level}, ${clean(change.suite, 40)}: ${clean(change.statement)}`,
      columns,
      `  ${clean(change.id, 40)} `,
    ),
    ...wrap(arrow(change), columns, "    "),
    ...change.messages.flatMap((message) => wrap(clean(message), columns, "    ")),
  ];
  const { p50_ms, p95_ms, max_ms, slower } = told.latency;
  const shift = (name: string, { before, after }: { before: number; after: number }) =>
    `${name} ${before} -> ${after} ms`;
  return lines([
    ...wrap(sideText(told.before), columns, "before: "),
    ...wrap(sideText(told.after), columns, "after:  "),
    ...told.differences.flatMap((text) => wrap(clean(text, 400), columns, "not alike: ")),
    ...GROUPS.flatMap(([group, title]) =>
      told[group].length === 0
        ? []
        : ["", (paint[group] ?? bold)(`${title} (${told[group].length})`), ...told[group].flatMap(one)],
    ),
    "",
    ...wrap(
      `${[shift("median", p50_ms), shift("95 %", p95_ms), shift("longest", max_ms)].join(", ")}${slower ? ": slower" : ""}`,
      columns,
      "latency: ",
    ),
    bold(summary(told)),
  ]);
}

export const sideText = ({ run_id, started_at, verdict, target, tool }: Comparison["after"]): string =>
  `${verdict}, run ${clean(run_id, 60)} of ${clean(started_at, 40)}, ${clean(target.url, 200)}, release ${target.release}, ${clean(tool.name, 60)} ${clean(tool.version, 30)}`;

/** One line: how many rules stand in each group. */
export function summary(told: Comparison): string {
  const counts = GROUPS.map(([group, title]) => [told[group].length, title.toLowerCase()] as const).filter(
    ([count]) => count > 0,
  );
  return `compared: ${counts.map(([count, title]) => `${count} ${title}`).join(", ") || "nothing changed"}`;
}
