import { arrow, type Comparison, GROUPS, type RuleChange } from "./compare.ts";
import { sideText, summary } from "./compare-terminal.ts";
import { clean } from "./sanitize.ts";

/** So many rules of one group are listed: a job's summary has a limit. */
const MOST_ROWS = 100;

/** A comparison as a section of a page in GitHub's dialect. */
export function compareMarkdown(told: Comparison): string {
  const { p50_ms, p95_ms, max_ms, slower } = told.latency;
  const groups = GROUPS.filter(([group]) => told[group].length > 0);
  return `${[
    "## Conformance compared",
    "",
    `**${plain(summary(told).replace(/^compared: /, ""))}**`,
    "",
    `- before: ${plain(sideText(told.before))}`,
    `- after: ${plain(sideText(told.after))}`,
    ...told.differences.map((text) => `- not alike: ${plain(clean(text, 400))}`),
    `- latency: median ${p50_ms.before} -> ${p50_ms.after} ms, 95 % ${p95_ms.before} -> ${p95_ms.after} ms, longest ${max_ms.before} -> ${max_ms.after} ms${slower ? " (**slower**)" : ""}`,
    ...groups.flatMap(([group, title]) => table(title, told[group])),
  ].join("\n")}\n`;
}

function table(title: string, changes: readonly RuleChange[]): string[] {
  const more = changes.length - MOST_ROWS;
  return [
    "",
    `### ${title} (${changes.length})`,
    "",
    "| rule | level | verdict | what |",
    "| --- | --- | --- | --- |",
    ...changes.slice(0, MOST_ROWS).map((change) => {
      const what = change.messages.map((message) => clean(message, 200)).join("; ") || clean(change.statement);
      return `| ${[clean(change.id, 40), change.level, arrow(change), what].map(plain).join(" | ")} |`;
    }),
    ...(more > 0 ? ["", `and ${more} more`] : []),
  ];
}

/** Words only: neither markup, nor a link, nor a mention. */
const plain = (text: string): string =>
  text
    .replaceAll(/[\\`*_{}[\]()#+!|~<>]/g, (one) => (one === "<" ? "&lt;" : one === ">" ? "&gt;" : `\\${one}`))
    .replaceAll("@", "&#64;")
    .replaceAll(/(https?):/gi, "$1&#58;")
    .replaceAll(/(www)\./gi, "$1&#46;");
