import { describe, expect, it } from "vitest";
import { junit } from "../../src/report/junit.ts";
import { elements, junitErrors, parseXml, type XmlNode } from "./parse-xml.ts";
import { finding, report, rule } from "./sample.ts";

const options = { columns: 80, colour: false };
const render = (over = {}) => junit(report(over), options);
const cases = (xml: string) => elements(parseXml(xml), "testcase");
const caseOf = (xml: string, id: string) =>
  cases(xml).find(({ attributes }) => attributes["name"]!.startsWith(`${id} `))!;
const child = (node: XmlNode, name: string) => node.children.find((one) => one.name === name);

describe("JUnit report", () => {
  it("is what Jenkins takes, for every kind of run", async () => {
    expect(await junitErrors(render())).toEqual([]);
    expect(
      await junitErrors(render({ rules: [], verdict: "inconclusive", reason: "the seller cannot be reached" })),
    ).toEqual([]);
    expect(await junitErrors(render({ harness_errors: [{ scenario: "a", message: "b" }] }))).toEqual([]);
    expect(await junitErrors(render({ duration_ms: 0 }))).toEqual([]);
    expect(await junitErrors('<testsuites><testsuite tests="1"/></testsuites>')).not.toEqual([]);
  });

  it("has a test for each rule: failed, skipped with the reason, or passed", () => {
    const xml = render();
    expect(cases(xml)).toHaveLength(report().rules.length + 1);
    expect(child(caseOf(xml, "UPS-12"), "failure")?.attributes).toMatchObject({ type: "must" });
    expect(child(caseOf(xml, "UPS-12"), "failure")?.attributes["message"]).toContain(
      "The seller accepted both entries.",
    );
    expect(child(caseOf(xml, "DEL-01"), "skipped")?.attributes["message"]).toContain(
      "nothing may be deleted on this account",
    );
    expect(child(caseOf(xml, "ACC-07"), "skipped")?.attributes["message"]).toMatch(/^not applicable: /);
    expect(child(caseOf(xml, "SEC-01"), "failure")).toBeDefined();
    expect(caseOf(xml, "UPS-01").children).toEqual([]);
  });

  it("tells in a failure what was expected and seen, where, in which exchanges, and how to see it again", () => {
    const text = child(caseOf(render(), "UPS-12"), "failure")!.text;
    for (const part of [
      '"a rejection"',
      '"action":"created"',
      "/event_sources/0/action",
      "exchanges 1, 2",
      "curl -gsS",
    ])
      expect(text).toContain(part);
    expect(text).toContain("https://docs.example/sync_event_sources#error-handling");
  });

  it("counts what it holds", () => {
    const xml = render({ harness_errors: [{ scenario: "a", message: "b" }], verdict: "inconclusive" });
    const root = parseXml(xml);
    for (const node of [root, ...root.children]) {
      const inside = (name: string) => elements(node, name).length;
      expect(node.attributes).toMatchObject({
        tests: String(inside("testcase")),
        failures: String(inside("failure")),
        errors: String(inside("error")),
      });
      if (node !== root) expect(node.attributes["skipped"]).toBe(String(inside("skipped")));
    }
  });

  it("calls the tool's own defects, and a run that could not test, errors and not failures", () => {
    const xml = render({
      rules: [rule("A-1", { verdict: "not_tested", reason: "the run was cut" })],
      verdict: "inconclusive",
      reason: "the run was cut",
      harness_errors: [{ scenario: "some scenario", message: "undefined is not a function" }],
    });
    expect(elements(parseXml(xml), "failure")).toEqual([]);
    const messages = elements(parseXml(xml), "error").map(({ attributes }) => attributes["message"]);
    expect(messages).toHaveLength(2);
    expect(messages[0]).toContain("the run was cut");
    expect(messages[1]).toContain("undefined is not a function");
  });

  it("passes what only warns or is noted, and says so, unless warnings decide", () => {
    const warned = rule("A-1", { level: "should", verdict: "warned", findings: [finding({ message: "It warned." })] });
    const lenient = caseOf(render({ rules: [warned], verdict: "conformant" }), "A-1");
    expect(lenient.children.map(({ name }) => name)).toEqual(["system-out"]);
    expect(lenient.children[0]!.text).toContain("[ADVISORY]");
    expect(lenient.children[0]!.text).toContain("It warned.");
    const strict = caseOf(render({ rules: [warned], verdict: "non_conformant", fail_on: "should" }), "A-1");
    expect(child(strict, "failure")?.attributes["type"]).toBe("should");
  });

  it("counts the findings that it does not tell", () => {
    const findings = Array.from({ length: 25 }, (_, n) => finding({ message: `finding ${n}.` }));
    const text = child(
      caseOf(render({ rules: [rule("A-1", { verdict: "failed", findings })] }), "A-1"),
      "failure",
    )!.text;
    expect(text).toContain("finding 9.");
    expect(text).not.toContain("finding 10.");
    expect(text).toContain("and 15 more findings in report.json");
  });
});
