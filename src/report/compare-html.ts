import { arrow, type Comparison, GROUPS, type RuleChange } from "./compare.ts";
import { sideText, summary } from "./compare-terminal.ts";
import { clean } from "./sanitize.ts";

const STYLE = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 60rem; margin: 0 auto; padding: 1rem; }
dt { font-weight: 600; } dd { margin: 0 0 .5rem; overflow-wrap: anywhere; }
table { border-collapse: collapse; width: 100%; } th, td { text-align: left; vertical-align: top; padding: .4rem; border-bottom: 1px solid #8888; }
th, td:nth-child(2) { white-space: nowrap; } td:last-child { overflow-wrap: anywhere; min-width: 12rem; }
.scroll { overflow-x: auto; } td p { margin: .2rem 0; }
`;

/** A comparison as one page that needs nothing else and runs nothing. */
export function compareHtml(told: Comparison): string {
  const { p50_ms, p95_ms, max_ms, slower } = told.latency;
  const shift = (name: string, { before, after }: { before: number; after: number }) =>
    `<tr><th scope="row">${name}</th><td>${before} ms</td><td>${after} ms</td></tr>`;
  const facts = [
    ["Before", sideText(told.before)],
    ["After", sideText(told.after)],
    ...told.differences.map((text) => ["Not alike", clean(text, 400)]),
  ];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Conformance compared</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>Conformance compared</h1>
<p><strong>${escapeHtml(summary(told).replace(/^compared: /, ""))}</strong></p>
<dl>${facts.map(([name, text]) => `<dt>${name}</dt><dd>${escapeHtml(text!)}</dd>`).join("\n")}</dl>
${GROUPS.map(([group, title]) => section(title, told[group])).join("")}
<h2>Latency${slower ? ": slower" : ""}</h2>
<div class="scroll"><table>
<thead><tr><th scope="col">answers</th><th scope="col">before</th><th scope="col">after</th></tr></thead>
<tbody>${shift("median", p50_ms)}${shift("95 %", p95_ms)}${shift("longest", max_ms)}</tbody>
</table></div>
</main>
</body>
</html>
`;
}

function section(title: string, changes: readonly RuleChange[]): string {
  if (changes.length === 0) return "";
  const rows = changes.map((change) => {
    const what = [clean(change.statement), ...change.messages.map((message) => clean(message))];
    return `<tr><th scope="row">${escapeHtml(clean(change.id, 40))}</th><td>${change.level}</td><td>${escapeHtml(arrow(change))}</td><td>${what.map((text) => `<p>${escapeHtml(text)}</p>`).join("")}</td></tr>`;
  });
  return `<h2>${title} (${changes.length})</h2>
<div class="scroll"><table>
<thead><tr><th scope="col">rule</th><th scope="col">level</th><th scope="col">verdict</th><th scope="col">what</th></tr></thead>
<tbody>
${rows.join("\n")}
</tbody>
</table></div>
`;
}

const ENTITIES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

const escapeHtml = (text: string): string => text.replaceAll(/[&<>"']/g, (one) => ENTITIES[one]!);
