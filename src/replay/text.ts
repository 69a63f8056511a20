import { lines, style, wrap } from "../report/layout.ts";
import type { Report } from "../report/report.ts";
import type { RenderOptions } from "../report/reporter.ts";
import { clean, escapeUnsafe } from "../report/sanitize.ts";
import type { Replayed } from "./replay.ts";

interface Told {
  results: readonly Replayed[];
  run?: Report;
}

/** The outcomes of a replay, for a person or as JSON. */
export function render(report: Report, told: Told, format: "terminal" | "json", options: RenderOptions): string {
  return format === "json" ? asJson(report, told) : asText(told, options);
}

const totalsOf = (results: readonly Replayed[]) => {
  const count = (outcome: Replayed["outcome"]) => results.filter((one) => one.outcome === outcome).length;
  return { still_failing: count("still_failing"), fixed: count("fixed"), cannot_tell: count("cannot_tell") };
};

function asJson({ run_id, started_at, tool }: Report, { results, run }: Told): string {
  const told = {
    format: "adcp-conformance-replay/1",
    tool: run?.tool ?? tool,
    report: { run_id, started_at, tool },
    totals: totalsOf(results),
    results,
    run: run
      ? { run_id: run.run_id, target: run.target, started_at: run.started_at, reason: run.reason, account: run.account }
      : null,
    exchanges: run?.exchanges ?? [],
  };
  return `${JSON.stringify(told, null, 2).split("\n").map(escapeUnsafe).join("\n")}\n`;
}

function asText({ results, run }: Told, { columns, colour }: RenderOptions): string {
  const { red, green, yellow, bold } = style(colour);
  const paint = { still_failing: red, fixed: green, cannot_tell: yellow };
  const { still_failing, fixed, cannot_tell } = totalsOf(results);
  const value = (one: unknown) => clean(JSON.stringify(one) ?? "nothing", 300);
  return lines([
    ...results.flatMap((one) => [
      paint[one.outcome](`${clean(one.rule, 40)} ${one.outcome.replace("_", " ")}`),
      ...wrap(clean(one.scenario, 200), columns, "  scenario: "),
      ...(one.played === undefined ? [] : wrap(clean(one.played, 200), columns, "  played: ")),
      ...(one.message === undefined ? [] : wrap(clean(one.message, 600), columns, "  ")),
      ...(one.outcome === "still_failing"
        ? [...wrap(value(one.expected), columns, "  expected: "), ...wrap(value(one.actual), columns, "  actual: ")]
        : []),
      ...(one.outcome !== "cannot_tell" && !one.same_calls && one.played === undefined
        ? wrap("the calls are not in all their values those of the report", columns, "  ")
        : []),
    ]),
    ...(run?.harness_errors ?? []).flatMap(({ message }) => wrap(clean(message), columns, "a defect of this tool: ")),
    ...(run?.account.left_behind ?? []).flatMap(({ event_source_id, reason }) =>
      wrap(clean(reason), columns, `left behind: ${clean(event_source_id, 80)}: `),
    ),
    bold(
      results.length === 0
        ? "replayed: the report has nothing that failed"
        : `replayed: ${still_failing} still failing, ${fixed} fixed, ${cannot_tell} cannot be told`,
    ),
  ]);
}
