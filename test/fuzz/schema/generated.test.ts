import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { arbitraryOf, type GenerateOptions } from "../../../src/fuzz/schema/index.ts";
import { subject, subjects } from "./messages.ts";
import { summary } from "./verdicts.ts";

describe.each(subjects("sync-event-sources-request", "log-event-request"))(
  "generated messages of $name $release by $by",
  ({ name, schema, issues }) => {
    const sizes = { batch: name === "log-event-request" ? 10 : 100, depth: 64 };

    test.each(["all", "some", "none"] as const)("are valid with %s of the optional members", (optional) => {
      const messages = arbitraryOf(schema, { ...sizes, optional });
      fc.assert(
        fc.property(messages, (message) => {
          expect(summary(issues(message))).toBe("valid");
        }),
        { seed: 4, numRuns: 40 },
      );
    });

    test("stay valid while they shrink", () => {
      const messages = arbitraryOf(schema, sizes);
      const invalid: string[] = [];
      let shrunk = 0;
      for (const least of [0, 150, 400, 1_000]) {
        let tried = 0;
        const { failed, numShrinks } = fc.check(
          fc.property(messages, (message) => {
            tried++;
            const found = issues(message);
            if (found.length > 0) invalid.push(summary(found));
            // What passes is not shrunk further: that bounds the search.
            return tried > 150 || JSON.stringify(message).length < least;
          }),
          { seed: least, numRuns: 100 },
        );
        expect(failed).toBe(true);
        shrunk += numShrinks;
      }
      expect(invalid).toEqual([]);
      expect(shrunk).toBeGreaterThan(20);
    });

    test("are the same for one seed", () => {
      const sample = () => fc.sample(arbitraryOf(schema, sizes), { seed: 7, numRuns: 5 });
      expect(JSON.stringify(sample())).toBe(JSON.stringify(sample()));
    });
  },
);

describe("what is generated", () => {
  const { schema, issues } = subject("sync-event-sources-request", "3.2");
  interface Request {
    account: unknown;
    idempotency_key: string;
    event_sources?: { event_source_id: string; name?: string }[];
    ext?: unknown;
    context?: unknown;
  }
  const sample = (options: GenerateOptions, numRuns = 200) =>
    fc.sample(arbitraryOf(schema, options), { seed: 3, numRuns }) as Request[];

  test("given values stand where they belong, and omitted members nowhere", () => {
    const account = { account_id: "acct_demo" };
    const found = sample({
      given: {
        "/account": fc.constant(account),
        "/event_sources/*/event_source_id": fc.constantFrom("cf_1", "cf_2", "cf_3", "cf_4", "cf_5"),
        "/event_sources/*/name": fc.constant("given"),
      },
      omit: ["/context", "/event_sources/*/surface"],
      distinct: ["/event_sources/*/event_source_id"],
    });
    const sources = found.flatMap(({ event_sources = [] }) => event_sources);
    expect(new Set(found.map((request) => request.account))).toEqual(new Set([account]));
    expect(new Set(sources.map(({ event_source_id }) => event_source_id)).size).toBe(5);
    expect(new Set(sources.map(({ name }) => name))).toEqual(new Set(["given"]));
    expect(sources.filter((source) => "surface" in source)).toEqual([]);
    expect(found.filter((request) => "context" in request)).toEqual([]);
    for (const { event_sources = [] } of found) {
      expect(new Set(event_sources.map(({ event_source_id }) => event_source_id)).size).toBe(event_sources.length);
    }
    expect(found.flatMap(issues)).toEqual([]);
  });

  test("batches reach one hundred sources, and no more", () => {
    const sizes = sample({ batch: 100 }, 600).map(({ event_sources = [] }) => event_sources.length);
    expect(Math.max(...sizes)).toBeGreaterThan(95);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(100);
    expect(sizes).toContain(1);
    expect(Math.max(...sample({}, 600).map(({ event_sources = [] }) => event_sources.length))).toBe(5);
  });

  test("ext and context are nested up to 64 levels, and no more", () => {
    const levels = (value: unknown): number =>
      typeof value === "object" && value !== null ? 1 + Math.max(0, ...Object.values(value).map(levels)) : 0;
    const depths = sample({ depth: 64 }, 600).flatMap(({ ext, context }) => [levels(ext), levels(context)]);
    expect(Math.max(...depths)).toBe(64);
    expect(Math.max(...sample({}, 600).map(({ ext }) => levels(ext)))).toBe(4);
    expect(Math.max(...sample({ depth: 1 }, 600).map(({ ext }) => levels(ext)))).toBe(1);
  });

  test("text that breaks software is there, and only where it is wanted", () => {
    const hostile = JSON.stringify(sample({}, 400));
    const marks = ["\\u0000", "\\ud800", "\u202e", "\u{1f600}", '"__proto__":', "</script>", "a".repeat(10_000)];
    expect(marks.filter((mark) => !hostile.includes(mark))).toEqual([]);
    const plain = JSON.stringify(sample({ text: "plain" }, 400));
    expect(marks.filter((mark) => plain.includes(mark))).toEqual([]);
  });

  test("a member named __proto__ is the message's own", () => {
    const found = sample({}, 400).flatMap(({ ext, context }) => [ext, context]);
    const named = found.filter((open) => typeof open === "object" && Object.hasOwn(open as object, "__proto__"));
    expect(named.length).toBeGreaterThan(0);
    expect(found.filter((open) => open && Object.getPrototypeOf(open) !== Object.prototype)).toEqual([]);
  });
});
