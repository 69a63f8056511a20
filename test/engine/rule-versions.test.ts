import { describe, expect, it } from "vitest";
import { broke } from "../../src/engine/judgement.ts";
import { Ledger } from "../../src/engine/ledger.ts";
import { must, should } from "../../src/engine/rule.ts";
import { compareVersions, gradedBy } from "../../src/engine/rule-versions.ts";
import { suite } from "../../src/engine/suite.ts";
import { runVerdict } from "../../src/engine/verdict.ts";

const source = { title: "page", url: "https://docs.example/page", basis: "must" as const };
const one = suite("one", {
  about: "",
  rules: {
    "AAA-01": must("old", source),
    "AAA-02": must("new", source, { since: "0.2.0" }),
    "AAA-03": should("newer", source, { since: "0.10.0" }),
    "SEC-99": must("newest", source, { since: "0.10.0", security: true }),
  },
});

/** Verdict of the run and of each rule when all of them are broken and these rules grade. */
function graded(version: string, ids = Object.keys(one.rules)) {
  const suites = gradedBy([one], version);
  const ledger = new Ledger(suites, new Set(ids));
  for (const id of ids) ledger.record(id, "s", broke("it broke", { expected: 1, actual: 2, exchanges: [1] }));
  const rules = ledger.results();
  return {
    run: runVerdict(rules, [], "should").verdict,
    rules: rules.map(({ id, level, verdict, since }) => `${id} ${level} ${verdict} ${since}`),
  };
}

describe("the rules of a version", () => {
  it("grade, and later ones are noted", () => {
    expect(graded("0.2.0").rules).toEqual([
      "AAA-01 must failed 0.1.0",
      "AAA-02 must failed 0.2.0",
      "AAA-03 note noted 0.10.0",
      "SEC-99 note noted 0.10.0",
    ]);
    expect(graded("0.10.0").rules).toContain("AAA-03 should warned 0.10.0");
  });

  it("keep a green run green when the tool brings more of them", () => {
    const later = ["AAA-02", "AAA-03", "SEC-99"];
    expect(graded("0.1.0", later).run).toBe("conformant");
    expect(graded("0.2.0", later).run).toBe("non_conformant");
  });

  it("are ordered as numbers", () => {
    expect(["0.10.0", "0.2.0", "1.0.0", "0.2.11"].toSorted(compareVersions)).toEqual([
      "0.2.0",
      "0.2.11",
      "0.10.0",
      "1.0.0",
    ]);
    expect(compareVersions("1.2.3", "1.2.3")).toBe(0);
  });
});
