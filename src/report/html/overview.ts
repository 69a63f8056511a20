import type { RuleVerdict } from "../../engine/result.ts";
import { staleLines } from "../baseline/stale.ts";
import { boundedText } from "../bound.ts";
import type { Report, ReportRule, Totals } from "../report.ts";
import { verdictLine } from "../terminal.ts";
import { knownRules, plural } from "../words.ts";
import { anchor, html, type Markup } from "./markup.ts";
import { VERDICTS } from "./verdicts.ts";

const TITLES = { conformant: "Conformant", non_conformant: "Not conformant", inconclusive: "Inconclusive" } as const;

export const title = ({ verdict }: Report): string => TITLES[verdict];

/** The first screen: the verdict, how it came about, of whom, and what is not known. */
export function overview(report: Report): Markup {
  return html`<header class="top ${report.verdict}">
<p class="kind">AdCP conformance of <code>sync_event_sources</code></p>
<h1>${title(report)}</h1>
<p class="why" data-from="seller">${why(report)}</p>
</header>
<div class="columns">
<section aria-labelledby="target-title"><h2 id="target-title">Run</h2>${facts(report)}</section>
<section aria-labelledby="totals-title"><h2 id="totals-title">Totals</h2>${totals(report)}</section>
</div>
${baseline(report)}
${unknown(report)}`;
}

/** What the baseline let pass, and what has to go from it. */
function baseline(report: Report): Markup {
  const [known, stale] = [knownRules(report), staleLines(report)];
  if (known.length + stale.length === 0) return html``;
  return html`<section id="baseline" aria-labelledby="baseline-title"><h2 id="baseline-title">Baseline</h2>
${known.length > 0 && html`<p>${plural(known.length, "known failure")}: <span class="ids">${known.map(({ id }) => html`<a href="#${anchor(id)}">${id}</a> `)}</span></p>`}
${stale.length > 0 && html`<p class="bad">${plural(stale.length, "stale entry", "stale entries")} to remove:</p><ul>${stale.slice(0, 50).map((line) => html`<li>${line}</li>`)}</ul>`}
</section>`;
}

function why(report: Report): string {
  const line = verdictLine(report);
  const reasons = /\((.*)\)$/s.exec(line)?.[1];
  if (report.verdict === "conformant" && reasons === undefined)
    return "Every must rule that applies was tested, and held.";
  const told = reasons ?? "a must rule failed";
  return `${told.charAt(0).toUpperCase()}${told.slice(1)}.`;
}

function facts({ target, tool, seed, run_id, started_at, duration_ms, totals }: Report): Markup {
  const server = [target.server?.name, target.server?.version].filter((one) => one !== undefined).join(" ");
  const rows: [string, string][] = [
    ["Target", target.url],
    ["Server", server || "not told"],
    ["Account", JSON.stringify(target.account) ?? "none"],
    [
      "Release",
      `AdCP ${target.release}, ${target.transport.toUpperCase()}${target.protocol_version ? ` ${target.protocol_version}` : ""}`,
    ],
    ["Date", `${started_at.slice(0, 19).replace("T", " ")} UTC`],
    ["Requests", `${totals.requests} in ${(duration_ms / 1000).toFixed(1)} s`],
    ["Run", `${run_id}, seed ${seed}`],
    ["Tool", `${tool.name} ${tool.version}`],
  ];
  return html`<dl class="facts">${rows.map(([name, text]) => html`<div><dt>${name}</dt><dd>${text}</dd></div>`)}</dl>`;
}

const LEVELS = ["must", "should", "note", "security"] as const;

function totals({ totals, security }: Report): Markup {
  const cell = (counts: Partial<Totals["security"]>, verdict: RuleVerdict) => {
    const count = counts[verdict];
    if (count === undefined) return html`<td></td>`;
    return html`<td class="${count > 0 ? verdict : "dim"}">${count}</td>`;
  };
  return html`<table class="totals">
<thead><tr><td></td>${LEVELS.map((level) => html`<th scope="col">${level}</th>`)}</tr></thead>
<tbody>${VERDICTS.map(
    ({ verdict, glyph, title }) =>
      html`<tr><th scope="row"><span class="glyph ${verdict}" aria-hidden="true">${glyph}</span> ${title}</th>${LEVELS.map((level) => cell(totals[level], verdict))}</tr>`,
  )}</tbody>
</table>
<p class="dim">Security rules are this tool's own, and never decide the verdict. They ${security === "clean" ? "held" : "were broken"}.</p>
${totals.harness_errors > 0 && html`<p class="bad"><a href="#harness">${plural(totals.harness_errors, "defect")} of this tool</a>, not of the seller.</p>`}`;
}

/** Above what failed and held, since a run is no better than what it could test. */
function unknown(report: Report): Markup {
  const untested = report.rules.filter(({ verdict }) => verdict === "not_tested");
  const excluded = report.rules.filter(({ verdict }) => verdict === "not_applicable");
  return html`<section id="unknown" aria-labelledby="unknown-title"><h2 id="unknown-title">What was not tested</h2>
${untested.length === 0 ? html`<p>Every rule that applies was tested.</p>` : byReason(untested)}
${excluded.length > 0 && html`<details><summary>${plural(excluded.length, "rule does", "rules do")} not apply</summary>${byReason(excluded)}</details>`}
</section>`;
}

function byReason(rules: readonly ReportRule[]): Markup {
  const reasons = new Map<string, ReportRule[]>();
  for (const rule of rules) {
    const reason = rule.reason ?? "no reason given";
    reasons.set(reason, [...(reasons.get(reason) ?? []), rule]);
  }
  const groups = [...reasons].sort(([, a], [, b]) => b.length - a.length);
  return html`<ul class="reasons">${groups.map(
    ([reason, some]) =>
      html`<li><span data-from="seller">${boundedText(reason, 300)}</span> <span class="ids">${some.map(({ id }) => html`<a href="#${anchor(id)}">${id}</a> `)}</span></li>`,
  )}</ul>`;
}
