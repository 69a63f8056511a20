import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { RuleResult, RunResult } from "../../src/engine/result.ts";
import { type Comparison, compare, judgeComparison } from "../../src/report/compare.ts";
import { type CompareFormat, renderComparison } from "../../src/report/compare-formats.ts";
import { json } from "../../src/report/json.ts";
import type { Report } from "../../src/report/report.ts";
import { folder, ran } from "../cli/support.ts";
import { finding, HOSTILE, report, rule } from "./sample.ts";

const FORMATS = ["terminal", "json", "markdown", "html"] as const;
const broken = (id: string, over: Partial<RuleResult> = {}) =>
  rule(id, { verdict: "failed", findings: [finding()], ...over });
const untested = (id: string, over: Partial<RuleResult> = {}) =>
  rule(id, { verdict: "not_tested", reason: "limited", ...over });
const made = (rules: RuleResult[], over: Partial<RunResult> = {}): Report => report({ rules, ...over });
const show = (told: Comparison, format: CompareFormat) =>
  renderComparison(told, format, { columns: 60, colour: false });

/** The ids of each group that has any. */
function groups(before: RuleResult[], after: RuleResult[]): Record<string, string[]> {
  const told = compare(made(before), made(after));
  const lists = Object.entries(told).filter(([, list]) => Array.isArray(list) && list.length > 0);
  return Object.fromEntries(lists.map(([name, list]) => [name, (list as { id: string }[]).map(({ id }) => id)]));
}

describe("comparing two reports", () => {
  it.each([
    ["the same", [rule("A")], [rule("A")], {}, "fine"],
    ["passed, failed", [rule("A")], [broken("A")], { regressed: ["A"] }, "worse"],
    ["not tested, failed", [untested("A")], [broken("A")], { regressed: ["A"] }, "worse"],
    ["failed, passed", [broken("A")], [rule("A")], { fixed: ["A"] }, "fine"],
    ["failed, failed", [broken("A")], [broken("A")], { still_broken: ["A"] }, "fine"],
    [
      "failed, failed in another way",
      [broken("A")],
      [broken("A", { findings: [finding(), finding({ message: "another" })] })],
      { worse: ["A"] },
      "worse",
    ],
    ["absent, passed", [], [rule("A")], { new: ["A"] }, "fine"],
    ["absent, failed", [], [broken("A")], { new: ["A"] }, "worse"],
    ["passed, absent", [rule("A")], [], { vanished: ["A"] }, "less"],
    ["passed, not tested", [rule("A")], [untested("A")], { coverage_lost: ["A"] }, "less"],
    ["failed, not tested", [broken("A")], [untested("A")], { coverage_lost: ["A"] }, "less"],
    ["not tested, passed", [untested("A")], [rule("A")], { coverage_gained: ["A"] }, "fine"],
    [
      "not tested, not applicable",
      [untested("A")],
      [rule("A", { verdict: "not_applicable", reason: "x" })],
      {},
      "fine",
    ],
  ] as const)("%s", (_, before, after, expected, judged) => {
    expect(groups([...before], [...after])).toEqual(expected);
    expect(judgeComparison(compare(made([...before]), made([...after])), "must")).toBe(judged);
  });

  it("leaves warnings to --fail-on should, and notes to nobody", () => {
    const warned = broken("A", { level: "should", verdict: "warned" });
    const told = compare(made([rule("A", { level: "should" })]), made([warned]));
    expect([judgeComparison(told, "must"), judgeComparison(told, "should")]).toEqual(["fine", "worse"]);
    expect(
      groups([rule("A", { level: "note" })], [rule("A", { level: "note", verdict: "noted", findings: [finding()] })]),
    ).toEqual({});
  });

  it("does not take a known failure for a broken rule, nor a security rule for a small matter", () => {
    const after = made([broken("A")]);
    after.rules[0]!.findings[0]!.known = { reason: "ticket" };
    expect(judgeComparison(compare(made([rule("A")]), after), "must")).toBe("fine");
    expect(judgeComparison(compare(made([]), after), "must")).toBe("fine");
    const leaky = broken("SEC-01", { security: true, level: "should", verdict: "warned" });
    expect(
      judgeComparison(compare(made([rule("SEC-01", { security: true, level: "should" })]), made([leaky])), "must"),
    ).toBe("worse");
  });

  it("tells what the runs do not have in common, and a latency shift beyond noise", () => {
    const timings = (ms: number) => ({ p50_ms: ms, p95_ms: 2 * ms, max_ms: 3 * ms });
    const told = compare(made([], { timings: timings(100) }), made([], { timings: timings(200), seed: 9 }));
    expect(told.differences).toEqual(["the seed: 7, now 9"]);
    expect(told.latency).toMatchObject({ p50_ms: { before: 100, after: 200 }, slower: true });
    expect(compare(made([], { timings: timings(3) }), made([], { timings: timings(6) })).latency.slower).toBe(false);
    expect(judgeComparison(told, "must")).toBe("fine");
  });

  it.each(FORMATS)("as %s it says what got worse, rule by rule", async (format) => {
    const told = compare(made([rule("UPS-01"), rule("UPS-12")]), made([broken("UPS-12"), rule("UPS-01")]));
    const text = await show(told, format);
    expect(text).toContain("UPS-12");
    expect(text).toContain("The seller accepted both entries.");
    expect(text).not.toContain("UPS-01");
  });
});

