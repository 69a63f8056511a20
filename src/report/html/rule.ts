import { boundedText } from "../bound.ts";
import type { ReportRule } from "../report.ts";
import { knownAs, plural, spaced } from "../words.ts";
import { findingOf } from "./finding.ts";
import { anchor, html, link, type Markup } from "./markup.ts";
import type { Page } from "./page-state.ts";
import { VERDICTS } from "./verdicts.ts";

/** So many findings of one rule are shown. */
const MOST_FINDINGS = 10;

/** All rules, the worst first, each at an address of its own. */
export function rules(page: Page): Markup {
  const sections = VERDICTS.map(({ verdict, title, about }) => {
    const some = page.report.rules.filter((rule) => rule.verdict === verdict);
    return (
      some.length > 0 &&
      html`<section class="group" aria-labelledby="group-${verdict}">
<h3 id="group-${verdict}">${title} <span class="dim">${plural(some.length, "rule")}: ${about}</span></h3>
${some.map((rule) => article(rule, page))}
</section>`
    );
  });
  return html`${sections}`;
}

function article(rule: ReportRule, page: Page): Markup {
  const id = anchor(rule.id);
  const level = rule.security ? "security" : rule.level;
  const known = knownAs(rule);
  const glyph = VERDICTS.find(({ verdict }) => verdict === rule.verdict)?.glyph;
  const inner = html`<p class="source">${rule.basis === rule.level ? "" : `${rule.basis}: `}${link(rule.source.url, rule.source.title)}</p>
${known !== undefined && html`<p class="known"><b>Known failure</b>, in the baseline: ${boundedText(known, 300)}</p>`}
${rule.reason !== undefined && html`<p class="reason" data-from="seller">${boundedText(rule.reason, 300)}</p>`}
${findings(rule, page)}`;
  const told = html`<span class="glyph ${rule.verdict}" aria-hidden="true">${glyph}</span><span class="hide">${spaced(rule.verdict)}: </span><a class="id" href="#${id}">${rule.id}</a><span class="tags"><span class="tag ${level}">${level}</span><span class="tag">${rule.suite}</span></span><span class="statement">${rule.statement}</span>`;
  return html`<article id="${id}" class="rule ${rule.verdict}" tabindex="-1" data-level="${level}" data-suite="${rule.suite}" data-verdict="${rule.verdict}">
<h4 class="line">${told}</h4>
${inner}
</article>
`;
}

function findings(rule: ReportRule, page: Page): Markup {
  const shown: Markup[] = [];
  for (const finding of rule.findings.slice(0, MOST_FINDINGS)) {
    const part = findingOf(finding, page);
    if (!page.admit(part)) break;
    shown.push(part);
  }
  const more = rule.findings.length - shown.length;
  const [first, ...others] = shown;
  return html`${first}
${others.length > 0 && html`<details class="others"><summary>${plural(others.length, "more finding")}</summary>${others}</details>`}
${more > 0 && html`<p class="more">${plural(more, "finding")} of this rule ${more === 1 ? "is" : "are"} in report.json and not on this page.</p>`}`;
}
