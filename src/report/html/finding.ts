import { boundedText } from "../bound.ts";
import type { ReportFinding } from "../report.ts";
import { FLAKY, repeatsOf } from "../words.ts";
import { difference } from "./json-diff.ts";
import { html, type Markup } from "./markup.ts";
import type { Page } from "./page-state.ts";
import { sequence } from "./sequence.ts";

/** A longer command is in report.json alone. */
const MOST_OF_A_COMMAND = 20_000;

/** One way in which a rule was broken: what was expected and seen, the exchanges, and how to see it again. */
export function findingOf(finding: ReportFinding, page: Page): Markup {
  const { curl, calls, path, seed, typescript } = finding.reproduce;
  return html`<div class="finding">
<h4 data-from="seller">${finding.message}${finding.flaky && html` <span class="tag">flaky: ${FLAKY}</span>`}</h4>
<p class="where">${finding.phase === "fuzz" ? "Generated" : "Scenario"}: ${finding.scenario}<br>At: <code>${finding.json_pointer === "" ? "the root of the answer" : finding.json_pointer}</code>${finding.schema_id && html`<br>Schema: <code>${finding.schema_id}</code>`}${finding.repeats && html`<br>${repeatsOf(finding)}`}</p>
${difference(finding.expected, finding.actual)}
${finding.remediation && html`<p class="advice"><b>Advice</b> ${finding.remediation}</p>`}
${sequence(finding, page)}
<div class="again"><h5>See it again</h5>
${command("curl", curl)}
${command("MCP", calls.length > 0 ? JSON.stringify(calls, null, 2) : "")}
${typescript && command("TypeScript", typescript)}
${path && command("fuzz", `adcp-conformance fuzz URL --seed ${seed} --replay ${path}`)}
</div>
</div>`;
}

function command(label: string, text: string): Markup {
  if (text === "") return html``;
  if (text.length > MOST_OF_A_COMMAND)
    return html`<p class="more">${label}: in report.json (${text.length} characters).</p>`;
  return html`<details class="command"><summary>${label}</summary><pre tabindex="0">${boundedText(text, MOST_OF_A_COMMAND)}</pre></details><button type="button" class="copy script" data-what="${label}">Copy ${label}</button>`;
}
