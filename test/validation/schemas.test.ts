import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Ajv } from "ajv";
import { afterAll, describe, expect, it } from "vitest";
import {
  actionSources,
  createValidator,
  eventTypes,
  loadSchema,
  RELEASES,
  surfaceCategories,
} from "../../src/validation/index.ts";
import { ADCP_SCHEMAS, MESSAGES, OWN_SCHEMAS, ownSchemaFiles } from "./official.ts";

const scratch = mkdtempSync(join(tmpdir(), "schemas-"));
afterAll(() => rmSync(scratch, { recursive: true }));

function put(path: string, text: string): void {
  const file = join(scratch, path);
  mkdirSync(join(file, ".."), { recursive: true });
  writeFileSync(file, text);
}

/** Every string under one of some keywords, wherever in a schema. */
function texts(schema: unknown, keywords: string[]): string[] {
  if (typeof schema !== "object" || schema === null) return [];
  return Object.entries(schema).flatMap(([name, value]) =>
    keywords.includes(name) && typeof value === "string" ? [value] : texts(value, keywords),
  );
}

describe("our schema files", () => {
  for (const release of RELEASES) {
    it(`${release}: are valid draft-07, with ids that say where they are`, () => {
      const ajv = new Ajv({ strict: false });
      for (const { name, document } of ownSchemaFiles(release)) {
        expect(ajv.validateSchema(document), `${name}: ${ajv.errorsText()}`).toBe(true);
        expect(document.$id).toBe(`https://adcp-conformance.dev/schemas/${release}/${name}`);
        expect(document.title).toBeTypeOf("string");
      }
    });

    it(`${release}: are all drawn on by some message`, () => {
      const validator = createValidator();
      for (const message of MESSAGES) validator.validate(message, release, {});
      expect(
        validator
          .used()
          .map(({ id }) => id)
          .toSorted(),
      ).toEqual(
        ownSchemaFiles(release)
          .map(({ document }) => document.$id as string)
          .toSorted(),
      );
    });
  }

  const title = ADCP_SCHEMAS ? "" : " (skipped: ADCP_SCHEMAS is unset)";
  it.skipIf(!ADCP_SCHEMAS)(`describe things in words of our own${title}`, () => {
    const words = (text: string) => (text.toLowerCase().match(/[\p{L}\p{N}_]+/gu) ?? []).join(" ");
    for (const release of RELEASES) {
      const theirs = MESSAGES.flatMap((message) =>
        texts(JSON.parse(readFileSync(join(ADCP_SCHEMAS ?? "", release, `${message}.json`), "utf8")), [
          "description",
          "title",
        ]),
      ).map(words);
      expect(theirs.length).toBeGreaterThan(100);
      for (const { name, document } of ownSchemaFiles(release)) {
        for (const ours of texts(document, ["description"]).map(words)) {
          const copied = theirs.find((text) => ` ${text} `.includes(` ${ours} `));
          expect(copied, `${release}/${name}: "${ours}"`).toBeUndefined();
        }
      }
    }
  });
});

describe("loadSchema", () => {
  for (const release of RELEASES) {
    for (const message of MESSAGES) {
      it(`gives ${message} of ${release} without references`, () => {
        const text = JSON.stringify(loadSchema(message, release));
        expect(text).not.toContain('"$ref"');
        expect(text).not.toContain('"$id"');
      });
    }
  }
});

describe("the listed values", () => {
  it("are those of the release", () => {
    expect(RELEASES.map((release) => eventTypes(release).length)).toEqual([28, 31, 31]);
    expect(eventTypes("3.0")).not.toContain("watch_milestone");
    expect(eventTypes("3.1")).toContain("watch_milestone");
    expect(RELEASES.map((release) => actionSources(release).length)).toEqual([9, 9, 9]);
    expect(surfaceCategories("3.0")).toEqual([]);
    expect(surfaceCategories("3.1")).toEqual(["owned_property", ...actionSources("3.1")]);
  });
});

describe("createValidator", () => {
  it("says which files it used, with their digests", () => {
    const validator = createValidator();
    expect(validator.used()).toEqual([]);
    validator.validate("sync-event-sources-request", "3.0", {});
    const octets = readFileSync(join(OWN_SCHEMAS, "3.0", "account-ref.json"));
    expect(validator.used()).toContainEqual({
      id: "https://adcp-conformance.dev/schemas/3.0/account-ref.json",
      digest: createHash("sha256").update(octets).digest("hex"),
    });
    expect(validator.used().map(({ id }) => id)).not.toContain("https://adcp-conformance.dev/schemas/3.0/error.json");
  });

  it("takes a bundle in place of ours, also as published", () => {
    put("flat/3.1/sync-event-sources-request.json", '{"$id":"/a.json","required":["a"]}');
    put("published/3.1.9/bundled/media-buy/sync-event-sources-request.json", '{"required":["old"]}');
    put("published/3.1.19/bundled/media-buy/sync-event-sources-request.json", '{"required":["new"]}');
    const flat = createValidator({ schemas: join(scratch, "flat") });
    expect(flat.validate("sync-event-sources-request", "3.1", {})).toMatchObject([
      { pointer: "/a", schema_id: "/a.json" },
    ]);
    const published = createValidator({ schemas: join(scratch, "published") });
    expect(published.validate("sync-event-sources-request", "3.1", {})).toMatchObject([{ pointer: "/new" }]);
  });

  it("says in one sentence what is wrong with a bundle", () => {
    expect(() => createValidator({ schemas: join(scratch, "nowhere") })).toThrow(
      /^The schema directory .*nowhere does not exist\.$/,
    );
    put("broken/3.0/log-event-request.json", "{");
    put("broken/3.0/log-event-response.json", '{"properties":{"a":{"$ref":"missing.json"}}}');
    put(
      "broken/3.0/sync-event-sources-request.json",
      '{"definitions":{"a":{"items":{"$ref":"#/definitions/a"}}},"$ref":"#/definitions/a"}',
    );
    put("broken/3.0/sync-event-sources-response.json", '{"type":"nothing"}');
    const broken = createValidator({ schemas: join(scratch, "broken") });
    const judge = (message: (typeof MESSAGES)[number]) => () => broken.validate(message, "3.0", {});
    expect(judge("get-adcp-capabilities-response")).toThrow(/^The schema directory .* holds no .* for release 3\.0\.$/);
    expect(judge("log-event-request")).toThrow(/^The schema file .* is not a JSON object\.$/);
    expect(judge("log-event-response")).toThrow(/^The schema file .*missing\.json cannot be read\.$/);
    expect(judge("sync-event-sources-request")).toThrow(/refers to itself/);
    expect(judge("sync-event-sources-response")).toThrow(/^The schema file .* cannot be compiled: /);
  });
});
