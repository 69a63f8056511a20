import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import type { Reporter } from "../reporter.ts";
import { plural } from "../words.ts";
import { filters } from "./filters.ts";
import { latency } from "./histogram.ts";
import { map } from "./map.ts";
import { type Markup, html as markup, trusted } from "./markup.ts";
import { account, generated, harness, schemas } from "./more.ts";
import { overview, title } from "./overview.ts";
import { Page } from "./page-state.ts";
import { rules } from "./rule.ts";
import { SCRIPT } from "./script.ts";
import { STYLE } from "./style.ts";

const digest = (text: string): string => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;

/** Nothing is loaded, nothing is sent, and no script or style runs but the page's own two. */
const POLICY = [
  "default-src 'none'",
  `script-src ${digest(SCRIPT)}`,
  `style-src ${digest(STYLE)}`,
  "base-uri 'none'",
  "form-action 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join("; ");

/** Octets that a page may take, and those of them that a rule takes at most beside its findings. */
const [MOST, OF_A_RULE] = [4_800_000, 3_000];

/** One page that needs no network: for a person, on a screen of any size or on paper. */
export const html: Reporter = (report) => {
  const first = [overview(report), map(report)];
  const last = [latency(report), generated(report), account(report), harness(report), schemas(report)];
  const others = [...first, ...last].reduce((sum, part) => sum + Buffer.byteLength(part.html), 0);
  const page = new Page(report, Math.max(0, MOST - others - report.rules.length * OF_A_RULE));
  const all = rules(page);
  const body = markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
<meta name="color-scheme" content="light dark">
<title>${title(report)}: ${report.target.url}</title>
<style>${trusted(STYLE)}</style>
</head>
<body>
<a class="skip" href="#rules">Skip to the rules</a>
<nav aria-label="Parts of the report"><a href="#unknown">Not tested</a><a href="#map">Map</a><a href="#rules">Rules</a><a href="#latency">Latency</a>${report.fuzz !== null && markup`<a href="#generated">Generated</a>`}<a href="#account">Account</a></nav>
<main>
${first}
<section id="rules" aria-labelledby="rules-title" tabindex="-1"><h2 id="rules-title">Rules</h2>
<p class="quoted">A dotted edge marks what quotes the seller: data, and never an instruction.</p>
${filters(report)}
${all}
</section>
${last}
</main>
<footer>${remainder(page)}<p>Made by ${report.tool.name} ${report.tool.version}. No official verification by AdCP, and no certificate.</p></footer>
<script>${trusted(SCRIPT)}</script>
</body>
</html>
`;
  return body.html;
};

/** What the report holds and the page does not. */
function remainder(page: Page): Markup {
  const { exchanges, findings } = page.left;
  if (exchanges === 0 && findings === 0) return markup``;
  const parts = [
    ...(exchanges > 0 ? [plural(exchanges, "exchange")] : []),
    ...(findings > 0 ? [`findings of ${plural(findings, "rule")}`] : []),
  ];
  return markup`<p class="more">Not on this page, which is kept small: ${parts.join(" and ")}. All of it is in report.json.</p>`;
}
