import { describe, expect, it } from "vitest";
import { formatNames, reporter } from "../../src/report/formats.ts";
import type { Report } from "../../src/report/report.ts";
import { runEmbedded } from "./support.ts";

/** A report without what is new in every run: its id, keys, times, addresses, and values that the seller assigns. */
function settled(report: Report): Report {
  const text = JSON.stringify(report)
    .replaceAll(report.run_id, "<run>")
    .replaceAll(report.run_id.toUpperCase(), "<RUN>")
    .replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, "<uuid>")
    .replaceAll(/[0-9a-f]{15,}/g, "<nonce>")
    .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, "2026-01-02T03:04:05.678Z")
    .replaceAll(/(127\.0\.0\.1:)\d+/g, "$1<port>")
    .replaceAll(/"(duration_ms|p50_ms|p95_ms|max_ms|count)":[\d.]+/g, '"$1":1');
  const parsed = JSON.parse(text) as Report;
  return { ...parsed, timings: { ...parsed.timings, histogram: [{ up_to_ms: 1, count: 1 }] } };
}

describe("the same seed and the same seller", () => {
  it.each(["duplicates-last-wins", "create-not-stored"])("give the same bytes in every format: %s", async (fault) => {
    const reports = [await runEmbedded({ fault }, { seed: 42 }), await runEmbedded({ fault }, { seed: 42 })].map(
      ({ report }) => settled(report),
    );
    for (const name of formatNames) {
      const render = await reporter(name);
      const [one, other] = reports.map((report) => render(report, { columns: 80, colour: false }));
      expect(one, name).toBe(other);
    }
  });
});
