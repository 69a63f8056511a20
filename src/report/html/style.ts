/** The page's style sheet. Colours of verdicts go with a glyph or a word everywhere. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --ground: #f7f6f3; --surface: #ffffff; --ink: #1c1e22; --dim: #585e69; --line: #dcd8d0; --link: #1f4fb3; --code: #f1efea;
  --failed: #a6201a; --failed-tint: #fbe5e2; --warned: #7a5200; --warned-tint: #fcefcf;
  --passed: #1c6138; --passed-tint: #dcf0e2; --not-tested: #4a44a3; --not-tested-tint: #e8e7fa;
  --noted: #0b5f69; --noted-tint: #daf0f2; --none: #585e69; --none-tint: #ebe9e4;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #14161a; --surface: #1c1f24; --ink: #e9e7e2; --dim: #a6acb7; --line: #363a42; --link: #93b7ff; --code: #24282e;
    --failed: #ffa59b; --failed-tint: #46201d; --warned: #f2c562; --warned-tint: #41320f;
    --passed: #8fd6a8; --passed-tint: #1b3a27; --not-tested: #b9b5ff; --not-tested-tint: #2f2c57;
    --noted: #82d3dd; --noted-tint: #16383d; --none: #a6acb7; --none-tint: #2b2e34;
  }
}
*, ::before, ::after { box-sizing: border-box; }
html { scroll-padding-top: 3.5rem; -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
main, footer { max-width: 72rem; margin: 0 auto; padding: 0 1.25rem; }
h1, h2, h3, h4, h5, h6, p, ul, ol, dl, dd, figure, table, pre, fieldset { margin: 0; padding: 0; }
h2 { font-size: 1.25rem; line-height: 1.3; margin: 2.5rem 0 .75rem; }
h3 { font-size: 1.0625rem; margin: 1.75rem 0 .5rem; }
h4 { font-size: 1rem; font-weight: 600; }
h5 { font-size: .8125rem; color: var(--dim); font-weight: 600; margin: 1rem 0 .25rem; }
h6 { font-size: .75rem; color: var(--dim); font-weight: 600; }
p, li, dt, dd, h4, h5, summary { overflow-wrap: anywhere; }
a { color: var(--link); text-underline-offset: .15em; }
code, pre { font-family: ui-monospace, "SFMono-Regular", Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: .8125rem; }
code { overflow-wrap: anywhere; }
pre { background: var(--code); border-radius: 4px; padding: .625rem .75rem; overflow: auto; max-height: 30rem; line-height: 1.45; white-space: pre-wrap; overflow-wrap: anywhere; }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
[hidden] { display: none !important; }
.hide { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
html:not(.scripted) .script { display: none; }
.dim, .more { color: var(--dim); font-weight: 400; }
.more, .source, .where, .quoted { font-size: .875rem; }
.bad { color: var(--failed); }
.skip { position: absolute; left: -100rem; }
.skip:focus { left: 1rem; top: .5rem; z-index: 2; background: var(--surface); padding: .5rem .75rem; }

nav { position: sticky; top: 0; z-index: 1; background: var(--surface); border-bottom: 1px solid var(--line); display: flex; gap: 1.25rem; overflow-x: auto; padding: 0 max(1.25rem, calc((100vw - 72rem) / 2 + 1.25rem)); white-space: nowrap; font-size: .9375rem; }
nav a { padding: .625rem 0; color: var(--ink); text-decoration: none; }
nav a:hover { text-decoration: underline; }

.top { margin: 1.75rem 0 1rem; padding: 1.25rem 1.5rem; border-radius: 8px; background: var(--none-tint); }
.top h1 { font-size: clamp(2rem, 6vw, 3rem); line-height: 1.1; letter-spacing: -.02em; }
.top .why { font-size: 1.125rem; margin-top: .5rem; }
.top .kind { font-size: .9375rem; }
.top.conformant { background: var(--passed-tint); } .top.conformant h1 { color: var(--passed); }
.top.non_conformant { background: var(--failed-tint); } .top.non_conformant h1 { color: var(--failed); }
.top.inconclusive { background: var(--not-tested-tint); } .top.inconclusive h1 { color: var(--not-tested); }
.columns { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 26rem), 1fr)); column-gap: 3rem; }
.columns h2 { margin-top: 1rem; }
.facts { display: grid; grid-template-columns: fit-content(50%) minmax(0, 1fr); gap: .25rem 1rem; font-size: .9375rem; }
.facts > div { display: contents; }
.facts dt { color: var(--dim); }
.facts dd { font-variant-numeric: tabular-nums; }
table { border-collapse: collapse; }
.totals { width: 100%; max-width: 30rem; font-size: .9375rem; font-variant-numeric: tabular-nums; }
.totals th { font-weight: 400; text-align: right; padding: .1875rem .375rem; }
.totals thead th { color: var(--dim); }
.totals tbody th { text-align: left; padding-left: 0; }
.totals tbody .glyph { width: 1.25rem; height: 1.25rem; font-size: .75rem; margin-right: .375rem; }
.totals td { text-align: right; padding: .1875rem .375rem; }
.totals tbody tr > * { border-top: 1px solid var(--line); }
.totals td:is(.passed, .failed, .warned, .noted, .not_tested) { font-weight: 600; }
.totals + p { font-size: .875rem; }
.columns .dim { font-size: .875rem; margin-top: .5rem; }
.reasons { list-style: none; }
.reasons li { padding: .375rem 0; border-top: 1px solid var(--line); }
.reasons li:first-child { border-top: 0; }
.ids { font-size: .8125rem; margin-left: .25rem; }
.ids a { white-space: nowrap; margin-right: .5rem; }
.ids a, .more a, .source a { display: inline-block; min-width: 1.5rem; min-height: 1.5rem; }
.rule .id { display: inline-block; min-height: 1.5rem; }
#unknown h2 { margin-top: 1.5rem; }

.glyph { display: inline-grid; place-items: center; width: 1.5rem; height: 1.5rem; border-radius: 4px; font-weight: 700; font-size: .875rem; line-height: 1; text-decoration: none; flex: none; background: var(--none-tint); color: var(--none); }
.failed.glyph { background: var(--failed); color: var(--surface); }
.warned.glyph { background: var(--warned-tint); color: var(--warned); }
.passed.glyph { background: var(--passed-tint); color: var(--passed); }
.not_tested.glyph { background: var(--not-tested-tint); color: var(--not-tested); }
.noted.glyph { background: var(--noted-tint); color: var(--noted); }
td.failed { color: var(--failed); } td.warned { color: var(--warned); } td.passed { color: var(--passed); }
td.not_tested { color: var(--not-tested); } td.noted { color: var(--noted); }
.legend, .cells { list-style: none; display: flex; flex-wrap: wrap; gap: .25rem; }
.legend { gap: .375rem 1.25rem; font-size: .875rem; margin-bottom: .75rem; }
.legend li { display: flex; align-items: center; gap: .375rem; }
.map { width: 100%; }
.map th { text-align: left; font-weight: 400; padding: .25rem 1.25rem .25rem 0; width: 12rem; vertical-align: top; font-size: .9375rem; overflow-wrap: anywhere; line-height: 1.5rem; }
.map td { padding: .25rem 0; vertical-align: top; border: 0; }
.map .held { padding-right: 1.25rem; text-align: right; width: 4.5rem; white-space: nowrap; color: var(--dim); font-variant-numeric: tabular-nums; font-size: .875rem; line-height: 1.5rem; }
.map a:hover { outline: 2px solid currentColor; outline-offset: 1px; }

.filters { background: var(--surface); border: 1px solid var(--line); border-radius: 8px; padding: .75rem 1rem; margin: .75rem 0 0; font-size: .9375rem; display: grid; gap: .375rem; }
.filters fieldset { border: 0; display: flex; flex-wrap: wrap; gap: .125rem 1rem; min-width: 0; }
.filters legend { float: left; width: 4.25rem; color: var(--dim); }
.filters label { white-space: nowrap; min-height: 1.5rem; }
.filters p { display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: center; }
.filters select, .filters input[type=search] { max-width: 12rem; }
select, input, button { font: inherit; color: inherit; }
select, input[type=search], button { background: var(--ground); border: 1px solid var(--dim); border-radius: 4px; padding: .125rem .5rem; min-height: 1.75rem; }
button { cursor: pointer; }
button:hover { border-color: var(--ink); }
#count { color: var(--dim); }

.rule { background: var(--surface); border: 1px solid var(--line); border-radius: 8px; padding: .625rem 1rem; margin-top: .5rem; content-visibility: auto; contain-intrinsic-size: auto 5rem; }
.rule:target { border-color: var(--link); }
.rule:focus-visible { outline-width: 2px; outline-offset: -1px; }
.rule .line { display: grid; grid-template-columns: auto auto 1fr; gap: .25rem .625rem; align-items: center; font-weight: 400; }
.rule .id { font-weight: 600; color: var(--ink); text-decoration: none; white-space: nowrap; }
.rule .id:hover { text-decoration: underline; }
.rule .statement { grid-column: 2 / -1; overflow-wrap: anywhere; }
.rule:is(.failed, .warned) .statement { font-size: 1.0625rem; font-weight: 600; }
.rule .line ~ * { margin-left: 2.125rem; }
.source { color: var(--dim); }
.tags { display: flex; flex-wrap: wrap; gap: .375rem; min-width: 0; }
.tag { font-size: .75rem; color: var(--dim); border: 1px solid var(--line); border-radius: 4px; padding: 0 .375rem; font-weight: 400; overflow-wrap: anywhere; }
.tag.must { color: var(--ink); border-color: currentColor; }
.finding { border-top: 1px solid var(--line); margin-top: .75rem; padding-top: .75rem; }

.where { color: var(--dim); margin-top: .25rem; }
.where code { color: var(--ink); }
.sides { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 20rem), 1fr)); gap: 0 1rem; }
.sides > div { min-width: 0; }
.words { background: var(--code); border-radius: 4px; padding: .5rem .75rem; font-size: .9375rem; }
[data-from=seller]:is(pre) { border: 1px dotted var(--dim); }
.diff span { display: block; padding-left: 1.25em; text-indent: -1.25em; }
.diff .expected { background: var(--passed-tint); color: var(--passed); }
.diff .actual { background: var(--failed-tint); color: var(--failed); }
.side.expected { border-left: 3px solid var(--passed); }
.side.actual { border-left: 3px solid var(--failed); }
.words { border-left: 3px solid var(--passed); }
.diff mark { background: none; color: inherit; font-weight: 700; text-decoration: underline; text-underline-offset: .15em; }
.advice { margin-top: .75rem; }
.sequence { list-style: none; border-left: 2px solid var(--line); padding-left: 1rem; }
.sequence li { margin: .5rem 0; }
.sequence .n { display: inline-block; min-width: 1.75rem; color: var(--dim); font-variant-numeric: tabular-nums; }
.sequence .more { margin-left: 2rem; }
.sequence .sides p { font-size: .75rem; }
.sequence .got { padding-left: 1.75rem; margin-left: .25rem; }
.sequence details { margin-left: 2rem; font-size: .9375rem; }
.arrow { color: var(--dim); }
summary { cursor: pointer; padding: .125rem 0; min-height: 1.5rem; }
.again { display: grid; grid-template-columns: 1fr auto; gap: .25rem .75rem; align-items: start; }
.again h5, .again p { grid-column: 1 / -1; margin-bottom: 0; }
.again .command[open] { grid-column: 1 / -1; }
.copy { font-size: .875rem; }
.others { margin-top: .75rem; }
.chart { overflow-x: auto; margin-top: 1rem; }
.chart rect { fill: var(--noted); }
.chart text { fill: var(--dim); font: .6875rem system-ui, sans-serif; text-anchor: middle; }
.chart .count { fill: var(--ink); }
figcaption { font-size: .875rem; color: var(--dim); }
section > ul:not([class]), details > ul:not([class]) { padding-left: 1.25rem; }
.warnings { padding-left: 1.25rem; margin-top: .5rem; color: var(--warned); }
footer { margin-top: 3rem; padding-block: 1rem 2rem; font-size: .875rem; color: var(--dim); }

@media (max-width: 40rem) {
  main, footer { padding-inline: 1rem; }
  nav { padding-inline: 1rem; }
  .top { padding: 1rem 1.125rem; margin-top: 1rem; }
  .map tr { display: grid; grid-template-columns: minmax(0, 1fr) auto; padding: .25rem 0; }
  .map th { width: auto; }
  .map .held { padding-right: 0; width: auto; }
  .map td:not(.held) { grid-column: 1 / -1; grid-row: 2; }
  .rule { padding-inline: .75rem; }
  .rule .line ~ * { margin-left: 0; }
  .rule .statement { grid-column: 1 / -1; }
  }
@media print {
  :root { --ground: #fff; --surface: #fff; --code: #f6f6f6; }
  body { font-size: 10pt; }
  nav, .filters, .again, .skip { display: none !important; }
  main, footer { max-width: none; padding: 0; }
  .rule { content-visibility: visible; break-inside: auto; }
  .rule .line, h2, h3 { break-after: avoid; }
  pre { max-height: none; }
  .rule { border-width: 1px 0 0; border-radius: 0; padding: .375rem 0; margin: 0; }
  .rule .line ~ * { margin-left: 2.125rem; }
  .map tr, .rule .line, .chart { break-inside: avoid; }
  .glyph, .diff span, .top { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  .source a::after { content: " (" attr(href) ")"; }
}
@media (prefers-reduced-motion: no-preference) { html { scroll-behavior: auto; } }
`;
