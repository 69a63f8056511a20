import { describe, expect, it } from "vitest";
import { exitCode } from "../../src/cli/exit.ts";
import type { RuleResult } from "../../src/engine/result.ts";
import { applyBaseline } from "../../src/report/baseline/apply.ts";
import { parseBaseline } from "../../src/report/baseline/parse.ts";
import { toBaseline } from "../../src/report/baseline/write.ts";
import { reportValidator } from "../../src/report/read.ts";
import type { Report } from "../../src/report/report.ts";
import { terminal } from "../../src/report/terminal.ts";
import { finding, HOSTILE, report, rule } from "./sample.ts";

const NOW = new Date("2026-03-04T12:00:00Z");
const NAMES = {
  rules: new Set(["UPS-12", "UPS-01", "UPS-05", "DEL-01", "SEC-01"]),
  scenarios: new Set(["duplicates: a", "duplicates: b", "duplicates: c", "duplicates: d"]),
};
const FAILED = rule("UPS-12", { verdict: "failed", findings: [finding({ scenario: "duplicates: a" })] });

const withRules = (...rules: RuleResult[]): Report => report({ rules, verdict: "non_conformant", fail_on: "must" });
const gated = (input: Report, yaml: string) =>
  applyBaseline(input, parseBaseline(yaml, "known.yaml"), NAMES, { now: NOW });
const valid = reportValidator();

/** The outcome in the words of the exit code. */
function outcome(input: Report, yaml: string) {
  const told = gated(input, yaml);
  expect(valid(JSON.parse(JSON.stringify(told))), JSON.stringify(valid.errors)).toBe(true);
  const { known, stale, unchecked } = told.baseline!;
  return {
    verdict: told.verdict,
    code: exitCode(told),
    known,
    stale: stale.map(({ line, why }) => `${line} ${why}`),
    unchecked: unchecked.map(({ line }) => line),
  };
}

