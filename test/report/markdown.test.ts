import { describe, expect, it } from "vitest";
import { markdown } from "../../src/report/markdown.ts";
import { nodes, parseMarkdown } from "./parse-markdown.ts";
import { exchange, finding, fuzzed, report, reportOf, rule } from "./sample.ts";

const options = { columns: 80, colour: false };
const render = (over = {}) => markdown(report(over), options);
const parse = (over = {}) => parseMarkdown(render(over));
const MiB = 1024 * 1024;

describe("Markdown report", () => {
  it("tells the verdict, totals, what is unknown, then failures, with what was expected and seen", () => {
    const text = render();
    const order = [
      "# adcp-conformance: non conformant",
      "| must |",
      "## Not tested",
      "## UPS-12 failed",
      "## SEC-01 failed",
    ];
    const places = order.map((part) => text.indexOf(part));
    expect(places).not.toContain(-1);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    for (const part of ['expected: "a rejection"', "/event_sources/0/action", "curl -gsS", "exchanges 1, 2"])
      expect(text).toContain(part);
    expect(text).toContain("nothing may be deleted on this account");
  });

  it("has a table that readers take for one, and links to where rules stand", () => {
    const tree = parse();
    expect(nodes(tree, "tableRow").map((row) => row.children.length)).toEqual([7, 7, 7, 7, 7]);
    const links = new Set(nodes(tree, "link").map(({ url }) => url));
    expect([...links]).toEqual(["https://docs.example/sync_event_sources#error-handling"]);
  });

  it("tells what was generated, how much of what there is it reached, and what that is worth", () => {
    const text = render({ fuzz: fuzzed({ warnings: ["hollow"] }) });
    for (const line of ["runs: 3", "states: 3 of 5", "found: rule UPS-12, requests 9, steps 2", "warning: hollow"])
      expect(text).toContain(`\n${line}\n`);
  });

  it("sets warnings apart", () => {
    const headings = nodes(parse(), "heading").map((one) =>
      nodes(one, "text")
        .map(({ value }) => value)
        .join(""),
    );
    expect(headings).toContain("[ADVISORY] UPS-05 warned");
    expect(headings).toContain("UPS-12 failed");
  });

  it("holds the seller's words between marks of its own, which it names, in code blocks alone", () => {
    const text = render();
    const [, mark] = /between marks with (\w{10}) may quote the seller/.exec(text)!;
    const holding = nodes(parse(), "code").filter(({ value }) => value.includes("The seller accepted both entries."));
    expect(holding).not.toEqual([]);
    for (const { value } of holding)
      expect(value).toMatch(new RegExp(`^\\[seller ${mark}\\n[^]*\\nseller ${mark}\\]$`));
    expect(render({ duration_ms: 1235 })).not.toContain(mark);
    expect(render()).toBe(text);
  });

  it("has no markup in what a seller chose", () => {
    const tree = parseMarkdown(markdown(reportOf("**b** [l](https://evil.example) <b>x</b> `c`"), options));
    for (const type of ["html", "image", "strong", "footnoteReference"] as const) expect(nodes(tree, type)).toEqual([]);
    expect(nodes(tree, "link").filter(({ url }) => url.includes("evil"))).toEqual([]);
  });

  it("stays far below the limit of a job summary, and says what it left out", () => {
    const long = "\u2603`".repeat(2_000);
    const findings = Array.from({ length: 25 }, (_, n) => finding({ message: `finding ${n} ${long}`, actual: long }));
    const rules = Array.from({ length: 120 }, (_, n) => rule(`A-${n}`, { verdict: "failed", findings }));
    const untested = Array.from({ length: 500 }, (_, n) =>
      rule(`B-${n}`, { verdict: "not_tested", reason: `${n} ${long}` }),
    );
    const exchanges = [exchange(1, { n: 1 }), exchange(2, { long: "x".repeat(50_000) })];
    const text = render({ rules: [...rules, ...untested], exchanges });
    expect(Buffer.byteLength(text)).toBeLessThan(MiB);
    expect(text).toMatch(/\d+ more rules in `report\.json`: this summary is full\./);
    expect(text).toContain("and 22 more findings in `report.json`");
    expect(nodes(parseMarkdown(text), "html")).toEqual([]);
  });
});
