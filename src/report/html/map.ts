import type { Report, ReportRule } from "../report.ts";
import { spaced } from "../words.ts";
import { anchor, html, type Markup } from "./markup.ts";
import { VERDICTS } from "./verdicts.ts";

/** Every rule as a cell, suite by suite. */
export function map({ rules }: Report): Markup {
  const suites = [...new Set(rules.map(({ suite }) => suite))];
  return html`<section id="map" aria-labelledby="map-title">
<h2 id="map-title">Map</h2>
<ul class="legend">${VERDICTS.map(({ verdict, title, glyph }) => html`<li><span class="glyph ${verdict}" aria-hidden="true">${glyph}</span> ${title}</li>`)}</ul>
<table class="map"><caption class="hide">Suites and the verdicts of their rules</caption>
<thead class="hide"><tr><th scope="col">Suite</th><th scope="col">Passed</th><th scope="col">Rules</th></tr></thead>
<tbody>${suites.map((suite) =>
    row(
      suite,
      rules.filter((rule) => rule.suite === suite),
    ),
  )}</tbody>
</table>
</section>`;
}

function row(suite: string, rules: readonly ReportRule[]): Markup {
  const held = rules.filter(({ verdict }) => verdict === "passed").length;
  return html`<tr><th scope="row">${suite}</th><td class="held">${held}/${rules.length}</td><td><ul class="cells">${rules.map(cell)}</ul></td></tr>
`;
}

function cell(rule: ReportRule): Markup {
  const { glyph } = VERDICTS.find(({ verdict }) => verdict === rule.verdict)!;
  const label = `${rule.id} ${spaced(rule.verdict)}: ${rule.statement}`;
  return html`<li><a class="glyph ${rule.verdict}" href="#${anchor(rule.id)}" title="${label}" aria-label="${label}">${glyph}</a></li>`;
}
