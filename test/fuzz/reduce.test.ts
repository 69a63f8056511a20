import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { simpler } from "../../src/fuzz/reduce.ts";
import type { Step } from "../../src/fuzz/step.ts";

const source = (symbol: string) => ({
  event_source_id: symbol,
  name: "n",
  event_types: ["lead", "purchase", "search"],
  allowed_domains: ["a.example.com", "b.example.com"],
  action_source: "website",
  surface: { category: "website", property_id: "p" },
});

const STEPS: Step[] = [
  { do: "sync", sources: [source("s1"), source("s2"), source("s3")], key: "k1", bad: ["s2"] },
  { do: "duplicate", sources: [source("s1"), source("s2"), source("s1")] },
  { do: "twin", source: source("s1"), form: 2 },
  { do: "replay", key: "k1", context: true },
  { do: "overlap", calls: [{ sources: [source("s1")] }, { sources: [source("s1"), source("s2")], deletes: true }] },
  { do: "one key at once", source: source("s1"), times: 4 },
  { do: "event", source: source("s1"), type: "lead" },
];

describe("a simpler step", () => {
  test.each(STEPS.map((step) => [step.do, step] as const))("of %s is of its kind and smaller", (kind, step) => {
    const all = [...simpler(step)];
    expect(all.length).toBeGreaterThan(0);
    for (const one of all) {
      expect(one.do).toBe(kind);
      expect(JSON.stringify(one).length).toBeLessThanOrEqual(JSON.stringify(step).length);
      expect(one).not.toEqual(step);
    }
  });

  test("keeps what is meant to be refused as it is", () => {
    for (const one of simpler(STEPS[0] as Step)) {
      if (one.do !== "sync") throw new Error("another kind");
      for (const bad of one.sources.filter(({ event_source_id: id }) => id === "s2")) expect(bad).toEqual(source("s2"));
      expect(one.bad).toEqual(one.sources.some(({ event_source_id: id }) => id === "s2") ? ["s2"] : []);
    }
  });

  test("gets ever smaller: whatever is chosen, it comes to an end", () => {
    fc.assert(
      fc.property(fc.constantFrom(...STEPS), fc.infiniteStream(fc.nat()), (first, choices) => {
        let step = first;
        for (let n = 0; n < 100; n++) {
          const all = [...simpler(step)];
          if (all.length === 0) return;
          step = all[(choices.next().value as number) % all.length] as Step;
        }
        throw new Error("no end in sight");
      }),
      { seed: 1, numRuns: 50 },
    );
  });
});
