import type { Report } from "../report.ts";
import { plural } from "../words.ts";
import { html, type Markup } from "./markup.ts";

const [HEIGHT, BAR, GAP] = [96, 52, 8];

const time = (ms: number): string =>
  ms >= 1_000 ? `${Math.round(ms / 100) / 10} s` : `${Math.round(ms * 10) / 10} ms`;

/** How long answers took: percentiles, and a histogram where the report has one. */
export function latency({ timings }: Report): Markup {
  const { p50_ms, p95_ms, max_ms, histogram = [] } = timings;
  return html`<section id="latency" aria-labelledby="latency-title">
<h2 id="latency-title">Latency</h2>
<dl class="facts"><div><dt>Median</dt><dd>${time(p50_ms)}</dd></div><div><dt>95th percentile</dt><dd>${time(p95_ms)}</dd></div><div><dt>Longest</dt><dd>${time(max_ms)}</dd></div></dl>
${histogram.length > 0 && chart(histogram)}
</section>`;
}

function chart(buckets: NonNullable<Report["timings"]["histogram"]>): Markup {
  const first = buckets.findIndex(({ count }) => count > 0);
  const shown = buckets.slice(Math.max(0, first));
  const most = Math.max(1, ...shown.map(({ count }) => count));
  const label = (index: number): string => {
    const { up_to_ms } = shown[index]!;
    return up_to_ms === null ? "longer" : `≤ ${time(up_to_ms)}`;
  };
  const width = shown.length * (BAR + GAP);
  const bars = shown.map(({ count }, index) => {
    const height = count === 0 ? 0 : Math.max(2, Math.round((count / most) * HEIGHT));
    const [x, y] = [index * (BAR + GAP), HEIGHT + 16 - height];
    return html`<rect x="${x}" y="${y}" width="${BAR}" height="${height}" rx="2"/>
<text x="${x + BAR / 2}" y="${y - 4}" class="count">${count}</text>
<text x="${x + BAR / 2}" y="${HEIGHT + 32}">${label(index)}</text>`;
  });
  const told = shown.map(({ count }, index) => `${label(index)}: ${plural(count, "answer")}`).join("; ");
  return html`<figure><div class="chart" tabindex="0" role="group" aria-label="histogram of latency, may scroll"><svg role="img" aria-label="${told}" viewBox="0 0 ${width} ${HEIGHT + 40}" width="${width}" height="${HEIGHT + 40}">
${bars}</svg></div><figcaption>Answers to task calls, by how long they took</figcaption></figure>`;
}
