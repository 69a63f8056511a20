import { describe, expect, it } from "vitest";
import { github } from "../../src/report/github.ts";
import { finding, report, rule } from "./sample.ts";

const render = (over = {}) => github(report(over), { columns: 80, colour: false }).trimEnd().split("\n");
const failed = (id: string, over = {}) => rule(id, { verdict: "failed", findings: [finding()], ...over });

describe("GitHub annotations", () => {
  it("are commands alone: failures, then warnings, then the verdict", () => {
    const lines = render();
    for (const line of lines) expect(line).toMatch(/^::(error|warning|notice) title=[^:,]+::.+$/);
    expect(lines.map((line) => /^::(\w+) title=(\S+)/.exec(line)?.slice(1))).toEqual([
      ["error", "UPS-12"],
      ["error", "SEC-01"],
      ["warning", "[ADVISORY]"],
      ["error", "adcp-conformance%3A"],
    ]);
    expect(lines[0]).toContain("The seller accepted both entries.%0Aactual: {");
    expect(lines.at(-1)).toContain("verdict: non_conformant (1 must rule failed; security findings)");
  });

  it("are the worst ten, and say how many more there are", () => {
    const warned = Array.from({ length: 8 }, (_, n) => failed(`W-${n}`, { level: "should", verdict: "warned" }));
    const lines = render({ rules: [...warned, ...Array.from({ length: 6 }, (_, n) => failed(`F-${n}`))] });
    expect(lines).toHaveLength(11);
    expect(lines.slice(0, 6).every((line) => line.startsWith("::error title=F-"))).toBe(true);
    expect(lines.slice(6, 10).every((line) => line.startsWith("::warning title=[ADVISORY] W-"))).toBe(true);
    expect(lines[10]).toContain("4 more findings in the report");
  });

  it("say so where a run could not test, where the tool erred, and where nothing is wrong", () => {
    const reason = "the seller cannot be reached";
    const cut = render({
      rules: [],
      verdict: "inconclusive",
      reason,
      harness_errors: [{ scenario: "a", message: "b" }],
    });
    expect(cut[0]).toContain("title=a defect of adcp-conformance%2C not of the seller::");
    expect(cut[1]).toMatch(/^::error title=adcp-conformance%3A inconclusive::.*the seller cannot be reached/);
    expect(render({ rules: [rule("A-1")], verdict: "conformant" })).toEqual([
      "::notice title=adcp-conformance%3A conformant::verdict: conformant",
    ]);
  });

  it("count warnings as errors where they decide", () => {
    const [first] = render({ rules: [failed("W-1", { level: "should", verdict: "warned" })], fail_on: "should" });
    expect(first).toMatch(/^::error /);
  });
});