describe("a baseline", () => {
  it("lets what it names pass, and nothing else", () => {
    const input = withRules(FAILED, rule("UPS-01"));
    const entry = "- {rule: UPS-12, reason: being mended}";
    expect(outcome(input, entry)).toEqual({ verdict: "conformant", code: 0, known: 1, stale: [], unchecked: [] });
    const other = withRules(FAILED, rule("UPS-01", { verdict: "failed", findings: [finding()] }));
    expect(outcome(other, entry)).toMatchObject({ verdict: "non_conformant", code: 1, known: 1 });
  });

  it("that names a scenario covers a finding only when it names every scenario that shows it", () => {
    const scenario = (name: string) => `- {rule: UPS-12, scenario: "duplicates: ${name}", reason: r}\n`;
    const twice = withRules(
      rule("UPS-12", {
        verdict: "failed",
        findings: [finding({ scenario: "duplicates: a", repeats: 1, also_in: ["duplicates: b"] })],
      }),
    );
    expect(outcome(withRules(FAILED), scenario("a"))).toMatchObject({ code: 0, known: 1 });
    expect(outcome(twice, scenario("a"))).toMatchObject({ verdict: "non_conformant", code: 1, known: 0, stale: [] });
    expect(outcome(twice, scenario("a") + scenario("b"))).toMatchObject({ code: 0, known: 1, stale: [] });
    expect(outcome(withRules(FAILED), scenario("b"))).toMatchObject({ code: 1, stale: ["1 fixed"] });
  });

  it("fails the run for an entry that does not fail any more, has expired, or names no rule or no scenario", () => {
    const passed = withRules(rule("UPS-12"), rule("UPS-01"));
    const yaml = [
      "# head",
      "- rule: UPS-12",
      "  reason: mended",
      "- {rule: UPS-99, reason: gone}",
      '- {rule: UPS-01, scenario: "duplicates: zzz", reason: renamed}',
      "- {rule: UPS-01, reason: late, expires: 2026-03-03}",
    ].join("\n");
    expect(outcome(passed, yaml)).toEqual({
      verdict: "conformant",
      code: 1,
      known: 0,
      stale: ["2 fixed", "4 no_rule", "5 no_scenario", "6 expired"],
      unchecked: [],
    });
    const text = terminal(gated(passed, yaml), { columns: 100, colour: false });
    expect(text).toContain("known.yaml:2: UPS-12 does not fail any more: remove the entry\n");
    expect(text).toContain("known.yaml:4: UPS-99 names no rule: remove the entry\n");
    expect(text).toContain("known.yaml:6: UPS-01 has expired (2026-03-03): remove the entry\n");
    expect(text).toContain("verdict: conformant (4 stale baseline entries)\n");
  });

  it("holds until the end of its last day, and covers nothing afterwards", () => {
    expect(outcome(withRules(FAILED), "- {rule: UPS-12, reason: r, expires: 2026-03-04}")).toMatchObject({ code: 0 });
    expect(outcome(withRules(FAILED), "- {rule: UPS-12, reason: r, expires: 2026-03-03}")).toMatchObject({
      verdict: "non_conformant",
      code: 1,
      known: 0,
    });
  });

  it("calls nothing mended that the run did not get to", () => {
    const entry = "- {rule: UPS-12, reason: r}";
    const unchecked = { verdict: "conformant", code: 0, stale: [], unchecked: [1] };
    expect(outcome(withRules(rule("UPS-01")), entry)).toMatchObject(unchecked);
    expect(
      outcome(withRules(rule("UPS-12", { verdict: "not_applicable", reason: "x" }), rule("UPS-01")), entry),
    ).toMatchObject(unchecked);
    expect(outcome(withRules(rule("UPS-12", { not_tested_in: ["duplicates: a"] })), entry)).toMatchObject(unchecked);
    expect(outcome({ ...withRules(rule("UPS-12")), shard: { k: 1, n: 2 } }, entry)).toMatchObject(unchecked);
    const inA = '- {rule: UPS-12, scenario: "duplicates: a", reason: r}';
    expect(outcome(withRules(rule("UPS-12", { not_applicable_in: ["duplicates: a"] })), inA)).toMatchObject(unchecked);
    expect(outcome(withRules(rule("UPS-12", { not_applicable_in: ["duplicates: b"] })), inA)).toMatchObject({
      code: 1,
      stale: ["1 fixed"],
    });
    const early = { ...withRules(rule("UPS-12")), ended_early: true as const, reason: "interrupted" };
    expect(outcome(early, entry)).toMatchObject({ verdict: "inconclusive", code: 3, stale: [] });
  });

  it("covers what was generated by one word, since no two runs generate the same", () => {
    const fuzzed = withRules(
      rule("UPS-12", { verdict: "failed", findings: [finding({ phase: "fuzz", scenario: "sequence 17" })] }),
    );
    const entry = "- {rule: UPS-12, scenario: fuzz, reason: r}";
    expect(outcome(fuzzed, entry)).toMatchObject({ code: 0, known: 1, stale: [] });
    expect(outcome(withRules(rule("UPS-12")), entry)).toMatchObject({ code: 0, stale: [] });
    expect(outcome(withRules(FAILED), entry)).toMatchObject({ code: 1 });
  });

  it("lets known security findings pass, and leaves what is not tested inconclusive", () => {
    const security = rule("SEC-01", { security: true, verdict: "failed", findings: [finding()] });
    expect(exitCode(withRules(security, rule("UPS-01")))).toBe(1);
    expect(outcome(withRules(security, rule("UPS-01")), "- {rule: SEC-01, reason: r}")).toMatchObject({ code: 0 });
    const untested = rule("DEL-01", { verdict: "not_tested", reason: "limited" });
    expect(outcome(withRules(FAILED, untested), "- {rule: UPS-12, reason: r}")).toMatchObject({
      verdict: "inconclusive",
      code: 3,
    });
  });

  it("leaves warnings to --fail-on should", () => {
    const warned = rule("UPS-05", { level: "should", verdict: "warned", findings: [finding()] });
    const strict = { ...withRules(warned), fail_on: "should" as const };
    expect(outcome(strict, "[]")).toMatchObject({ verdict: "non_conformant", code: 1 });
    expect(outcome(strict, "- {rule: UPS-05, reason: r}")).toMatchObject({ verdict: "conformant", code: 0, known: 1 });
  });
});

