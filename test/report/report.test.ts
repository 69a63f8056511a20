import { describe, expect, it } from "vitest";
import { json } from "../../src/report/json.ts";
import { reportValidator } from "../../src/report/read.ts";
import { toReport } from "../../src/report/report.ts";
import { exchange, finding, HOSTILE, report, result, rule, TOOL } from "./sample.ts";

const options = { columns: 80, colour: false };
const validate = reportValidator();

/** What is wrong with the report that its own JSON text holds. */
function issues(one: unknown): unknown {
  return validate(JSON.parse(JSON.stringify(one))) ? null : validate.errors;
}

describe("report.json", () => {
  it("is what the schema says, for every kind of run", () => {
    expect(issues(report())).toBeNull();
    const unreachable = report({
      verdict: "inconclusive",
      reason: "the seller cannot be reached",
      rules: [],
      exchanges: [],
      account: { before: null, after: null, left_behind: [] },
      target: { url: "https://seller.example/mcp", transport: "mcp", release: "3.1", account: {} },
    });
    expect(issues(unreachable)).toBeNull();
    const { response: _, ...unanswered } = exchange(
      1,
      {},
      { failure: { kind: "timeout", message: "no answer in time" } },
    );
    const silent = report({ exchanges: [unanswered, exchange(2, {})] });
    expect(issues(silent)).toBeNull();
    expect(silent.exchanges[0]).toMatchObject({ response: null, http_status: null, failure: { kind: "timeout" } });
  });

  it.each([
    ["another format", { format: "adcp-conformance/2" }],
    ["a made-up verdict", { verdict: "ok" }],
    ["no rules", { rules: undefined }],
    ["an untested rule without a reason", { rules: [{ ...report().rules[3], verdict: "not_tested" }] }],
  ])("is refused by the schema with %s", (_, over) => {
    expect(issues({ ...report(), ...over })).not.toBeNull();
  });

  it("has the same keys in the same order whatever happened", () => {
    const keys = Object.keys(report());
    expect(keys).toEqual([
      "format",
      "tool",
      "run_id",
      "target",
      "verdict",
      "seed",
      "started_at",
      "duration_ms",
      "totals",
      "security",
      "rules",
      "fuzz",
      "account",
      "timings",
      "schemas_used",
      "harness_errors",
      "exchanges",
    ]);
  });

  it("counts each level, and security rules apart", () => {
    expect(report().totals).toEqual({
      must: { passed: 1, failed: 1, not_applicable: 1, not_tested: 2 },
      should: { passed: 0, warned: 1, not_applicable: 0, not_tested: 0 },
      note: { passed: 0, noted: 1, not_applicable: 0, not_tested: 0 },
      security: { passed: 0, failed: 1, warned: 0, noted: 0, not_applicable: 0, not_tested: 0 },
      requests: 42,
      harness_errors: 0,
    });
    expect(report().security).toBe("findings");
    expect(report({ rules: [rule("SEC-01", { security: true })] }).security).toBe("clean");
  });

  it("keeps expected and actual where nothing was there", () => {
    const rules = [rule("A-1", { verdict: "failed", findings: [finding({ expected: undefined, actual: undefined })] })];
    expect(JSON.parse(json(report({ rules }), options)).rules[0].findings[0]).toMatchObject({
      expected: null,
      actual: null,
    });
  });

  it.each(HOSTILE.map((text) => [JSON.stringify(text.slice(0, 30)), text]))(
    "is valid, small and harmless with %s",
    (_, text) => {
      const hostile = exchange(1, {});
      hostile.response = { status: 200, headers: { "x-a": text }, body: text, bytes: text.length };
      const findings = [finding({ actual: { [text]: [text] }, message: text, exchanges: [1] })];
      const rules = [rule("A-1", { verdict: "failed", findings })];
      const one = report({
        rules,
        exchanges: [hostile],
        harness_errors: [{ scenario: "a", message: text.slice(0, 100) }],
      });
      const told = json(one, options);
      expect(issues(JSON.parse(told))).toBeNull();
      expect(JSON.parse(told)).toEqual(JSON.parse(JSON.stringify(one)));
      expect(told).not.toMatch(/[\p{Cs}\p{Cf}\p{Zl}\p{Zp}]|[^\P{Cc}\n]/u);
    },
  );

  it("survives values that are deep, wide, or named like a prototype", () => {
    let deep: unknown = 1;
    for (let depth = 0; depth < 50_000; depth++) deep = { deep };
    const wide = Array.from({ length: 100_000 }, () => ({ a: [1, 2, 3] }));
    const prototype = JSON.parse('{"__proto__":{"polluted":true}}');
    const findings = [deep, wide, prototype].map((actual) => finding({ actual }));
    const told = json(report({ rules: [rule("A-1", { verdict: "failed", findings })] }), options);
    expect(told.length).toBeLessThan(1_000_000);
    expect(issues(JSON.parse(told))).toBeNull();
    expect(told).toContain("__proto__");
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  it("says how much of a long body it left out", () => {
    const long = exchange(1, {});
    long.response = { status: 200, headers: {}, body: "x".repeat(5_000_000), bytes: 5_000_000 };
    const [first] = report({ exchanges: [long] }).exchanges;
    expect(first?.response?.body.length).toBeLessThan(70_000);
    expect(first?.response?.body).toContain("(5000000 characters)");
    expect(first?.response?.bytes).toBe(5_000_000);
  });

  it("hides what the given redaction hides, wherever the seller put it", () => {
    const secret = "s3cr3t-t0ken";
    const redact = (value: unknown) => JSON.parse(JSON.stringify(value).replaceAll(secret, "***"));
    const { target, account } = result();
    const leaky = result({
      target: { ...target, server: { name: secret } },
      reason: `it said ${secret}`,
      rules: [
        rule("A-1", {
          verdict: "failed",
          findings: [finding({ message: secret, expected: secret, actual: { [secret]: secret } })],
        }),
      ],
      harness_errors: [{ scenario: "a", message: secret }],
      account: { ...account, left_behind: [{ event_source_id: secret, reason: secret }] },
    });
    expect(JSON.stringify(toReport(leaky, TOOL))).toContain(secret);
    expect(JSON.stringify(toReport(leaky, TOOL, { redact }))).not.toContain(secret);
  });
});
