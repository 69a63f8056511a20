import { describe, expect, it } from "vitest";
import { createValidator, MAX_DEPTH } from "../../src/validation/index.ts";

const validator = createValidator();
const RESPONSE = "sync-event-sources-response";

function nested(levels: number): unknown {
  return JSON.parse(`${'{"a":'.repeat(levels)}1${"}".repeat(levels)}`);
}

/** The keywords of an answer's issues, each with its pointer. */
function judge(value: unknown): string[] {
  return validator.validate(RESPONSE, "3.1", value).map(({ pointer, keyword }) => `${pointer} ${keyword}`);
}

function success(more: object): object {
  return { status: "completed", event_sources: [], ...more };
}

describe("hostile messages", () => {
  it("nesting of 100,000 levels is one issue", () => {
    expect(judge(success({ context: nested(100_000) }))).toEqual(["/context depth"]);
    expect(judge(JSON.parse("[".repeat(100_000) + "]".repeat(100_000)))).toEqual(["/0 depth"]);
  });

  it("nesting up to the limit is taken", () => {
    expect(judge(success({ context: nested(MAX_DEPTH - 1) }))).toEqual([]);
    expect(judge(success({ context: nested(MAX_DEPTH) }))).toEqual(["/context depth"]);
  });

  it("a value that contains itself is one issue", () => {
    const context: Record<string, unknown> = {};
    context.self = context;
    expect(judge(success({ context }))).toEqual(["/context depth"]);
  });

  it("keys such as __proto__ are keys like others", () => {
    const answer = JSON.parse('{"status":"completed","event_sources":[],"__proto__":{"errors":[]},"constructor":{}}');
    expect(judge(answer)).toEqual([]);
    expect(judge(JSON.parse('{"__proto__":{"status":"completed","event_sources":[]}}'))).toEqual([
      " oneOf",
      "/status required",
    ]);
    const inherited = Object.assign(Object.create({ status: "completed", event_sources: [] }), {});
    expect(judge(inherited)).toEqual([" oneOf", "/status required"]);
    const account = JSON.parse('{"account_id":"a","__proto__":{"x":1}}');
    const [issue] = validator.validate("sync-event-sources-request", "3.1", {
      idempotency_key: "k".repeat(16),
      account,
    });
    expect(issue).toMatchObject({ pointer: "/account/__proto__", keyword: "additionalProperties", actual: { x: 1 } });
    expect(({} as { x?: number }).x).toBeUndefined();
  });

  it("strings of 16 MB are judged, whatever they are made of", () => {
    const size = 16_000_000;
    const made = ["a", "a.", "a-", "1", "t", "@", "%41", ":", "/", "\u0000", "\ud800", "\ud83d\ude00"].map((unit) =>
      unit.repeat(Math.ceil(size / unit.length)),
    );
    for (const text of made) {
      const answer = success({ adcp_version: `3.1-${text}`, timestamp: text, message: text, governance_context: text });
      expect(judge(answer)).toEqual(expect.arrayContaining(["/timestamp format", "/governance_context maxLength"]));
      const request = {
        idempotency_key: text,
        account: { brand: { domain: text, data_subject_contestation: { url: text, email: text } }, operator: text },
      };
      expect(validator.validate("sync-event-sources-request", "3.1", request).length).toBeGreaterThan(0);
    }
  });

  it("a million broken results are told by the first", () => {
    const [issue, ...others] = validator.validate(RESPONSE, "3.1", {
      status: "completed",
      event_sources: Array.from({ length: 1_000_000 }, () => 0),
    });
    expect(issue).toMatchObject({ pointer: "/event_sources/0", keyword: "type" });
    expect(others).toEqual([]);
  });

  it("thousands of broken results are told by one, dozens by all", () => {
    const broken = (length: number) => judge(success({ event_sources: Array.from({ length }, () => ({})) }));
    expect(broken(20)).toHaveLength(40);
    expect(broken(5_000)).toHaveLength(1);
  });

  it("values that JSON does not have are refused, not thrown over", () => {
    for (const value of [undefined, Number.NaN, 1n, Symbol("x"), () => 0]) expect(judge(value)).toEqual([" type"]);
  });
});