describe("the file of a baseline", () => {
  it("is YAML or JSON, and may be empty", () => {
    const entries = [{ rule: "UPS-12", scenario: "duplicates: a", reason: "r", expires: "2026-12-31", line: 1 }];
    const json = '[{"rule":"UPS-12","scenario":"duplicates: a","reason":"r","expires":"2026-12-31"}]';
    expect(parseBaseline(json, "f").entries).toEqual(entries);
    expect(parseBaseline(`\t${json}\n`, "f").entries).toEqual(entries);
    expect(parseBaseline("", "f").entries).toEqual([]);
    expect(parseBaseline("# none\n", "f").entries).toEqual([]);
  });

  it.each([
    ["- rule: UPS-12", "f:1: an entry needs a reason."],
    ["- {rule: UPS-12, reason: '  '}", "f:1: reason must be a text that is not empty."],
    ["- {reason: r}", "f:1: an entry needs a rule."],
    ["- {rule: [UPS-12], reason: r}", "f:1: rule must be a text that is not empty."],
    ["\n- {rule: A, reason: r}\n- {rule: B, reason: r, expires: soon}", "f:3: expires must be a date"],
    ["- {rule: B, reason: r, expires: 2026-02-30}", "f:1: expires must be a date"],
    ["- {rule: B, reason: r, expires: 20261231}", "f:1: expires must be a text"],
    [
      "- {rule: B, reason: r, until: x}",
      "f:1: an entry is {rule, reason} with an optional scenario and expires, and no",
    ],
    ['[{"rule":"B","reason":"r","__proto__":{"x":1}}]', "f:1: an entry is {rule, reason} with"],
    ["- UPS-12", "f:1: an entry is {rule, reason} with"],
    ["rules: []", "f:1: a list of known failures is expected"],
    ["- {rule: A, reason: r}\n- {rule: A, reason: s}", "f:2: the entry stands here twice."],
    ["- {rule: A, rule: B, reason: r}", "f:1: this is neither well-formed YAML nor JSON."],
    ["- 'unclosed", "f:1: this is neither well-formed YAML nor JSON."],
    ["[".repeat(100_000), "f:1: this is neither well-formed YAML nor JSON."],
    ["- &a [x, x]\n- &b [*a, *a, *a]\n- rule: {x: [*b, *b, *b, *b]}\n  reason: r", "f:"],
  ])("%j is refused", (text, message) => {
    const shown = (error: unknown) => (error as Error).message;
    let said = "";
    try {
      parseBaseline(text, "f");
    } catch (error) {
      expect((error as Error).name).toBe("BaselineError");
      said = shown(error);
    }
    expect(said).toContain(message);
  });
});

describe("--write-baseline", () => {
  const round = (input: Report, earlier?: string) => {
    const parsed = earlier === undefined ? undefined : parseBaseline(earlier, "f");
    const base = parsed ? applyBaseline(input, parsed, NAMES, { now: NOW }) : input;
    return parseBaseline(toBaseline(base, NOW, { earlier: parsed }).text, "f").entries.map(
      ({ line: _, ...entry }) => entry,
    );
  };

  it("writes what fails, so that the next run passes", () => {
    const input = withRules(FAILED, rule("UPS-01"));
    const { text } = toBaseline(input, NOW);
    expect(outcome(input, text)).toMatchObject({ code: 0, known: 1, stale: [] });
    expect(JSON.parse(toBaseline(input, NOW, { json: true }).text)).toMatchObject([{ rule: "UPS-12" }]);
    expect(round(input)).toEqual([
      { rule: "UPS-12", scenario: "duplicates: a", reason: "seen on 2026-03-04: The seller accepted both entries." },
    ]);
  });

  it("writes a rule down as a whole where it shows in many scenarios", () => {
    const also_in = Array.from({ length: 8 }, (_, index) => `duplicates: ${index}`);
    const many = rule("UPS-12", { verdict: "failed", findings: [finding({ scenario: "duplicates: a", also_in })] });
    expect(round(withRules(many))).toMatchObject([{ rule: "UPS-12" }]);
    expect(round(withRules(many))[0]).not.toHaveProperty("scenario");
  });

  it("keeps reasons and what was not checked, and drops what is stale", () => {
    const earlier = [
      '- {rule: UPS-12, scenario: "duplicates: a", reason: ticket 7, expires: 2026-12-31}',
      "- {rule: DEL-01, reason: not reached}",
      "- {rule: UPS-01, reason: mended}",
    ].join("\n");
    expect(round(withRules(FAILED, rule("UPS-01")), earlier)).toEqual([
      { rule: "DEL-01", reason: "not reached" },
      { rule: "UPS-12", scenario: "duplicates: a", reason: "ticket 7", expires: "2026-12-31" },
    ]);
  });

  it("writes down no warning that does not fail the run", () => {
    const warned = rule("UPS-05", { level: "should", verdict: "warned", findings: [finding()] });
    expect(round(withRules(warned))).toEqual([]);
    expect(round({ ...withRules(warned), fail_on: "should" })).toMatchObject([{ rule: "UPS-05" }]);
  });

  it.each(HOSTILE.map((text, index) => [index, text] as const))("is not broken by hostile text %i", (_, text) => {
    const failed = rule("UPS-12", {
      verdict: "failed",
      findings: [finding({ message: text, scenario: "duplicates: a" })],
    });
    const input = report({
      rules: [failed],
      target: { ...report().target, url: `https://x.example/${text.slice(0, 500)}` },
    });
    const { text: yaml } = toBaseline(input, NOW);
    expect(yaml.replaceAll("\n", "")).not.toMatch(
      /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069]/,
    );
    expect(parseBaseline(yaml, "f").entries).toMatchObject([{ rule: "UPS-12", scenario: "duplicates: a" }]);
  });
});
