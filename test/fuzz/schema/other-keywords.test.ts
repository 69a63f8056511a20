import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { applyPatches, arbitraryOf, assertionsOf, boundaries, mutations } from "../../../src/fuzz/schema/index.ts";
import type { JsonObject } from "../../../src/protocol/json.ts";
import type { Release } from "../../../src/validation/index.ts";
import { type Subject, subject } from "./messages.ts";
import { misses, summary } from "./verdicts.ts";

/** A request with the keywords that the requests of no release so far have. */
const SCHEMA = {
  type: "object",
  properties: {
    size: { type: "integer", exclusiveMinimum: 0, exclusiveMaximum: 10 },
    ratio: { type: "number", minimum: 0, exclusiveMaximum: 1 },
    note: { type: ["string", "null"] },
    kind: { enum: ["a", "b", 3, null, false] },
    tags: { type: "array", items: { type: "string", maxLength: 3 }, uniqueItems: true, minItems: 2, maxItems: 3 },
    colours: { type: "array", items: { enum: ["red", "green", "blue"] }, uniqueItems: true },
    some: {
      type: "object",
      properties: { a: { type: "boolean" }, b: { type: "boolean" }, c: { type: "boolean" } },
      minProperties: 2,
    },
    "odd/name~": { type: "string", minLength: 2, maxLength: 2 },
    point: {
      type: "object",
      oneOf: [
        { properties: { x: { type: "number" } }, required: ["x"] },
        { properties: { y: { type: "number" } }, required: ["y"] },
      ],
    },
    one: { const: 1 },
    banned: { type: "string" },
  },
  required: ["size", "kind"],
  not: { anyOf: [{ required: ["banned"] }, { required: ["old"] }] },
  if: { properties: { kind: { const: "b" } }, required: ["kind"] },
  // biome-ignore lint/suspicious/noThenProperty: the keyword of JSON Schema
  then: { required: ["ratio"] },
};

describe("a schema with other keywords", () => {
  const bundle = mkdtempSync(join(tmpdir(), "schemas-"));
  afterAll(() => rmSync(bundle, { recursive: true }));

  /** A request with a schema of one's own. */
  function madeUp(release: Release, schema: object): Subject {
    mkdirSync(join(bundle, release));
    writeFileSync(join(bundle, release, "sync-event-sources-request.json"), JSON.stringify(schema));
    return { ...subject("sync-event-sources-request", release, bundle), by: "our schemas" };
  }

  const one = madeUp("3.1", SCHEMA);

  test("generated messages are valid, and their mutations break just what they say", () => {
    fc.assert(
      fc.property(arbitraryOf(one.schema), (message) => {
        expect(summary(one.issues(message))).toBe("valid");
        const wrong = mutations(one.schema, message as JsonObject).flatMap((each) => misses(one, message, each));
        expect(wrong).toEqual([]);
      }),
      { seed: 5, numRuns: 60 },
    );
  });

  test.each([
    { size: 1, kind: "a" },
    { size: 9, kind: "b", ratio: 0.75, colours: ["blue", "red", "green"] },
  ])("boundaries of %o are what they say, and cover every keyword", (base) => {
    const found = boundaries(one.schema, base);
    for (const boundary of found) {
      if (boundary.side === "invalid") expect(misses(one, base, boundary)).toEqual([]);
      else expect(summary(one.issues(applyPatches(base, boundary.patches))), boundary.label.what).toBe("valid");
    }
    const missing = assertionsOf(one.schema).filter(
      ({ keyword, schemaPointer }) =>
        !found.some(({ label }) => label.keyword === keyword && label.schemaPointer === schemaPointer),
    );
    // Lone members of arms are told as the union; what may not be there has no value to break.
    expect(missing.map(({ schemaPointer }) => schemaPointer)).toEqual([
      "/properties/point/oneOf/0/required",
      "/properties/point/oneOf/1/required",
      "/properties/banned/type",
    ]);
  });

  test("messages are valid on both branches of a condition", () => {
    const { schema, issues } = madeUp("3.2", { ...SCHEMA, else: { properties: { ratio: { maximum: 0.5 } } } });
    const found = fc.sample(arbitraryOf(schema, { optional: "all" }), { seed: 1, numRuns: 100 });
    expect(found.map((message) => summary(issues(message)))).toEqual(found.map(() => "valid"));
    expect(new Set(found.map((message) => (message as { kind: unknown }).kind)).size).toBe(5);
  });

  test("a condition that messages cannot be made for is named", () => {
    const schema = { ...SCHEMA, if: { properties: { size: { minimum: 5 } } } };
    expect(() => arbitraryOf(schema)).toThrow("The condition at /if");
  });

  test("a format that strings cannot be made for is named", () => {
    const schema = { type: "object", properties: { host: { type: "string", format: "hostname" } } };
    expect(() => arbitraryOf(schema)).toThrow("hostname");
  });
});
