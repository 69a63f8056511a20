import { describe, expect, it } from "vitest";
import { width } from "../../src/report/sanitize.ts";
import { terminal, verdictLine } from "../../src/report/terminal.ts";
import { finding, fuzzed, HOSTILE, report, reportOf, rule } from "./sample.ts";

const plain = (columns: number) => ({ columns, colour: false });

describe("terminal report", () => {
  it("tells what is unknown first, then failures, warnings, security, totals, and the verdict in the last line", () => {
    const text = terminal(report(), plain(100));
    const order = [
      "Not tested",
      "Not applicable",
      "Failed",
      "Warnings",
      "Security",
      "Observed",
      "Left behind",
      "Totals",
      "verdict:",
    ];
    const places = order.map((title) => text.indexOf(`\n${title}`));
    expect(places).not.toContain(-1);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(text.endsWith("verdict: non_conformant (1 must rule failed; security findings)\n")).toBe(true);
  });

  it("tells of a failure what was asked, expected and seen, where it stands, and how to see it again", () => {
    const text = terminal(report(), plain(200));
    for (const part of [
      "UPS-12 must, duplicates: a request that names one id twice is not silently accepted",
      "The seller accepted both entries.",
      'expected: "a rejection"',
      'actual: {"event_source_id":"cf_1","action":"created"}',
      "at: /event_sources/0/action",
      "https://docs.example/sync_event_sources#error-handling",
      "curl -gsS -w '\\n' 'https://seller.example/mcp'",
    ])
      expect(text).toContain(part);
  });

  it("tells what was generated, and of a finding that it is flaky and how to play it again", () => {
    const told = report({ fuzz: fuzzed({ warnings: ["hollow"] }) });
    const [first] = told.rules[0]!.findings;
    Object.assign(first!, { flaky: true, reproduce: { ...first!.reproduce, path: "walk/3" } });
    const text = terminal(told, plain(100));
    expect(text).toContain("\nGenerated calls\n  3 sequences, 12 requests (4 accepted, 8 refused), 1 counterexample\n");
    expect(text).toContain("  warning: hollow\n");
    expect(text).toContain("  flaky: it did not show again when the same calls were sent anew\n");
    expect(text).toContain("  again: adcp-conformance fuzz URL --seed 7 --replay walk/3\n");
  });

  it("groups what was not tested by the reason", () => {
    expect(terminal(report(), plain(100))).toContain(
      "  - nothing may be deleted on this account (2 rules)\n    DEL-01, DEL-03\n",
    );
  });

  it("counts security rules apart from the levels", () => {
    const text = terminal(report(), plain(100));
    expect(text).toContain("  must     1 passed, 1 failed, 1 not applicable, 2 not tested");
    expect(text).toContain("  security 1 failed");
  });

  it.each([40, 80, 200])(
    "breaks lines at %i columns, except where a word, a command or the verdict is longer",
    (columns) => {
      for (const line of terminal(report(), plain(columns)).split("\n")) {
        if (line.startsWith("  curl: ") || line.startsWith("verdict: ")) continue;
        const longestWord = Math.max(...line.trim().split(" ").map(width));
        expect(width(line) <= columns || longestWord > columns / 2, line).toBe(true);
      }
    },
  );

  it("has colour only when asked", () => {
    expect(terminal(report(), plain(80))).not.toContain("\u001b");
    expect(terminal(report(), { columns: 80, colour: true })).toContain("\u001b[31m");
  });

  it.each(HOSTILE.map((text) => [JSON.stringify(text.slice(0, 30)), text]))("is not moved by %s", (_, text) => {
    const hostile = reportOf(text);
    for (const columns of [20, 40, 80]) {
      const told = terminal(hostile, plain(columns));
      expect(told).not.toMatch(/[\p{Cs}\p{Cf}\p{Zl}\p{Zp}]|[^\P{Cc}\n]/u);
      expect(told).not.toMatch(/^\s*::/m);
      expect(told).not.toMatch(/##\w*\[/);
      expect(told.match(/^verdict: /gm)).toEqual(["verdict: "]);
      expect(told.length).toBeLessThan(60_000);
    }
  });
});

describe("words of a seller", () => {
  it("never begin a line, however it is broken", () => {
    const name = "verdict: conformant ".repeat(20);
    const { target } = report();
    const forged = report({
      target: { ...target, server: { name } },
      rules: [rule("A-1", { verdict: "failed", findings: [finding({ message: name })] })],
    });
    for (let columns = 20; columns < 60; columns++)
      expect(terminal(forged, plain(columns)).match(/^verdict: .*/gm)).toEqual([
        "verdict: non_conformant (1 must rule failed)",
      ]);
  });
});

describe("verdict line", () => {
  it("says why a run is inconclusive", () => {
    expect(verdictLine(report({ verdict: "inconclusive", reason: "the seller cannot be reached", rules: [] }))).toBe(
      "verdict: inconclusive (the seller cannot be reached)",
    );
  });

  it("counts warnings where they decide", () => {
    const rules = [rule("A-1", { level: "should", verdict: "warned", findings: [finding()] })];
    expect(verdictLine(report({ rules }))).toBe("verdict: non_conformant (1 should rule warned)");
  });

  it("is bare for a conformant seller", () => {
    expect(verdictLine(report({ verdict: "conformant", rules: [rule("A-1")] }))).toBe("verdict: conformant");
  });
});
