import { type CTRFReport, validate } from "ctrf";
import { describe, expect, it } from "vitest";
import { ctrf } from "../../src/report/ctrf.ts";
import { finding, report, rule } from "./sample.ts";

const render = (over = {}) => JSON.parse(ctrf(report(over), { columns: 80, colour: false })) as CTRFReport;
const test = ({ results }: CTRFReport, id: string) => results.tests.find(({ testId }) => testId === id)!;

describe("CTRF report", () => {
  it("is what its schema says, for every kind of run", () => {
    const runs = [
      {},
      { rules: [], verdict: "inconclusive", reason: "the seller cannot be reached" },
      { harness_errors: [{ scenario: "a", message: "b" }], duration_ms: 0.4 },
    ];
    for (const over of runs) expect(validate(render(over))).toMatchObject({ valid: true });
    const { results: _, ...less } = render();
    expect(validate(less).valid).toBe(false);
  });

  it("has a test for each rule, and counts them", () => {
    const told = render({ harness_errors: [{ scenario: "a", message: "b" }] });
    expect(test(told, "UPS-12")).toMatchObject({ status: "failed", suite: ["duplicates"], rawStatus: "failed" });
    expect(test(told, "UPS-12").message).toContain("The seller accepted both entries.");
    expect(test(told, "UPS-12").trace).toContain('actual:   {"event_source_id":"cf_1","action":"created"}');
    expect(test(told, "UPS-05")).toMatchObject({ status: "passed", rawStatus: "warned" });
    expect(test(told, "UPS-05").message).toMatch(/^\[ADVISORY\] /);
    expect(test(told, "DEL-01")).toMatchObject({ status: "skipped", rawStatus: "not_tested" });
    expect(test(told, "DEL-01").message).toContain("nothing may be deleted on this account");
    expect(test(told, "SEC-01")).toMatchObject({ status: "failed" });
    const { summary, tests } = told.results;
    expect(tests).toHaveLength(report().rules.length + 2);
    expect(summary).toMatchObject({ tests: tests.length, passed: 4, failed: 2, skipped: 3, other: 1, pending: 0 });
    expect(summary.stop - summary.start).toBe(1234);
  });

  it("calls a run that could not test neither passed nor failed", () => {
    const told = render({ rules: [], verdict: "inconclusive", reason: "the seller cannot be reached" });
    expect(told.results.tests.map(({ status }) => status)).toEqual(["other"]);
    expect(told.results.tests[0]!.message).toContain("the seller cannot be reached");
  });

  it("counts the findings that it does not tell", () => {
    const findings = Array.from({ length: 12 }, (_, n) => finding({ message: `finding ${n}.` }));
    const { trace } = test(render({ rules: [rule("A-1", { verdict: "failed", findings })] }), "A-1");
    expect(trace).toContain("finding 9.");
    expect(trace).toContain("and 2 more findings in report.json");
  });
});
