import { bounded, boundedText } from "../bound.ts";
import type { ReportExchange, ReportFinding } from "../report.ts";
import { argumentsOf, messageOf, parse } from "../rpc-message.ts";
import { plural } from "../words.ts";
import { gotBrief, sentBrief } from "./brief.ts";
import { html, type Markup } from "./markup.ts";
import type { Page } from "./page-state.ts";

/** So many exchanges of one finding are shown; the last one is where its pointer points. */
const MOST_EXCHANGES = 12;
/** Characters of one body. */
const MOST_OF_A_BODY = 6_000;

/** The exchanges that a finding cites: what was sent, and what came back, in order. */
export function sequence(finding: ReportFinding, page: Page): Markup {
  const numbers = finding.exchanges;
  if (numbers.length === 0) return html``;
  const left = numbers.length - MOST_EXCHANGES;
  const shown = left > 0 ? [...numbers.slice(0, MOST_EXCHANGES - 1), numbers.at(-1)!] : numbers;
  return html`<h5>${plural(numbers.length, "exchange")}</h5>
<ol class="sequence">${shown.map((n) => exchange(n, page))}</ol>
${left > 0 && html`<p class="more">${left} more of them are in report.json.</p>`}`;
}

function exchange(n: number, page: Page): Markup {
  const one = page.exchange(n);
  if (!one) return html`<li><p class="more">Exchange ${n} is in exchanges.ndjson alone.</p></li>`;
  const id = `exchange-${n}`;
  const asked = one.tool === "sync_event_sources" ? sentBrief(argumentsOf(one)) || "discovery" : "";
  const done = gotBrief(messageOf(one)?.result?.structuredContent);
  const told = html`<p class="sent"><span class="n">${n}</span> <span class="arrow" aria-hidden="true">→</span> <span class="hide">sent: </span><b>${one.tool ?? one.operation}</b> <span data-from="seller">${asked}</span>${one.attempt > 1 && html` <span class="dim">attempt ${one.attempt}</span>`}</p>
<p class="got"><span class="arrow" aria-hidden="true">←</span> <span class="hide">received: </span><span data-from="seller">${done}</span> <span class="dim">${outcome(one)}, ${Math.round(one.duration_ms)} ms</span></p>`;
  if (!page.showOnce(n)) return html`<li>${told}<p class="more"><a href="#${id}">Shown above</a></p></li>`;
  return html`<li id="${id}">${told}
<details><summary>Request and answer<span class="hide"> of exchange ${n}</span></summary>
<div class="sides"><div><h6>Request</h6>${body(requestOf(one))}</div><div><h6>Answer</h6>${answer(one)}</div></div>
</details></li>`;
}

const outcome = ({ response, http_status, failure }: ReportExchange): Markup =>
  response
    ? html`HTTP ${http_status ?? "?"}, ${plural(response.bytes, "octet")}`
    : html`<span class="bad">no answer: ${failure?.kind ?? "not recorded"}</span>`;

/** What was asked, without the frame of the protocol where that can be told apart. */
function requestOf(one: ReportExchange): string {
  const told = argumentsOf(one) ?? parse(one.request.body ?? "");
  return told === undefined ? (one.request.body ?? "") : pretty(told);
}

/** What came back: of a tool's result, the part that is read; else all of it. */
function answer(one: ReportExchange): Markup {
  const { response, failure } = one;
  if (!response)
    return html`<p data-from="seller">${failure?.message ?? "Nothing was recorded."}</p>${failure?.partial && body(failure.partial)}`;
  const headers = Object.entries(response.headers).map(([name, value]) => `${name}: ${value}\n`);
  const result = messageOf(one)?.result;
  const structured = result?.structuredContent;
  if (structured !== undefined && structured !== null) {
    const error = result?.isError === undefined ? "" : `, isError ${JSON.stringify(bounded(result.isError))}`;
    return html`<p class="dim">structuredContent of the result${error}</p>${body(pretty(structured))}`;
  }
  const parsed = parse(response.body);
  return body(`${headers.join("")}\n${parsed === undefined ? response.body : pretty(parsed)}`);
}

const body = (text: string): Markup =>
  html`<pre tabindex="0" data-from="seller">${boundedText(text, MOST_OF_A_BODY)}</pre>`;

/** Bounded first: indenting makes much of what is nested deep. */
const pretty = (value: unknown): string => JSON.stringify(bounded(value), null, 2) ?? "";
