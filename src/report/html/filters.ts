import type { Report } from "../report.ts";
import { html, type Markup } from "./markup.ts";
import { VERDICTS } from "./verdicts.ts";

const LEVELS = ["must", "should", "note", "security"] as const;

/** Chooses among the rules. It works by script, so it is hidden where scripts do not run. */
export function filters({ rules }: Report): Markup {
  const suites = [...new Set(rules.map(({ suite }) => suite))];
  const box = (name: string, value: string, label: string) =>
    html`<label><input type="checkbox" name="${name}" value="${value}" checked> ${label}</label>`;
  const present = VERDICTS.filter(({ verdict }) => rules.some((rule) => rule.verdict === verdict));
  return html`<form class="filters script" id="filters" aria-label="Filter the rules">
<fieldset><legend>Level</legend>${LEVELS.map((level) => box("level", level, level))}</fieldset>
<fieldset><legend>Verdict</legend>${present.map(({ verdict, title }) => box("verdict", verdict, title.toLowerCase()))}</fieldset>
<p><label>Suite <select name="suite"><option value="">all</option>${suites.map((suite) => html`<option value="${suite}">${suite}</option>`)}</select></label>
<label>Text <input type="search" name="text" autocomplete="off" spellcheck="false"></label>
<button type="button" id="all">Show all</button>
<span id="count" role="status" aria-live="polite"></span></p>
</form>`;
}
