import { describe, expect, it } from "vitest";
import { broke, held, unclear } from "../../src/engine/judgement.ts";
import { Ledger } from "../../src/engine/ledger.ts";
import { must, note, should } from "../../src/engine/rule.ts";
import { selectRules } from "../../src/engine/select.ts";
import { suite } from "../../src/engine/suite.ts";
import { runVerdict } from "../../src/engine/verdict.ts";

const cite = { title: "page", url: "https://example.com", basis: "page" } as const;
const suites = [
  suite("one", {
    about: "",
    rules: {
      "A-01": must("a", cite),
      "A-02": should("b", cite),
      "A-03": note("c", cite),
      "S-01": must("d", cite, { security: true }),
    },
    answers: { "A-02": () => undefined },
  }),
  suite("two", { about: "", rules: { "B-01": must("e", cite) } }),
];
const all = () => new Ledger(suites, selectRules(suites, { only: [], skip: [] }));
const wrong = (message = "wrong", pointer = "/x") =>
  broke(message, { pointer, expected: 1, actual: 2, exchanges: [1] });
const of = (ledger: Ledger, id: string, cut?: string) => ledger.results(cut).find((rule) => rule.id === id);

describe("the verdict of a rule", () => {
  it("is failed, warned or noted by its level when it was broken once, however often it held", () => {
    const ledger = all();
    for (const id of ["A-01", "A-02", "A-03"]) {
      ledger.record(id, "s", held);
      ledger.record(id, "s", wrong());
    }
    expect(["A-01", "A-02", "A-03"].map((id) => of(ledger, id)?.verdict)).toEqual(["failed", "warned", "noted"]);
  });

  it("is passed only when it held", () => {
    const ledger = all();
    ledger.record("A-01", "s", held);
    expect(of(ledger, "A-01")).toMatchObject({ verdict: "passed" });
    expect(of(ledger, "B-01")).toMatchObject({ verdict: "not_tested" });
  });

  it("keeps not_tested and not_applicable apart, each with its reason", () => {
    const ledger = all();
    ledger.exclude("A-01", "no gate");
    ledger.untested("B-01", "no leave");
    expect(of(ledger, "A-01")).toMatchObject({ verdict: "not_applicable", reason: "no gate" });
    expect(of(ledger, "B-01")).toMatchObject({ verdict: "not_tested", reason: "no leave" });
    ledger.record("A-01", "s", unclear("no answer"));
    expect(of(ledger, "A-01")).toMatchObject({ verdict: "not_tested", reason: "no answer" });
  });

  it("is not_applicable for a rule about answers that no answer gave occasion for, unless the run was cut short", () => {
    expect(of(all(), "A-02")).toMatchObject({ verdict: "not_applicable" });
    expect(of(all(), "A-02", "interrupted")).toMatchObject({ verdict: "not_tested", reason: "interrupted" });
  });

  it("counts what has one cause as one finding", () => {
    const ledger = all();
    for (const at of [0, 1, 2]) ledger.record("A-01", "s", wrong(`"cf_${at}" is gone`, `/event_sources/${at}/name`));
    ledger.record("A-01", "s", wrong("something else"));
    expect(of(ledger, "A-01")?.findings.map(({ repeats }) => repeats)).toEqual([2, undefined]);
  });
});

describe("the verdict of a run", () => {
  const verdict = (record: (ledger: Ledger) => void, failOn: "must" | "should" = "must", cut?: string) => {
    const ledger = all();
    record(ledger);
    return runVerdict(ledger.results(cut), [], failOn, cut);
  };
  const fine = (ledger: Ledger) => ["A-01", "A-02", "B-01"].forEach((id) => void ledger.record(id, "s", held));

  it("is conformant when every must that applies held", () => {
    expect(verdict(fine)).toEqual({ verdict: "conformant" });
  });

  it("is non_conformant by a must, and by a should only where that was asked for", () => {
    expect(verdict((ledger) => ledger.record("A-01", "s", wrong())).verdict).toBe("non_conformant");
    const warned = (ledger: Ledger) => {
      fine(ledger);
      ledger.record("A-02", "s", wrong());
    };
    expect(verdict(warned).verdict).toBe("conformant");
    expect(verdict(warned, "should").verdict).toBe("non_conformant");
  });

  it("is inconclusive when nothing or not everything was tested, or the run was cut short, and says why", () => {
    expect(verdict(() => {})).toEqual({ verdict: "inconclusive", reason: "nothing was tested" });
    expect(verdict((ledger) => ledger.record("A-01", "s", held))).toMatchObject({
      verdict: "inconclusive",
      reason: expect.stringContaining("B-01"),
    });
    expect(verdict(fine, "must", "interrupted")).toEqual({ verdict: "inconclusive", reason: "interrupted" });
  });

  it("is non_conformant although the run was cut short, when a must had failed by then", () => {
    expect(verdict((ledger) => ledger.record("A-01", "s", wrong()), "must", "stopped").verdict).toBe("non_conformant");
  });

  it("does not hear the tool's own security rules", () => {
    expect(
      verdict((ledger) => {
        fine(ledger);
        ledger.record("S-01", "s", wrong());
      }),
    ).toEqual({ verdict: "conformant" });
  });
});

describe("a selection", () => {
  it.each([
    [{ only: ["A-*"], skip: [] }, ["A-01", "A-02", "A-03"]],
    [{ only: ["two"], skip: [] }, ["B-01"]],
    [{ only: ["one"], skip: ["a-0?"] }, ["S-01"]],
    [{ only: [], skip: ["two"], noExtra: true }, ["A-01", "A-02", "A-03"]],
    [{ only: ["nothing"], skip: [] }, []],
  ])("%j", (selection, ids) => expect([...selectRules(suites, selection)]).toEqual(ids));
});
