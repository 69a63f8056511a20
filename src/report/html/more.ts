import type { AccountEntry } from "../../engine/result.ts";
import { boundedText } from "../bound.ts";
import { factsOf, warningsOf } from "../generated.ts";
import type { Report } from "../report.ts";
import { plural } from "../words.ts";
import { html, type Markup } from "./markup.ts";

const MOST_SOURCES = 100;
const MOST_ENTRIES = 20;
/** Characters of one id or sentence. */
const MOST_OF_A_TEXT = 300;

/** Defects of the tool. */
export function harness({ harness_errors }: Report): Markup {
  if (harness_errors.length === 0) return html``;
  return html`<section id="harness" aria-labelledby="harness-title"><h2 id="harness-title">Defects of this tool</h2>
<p>These are not the seller's. Please report them.</p>
<ul>${harness_errors.slice(0, MOST_ENTRIES).map(({ scenario, message }) => html`<li>${short(scenario)}: <span data-from="seller">${short(message)}</span></li>`)}</ul>
${rest(harness_errors.length, MOST_ENTRIES, "defect")}</section>`;
}

/** What fuzzing did. */
export function generated({ fuzz }: Report): Markup {
  if (fuzz === null) return html``;
  const warnings = warningsOf(fuzz);
  return html`<section id="generated" aria-labelledby="generated-title"><h2 id="generated-title">Generated calls</h2>
<dl class="facts">${factsOf(fuzz).map(({ name, text, missing }) => html`<div><dt>${name}</dt><dd data-from="seller">${text}${missing.length > 0 && html`<details><summary>not reached<span class="hide">: ${name}</span></summary><ul>${missing.map((one) => html`<li>${one}</li>`)}</ul></details>`}</dd></div>`)}</dl>
${warnings.length > 0 && html`<ul class="warnings">${warnings.map((one) => html`<li data-from="seller">${one}</li>`)}</ul>`}
</section>`;
}

const short = (text: string): string => boundedText(text, MOST_OF_A_TEXT);

/** What the account held, what it holds now, and what stayed behind. */
export function account({ account }: Report): Markup {
  const { before, after, left_behind } = account;
  return html`<section id="account" aria-labelledby="account-title"><h2 id="account-title">Account</h2>
${left_behind.length === 0 ? html`<p>Nothing was left behind.</p>` : html`<h3>Left behind</h3><ul>${left_behind.slice(0, MOST_SOURCES).map(({ event_source_id, reason }) => html`<li data-from="seller"><code>${short(event_source_id)}</code>: ${short(reason)}</li>`)}</ul>${rest(left_behind.length, MOST_SOURCES, "source")}`}
${held("before the run", before)}${held("after the run", after)}</section>`;
}

function held(when: string, entries: readonly AccountEntry[] | null): Markup {
  if (entries === null) return html`<p>What it held ${when} could not be seen.</p>`;
  return html`<details><summary>${plural(entries.length, "source")} ${when}</summary><ul>${entries
    .slice(0, MOST_SOURCES)
    .map(
      (one) =>
        html`<li data-from="seller"><code>${short(one.event_source_id)}</code>, ${one.managed_by}-managed${one.own && ", this tool's"}${one.name !== undefined && html`: ${one.name}`}</li>`,
    )}</ul>${rest(entries.length, MOST_SOURCES, "source")}</details>`;
}

/** By what answers were validated, so that anybody can do it again. */
export function schemas({ schemas_used }: Report): Markup {
  if (schemas_used.length === 0) return html``;
  return html`<section id="schemas" aria-labelledby="schemas-title"><h2 id="schemas-title">Schemas</h2>
<details><summary>${plural(schemas_used.length, "schema")} that answers were validated by</summary><ul>${schemas_used.slice(0, MOST_SOURCES).map(({ id, digest }) => html`<li><code>${short(id)}</code><br><code class="dim">${short(digest)}</code></li>`)}</ul>${rest(schemas_used.length, MOST_SOURCES, "schema")}</details></section>`;
}

const rest = (all: number, shown: number, one: string): Markup | false =>
  all > shown && html`<p class="more">${plural(all - shown, `more ${one}`)} in report.json.</p>`;
