import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { applyPatches, arbitraryOf, mutations } from "../../../src/fuzz/schema/index.ts";
import type { JsonObject } from "../../../src/protocol/json.ts";
import { BASES, subject, subjects } from "./messages.ts";
import { misses } from "./verdicts.ts";

describe.each(subjects("sync-event-sources-request", "log-event-request"))(
  "mutations of $name $release by $by",
  (one) => {
    test("each breaks just what its label says", () => {
      const messages = arbitraryOf(one.schema, { batch: 2 }) as fc.Arbitrary<JsonObject>;
      // Some of each message's hundreds, others for each.
      const stride = one.name === "sync-event-sources-request" ? 11 : 53;
      fc.assert(
        fc.property(messages, fc.nat({ max: stride - 1 }), (message, from) => {
          const some = mutations(one.schema, message).filter((_, index) => index % stride === from);
          expect(some.flatMap((mutation) => misses(one, message, mutation))).toEqual([]);
        }),
        { seed: 4, numRuns: 25 },
      );
    });
  },
);

describe("mutations of a message", () => {
  const { schema } = subject("sync-event-sources-request", "3.1");
  const base = BASES["sync-event-sources-request"];

  test("concern what is there, in every item, and leave the message alone", () => {
    const source = { event_source_id: "a" };
    const message = { ...base, event_sources: [source, { event_source_id: "b" }] };
    const before = JSON.stringify(message);
    const found = mutations(schema, message);
    for (const { patches } of found) applyPatches(message, patches);
    expect(JSON.stringify(message)).toBe(before);
    const pointers = found.map(({ label }) => label.pointer);
    expect(pointers).toContain("/event_sources/0/event_source_id");
    expect(pointers).toContain("/event_sources/1/event_source_id");
    expect(pointers.filter((pointer) => pointer.includes("event_types"))).toEqual([]);
  });

  test("stay small enough to be sent, though maxItems is 10,000", () => {
    const event = {
      event_id: "e",
      event_type: "purchase",
      event_time: "2026-01-01T00:00:00Z",
      ext: { x: "x".repeat(1e5) },
    };
    const events = { ...BASES["log-event-request"], events: [event] };
    const found = mutations(subject("log-event-request", "3.1").schema, events);
    const [tooMany] = found.filter(({ label }) => label.keyword === "maxItems");
    const message = applyPatches(events, tooMany!.patches) as { events: unknown[] };
    expect(message.events).toHaveLength(10_001);
    expect(JSON.stringify(message).length).toBeLessThan(2_000_000);
  });

  test("survive being written down", () => {
    const found = mutations(schema, base);
    const read = JSON.parse(JSON.stringify(found)) as typeof found;
    expect(read.map(({ patches }) => applyPatches(base, patches))).toEqual(
      found.map(({ patches }) => applyPatches(base, patches)),
    );
  });
});