describe("hostile reports", () => {
  const told = (text: string) => {
    const hostile = broken("A", {
      suite: text,
      statement: text,
      findings: [finding({ message: text, scenario: text })],
    });
    const target = { ...report().target, url: text, account: { [text.slice(0, 50)]: text }, server: { version: text } };
    return compare(made([]), made([hostile, { ...hostile, id: text }], { target, run_id: text, started_at: text }));
  };

  it.each(HOSTILE.map((text, index) => [index, text] as const))(
    "text %i forges nothing in any format",
    async (_, text) => {
      for (const format of FORMATS) {
        const shown = await show(told(text), format);
        expect(shown.replaceAll("\n", ""), format).not.toMatch(
          /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069]|[\ud800-\udbff](?![\udc00-\udfff])/,
        );
        expect(
          shown.split("\n").some((line) => /^\s*::|##\[|##vso\[|##teamcity\[/.test(line) && format === "terminal"),
        ).toBe(false);
        if (format !== "json") expect(shown.length, format).toBeLessThan(100_000);
        if (format === "json") expect(JSON.parse(shown).after.run_id).toBe(text);
        if (format === "html") expect(shown).not.toMatch(/<script|<img|<a |<iframe| on\w+=/i);
        if (format === "markdown") expect(shown).not.toMatch(/<script|(?<!\\)\]\(|https?:\/\//i);
      }
    },
  );
});

describe("report of two reports", () => {
  let place: ReturnType<typeof folder>;
  beforeEach(() => {
    place = folder();
    write("before", made([rule("UPS-01"), rule("UPS-05", { level: "should" })]));
    write("after", made([broken("UPS-01"), rule("UPS-05", { level: "should" })]));
    write("warned", made([rule("UPS-01"), broken("UPS-05", { level: "should", verdict: "warned" })]));
    write("less", made([untested("UPS-01"), rule("UPS-05", { level: "should" })]));
  });
  afterEach(() => place.remove());
  const write = (name: string, one: Report) => {
    mkdirSync(join(place.path, name));
    writeFileSync(join(place.path, name, "report.json"), json(one, { columns: 80, colour: false }));
  };
  const report_ = (...args: string[]) => ran(["report", ...args], place.path);

  it("exits with 1 where it got worse, with 3 where less was tested, else with 0, as --fail-on wants", async () => {
    expect(await report_("before", "after")).toMatchObject({ code: 1, stderr: "" });
    expect(await report_("after", "before")).toMatchObject({ code: 0 });
    expect(await report_("before", "before")).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("nothing changed"),
    });
    expect(await report_("before", "warned")).toMatchObject({ code: 0 });
    expect(await report_("before", "warned", "--fail-on", "should")).toMatchObject({ code: 1 });
    expect(await report_("before", "less")).toMatchObject({ code: 3 });
    writeFileSync(join(place.path, "b.json"), '[{"rule":"UPS-01","reason":"known"}]');
    expect(await report_("before", "after", "--baseline", "b.json")).toMatchObject({ code: 0 });
  });

  it("writes files with --out, and JSON always", async () => {
    const { code, stdout } = await report_("before", "after", "--out", "o", "--format", "html,markdown");
    expect({ code, stdout }).toEqual({ code: 1, stdout: "comparison: o\n" });
    const text = (name: string) => readFileSync(join(place.path, "o", name), "utf8");
    expect(JSON.parse(text("comparison.json")).regressed).toMatchObject([{ id: "UPS-01" }]);
    expect(text("comparison.md")).toContain("| UPS-01 | must | passed -&gt; failed |");
    expect(text("comparison.html")).toMatch(/^<!doctype html>/);
  });

  it.each([
    [
      ["before", "after", "warned"],
      "Two reports are compared, and those of shards (--shard K/N) merged: these are neither.",
    ],
    [["before", "after", "--format", "junit"], "A comparison has no format junit, but terminal, json, markdown, html."],
    [["before", "nowhere"], "There is no report at"],
    [["before", "after", "--write-baseline", "b"], "A baseline is written of one report, not of a comparison."],
    [["before", "after", "--format", "json,html"], "Several formats do not fit on standard output"],
  ])("%j is wrong usage", async (args, message) => {
    const { code, stdout, stderr } = await report_(...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(message);
  });
});
