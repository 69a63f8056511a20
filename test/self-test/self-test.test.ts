import { describe, expect, test } from "vitest";
import { FAULTS } from "../../fixtures/faults/index.ts";
import { UNCOVERED } from "../../fixtures/faults/uncovered.ts";
import { freshState } from "../../fixtures/seller/accounts.ts";
import { VARIANTS } from "../../fixtures/variants/index.ts";
import { globToRegExp } from "../../src/engine/select.ts";
import { judgeFault, judgeVariant } from "../../src/selftest/judge.ts";
import { toMarkdown } from "../../src/selftest/markdown.ts";
import type { Broken, Played } from "../../src/selftest/play.ts";
import { selfTest } from "../../src/selftest/self-test.ts";
import { toText } from "../../src/selftest/text.ts";
import { suites } from "../../suites/index.ts";

const rules = new Map(
  suites.flatMap(({ name, rules }) => Object.entries(rules).map(([id, rule]) => [id, { suite: name, rule }] as const)),
);
const tool = { name: "adcp-conformance", version: "0" };
const defaults = { tool, names: [], only: [], skip: [], noExtra: false, seeds: [1], threads: 0 };

describe("the catalogue", () => {
  test("every rule that a fault names exists", () => {
    const unknown = FAULTS.flatMap(({ name, breaks }) => breaks.map((id) => ({ name, id }))).filter(
      ({ id }) => !rules.has(id),
    );
    expect(unknown).toEqual([]);
  });

  test("every rule has a fault or a reason, and not both", () => {
    const broken = new Set(FAULTS.flatMap(({ breaks }) => breaks));
    expect([...rules.keys()].filter((id) => !broken.has(id) && !UNCOVERED[id])).toEqual([]);
    expect(Object.keys(UNCOVERED).filter((id) => broken.has(id) || !rules.has(id))).toEqual([]);
  });

  test("what a fault needs is there", () => {
    const variants = VARIANTS.map(({ name }) => name);
    for (const { name, setup } of FAULTS) {
      for (const variant of setup?.variants ?? []) expect(variants, name).toContain(variant);
      const id = setup?.account?.account_id;
      if (id !== undefined) expect(freshState().accounts.has(String(id)), name).toBe(true);
    }
  });

  test("a variant announces warnings of rules of level should alone", () => {
    for (const { name, warns } of VARIANTS)
      for (const glob of warns) {
        const matched = [...rules].filter(([id]) => globToRegExp(glob).test(id));
        expect(matched.length, `${name}: ${glob}`).toBeGreaterThan(0);
        const graver = matched.filter(([id, { rule }]) => rule.level === "must" && !glob.includes("*") && id === glob);
        expect(graver, name).toEqual([]);
      }
  });
});

describe("self-test", () => {
  test("a fault is killed by a rule that it breaks, and the matrix says how", async () => {
    const told = await selfTest({ ...defaults, names: ["update-not-stored", "sets-are-normalised"], only: ["upsert"] });
    expect(told.passed).toBe(true);
    const [fault] = told.faults;
    expect(fault).toMatchObject({ name: "update-not-stored", status: "killed", verdict: "non_conformant" });
    expect(fault?.killed_by.map(({ rule }) => rule)).toContain("UPS-04");
    expect(fault?.killed_by[0]).toMatchObject({ phase: "scenario", verdict: "failed" });
    expect(fault?.killed_by[0]?.requests).toBeGreaterThan(0);
    expect(told.variants.map(({ name, status }) => [name, status])).toEqual([
      ["3.0", "clean"],
      ["3.1", "clean"],
      ["3.2", "clean"],
      ["3.0 over A2A", "clean"],
      ["3.1 over A2A", "clean"],
      ["3.2 over A2A", "clean"],
      ["sets-are-normalised", "clean"],
    ]);
    const page = toMarkdown(told);
    expect(page).toContain("| update-not-stored | UPS-04, UPS-03 | killed | UPS-04 (failed)");
    expect(toText(told, { columns: 100, colour: false })).toMatch(/^passed: 1 of 1 faults killed/m);
  });

  test("a fault that its rules do not see survives, is named, and fails the self-test", async () => {
    // DSC-05 alone cannot tell a stale list from a lost source; DSC-01 kills this fault in a whole run.
    const told = await selfTest({
      ...defaults,
      release: "3.1",
      names: ["discovery-cached-for-good"],
      only: ["DSC-05"],
    });
    expect(told.passed).toBe(false);
    expect(told.faults[0]).toMatchObject({ status: "survived", killed_by: [] });
    const text = toText(told, { columns: 100, colour: false });
    expect(text).toMatch(/^Survived.*\n {2}discovery-cached-for-good /);
    expect(text).toMatch(/^failed: 0 of 1 faults killed/m);
    expect(toMarkdown(told)).toContain("**survived**");
  });

  test("a fault is out of scope when the run has none of its rules", async () => {
    const told = await selfTest({
      ...defaults,
      release: "3.0",
      names: ["unknown-action-source-accepted"],
      only: ["REQ-14"],
    });
    expect(told.faults[0]?.status).toBe("out_of_scope");
    // The conformant seller, over each transport.
    expect(told.totals.runs).toBe(2);
  });

  test("a transport can be asked for, and what shows over another one is out of scope", async () => {
    const told = await selfTest({
      ...defaults,
      release: "3.1",
      transport: "a2a",
      names: ["update-not-stored", "answer-as-text-only", "task-data-as-text", "json-text-only", "tasks-submitted"],
      only: ["UPS-04", "MCP-03", "A2A-02"],
    });
    expect(told.passed).toBe(true);
    expect(told.faults.map(({ name, status }) => [name, status])).toEqual([
      ["update-not-stored", "killed"],
      ["answer-as-text-only", "out_of_scope"],
      ["task-data-as-text", "killed"],
    ]);
    expect(told.variants.map(({ name }) => name)).toEqual(["3.1 over A2A", "tasks-submitted"]);
  });

  test("an aborted signal ends it with what is done", async () => {
    const told = await selfTest({ ...defaults, names: ["update-*"], only: ["CAP-08"], signal: AbortSignal.abort() });
    expect(told.totals.runs).toBe(0);
  });
});

describe("the verdict of one fault", () => {
  const fault = {
    name: "f",
    suite: "upsert",
    breaks: ["UPS-04", "UPS-03-ACTION"],
    about: "A mistake.",
    change: () => ({}),
  };
  const broken = (rule: string, verdict: Broken["verdict"] = "failed"): Broken => {
    return { rule, verdict, phase: "scenario", scenario: "s", message: "m", requests: 7 };
  };
  const played = (verdict: Played["verdict"], found: Broken[], seed = 1): Played => ({
    case: { kind: "fault", name: "f", release: "3.1", transport: "mcp", seed, only: [], skip: [], noExtra: false },
    verdict,
    broken: found,
    not_tested: [],
    harness_errors: [],
    requests: 9,
    duration_ms: 1,
  });
  const judge = (runs: Played[], usual: string[] = []) => judgeFault(fault, runs, rules, new Set(usual));

  test("other rules do not kill it", () => {
    expect(judge([played("non_conformant", [broken("DSC-01")])])).toMatchObject({
      status: "survived",
      also: ["DSC-01"],
    });
  });

  test("a broken must that leaves the run conformant or inconclusive is weak", () => {
    expect(judge([played("conformant", [broken("UPS-03-ACTION", "warned")])]).status).toBe("weak");
    expect(judge([played("inconclusive", [broken("UPS-03-ACTION", "warned")])]).status).toBe("weak");
    expect(judge([played("non_conformant", [broken("UPS-04")])]).status).toBe("killed");
  });

  test("the worst of several seeds counts, and is named", () => {
    const runs = [played("non_conformant", [broken("UPS-04")], 1), played("conformant", [], 2)];
    expect(judge(runs)).toMatchObject({ status: "survived", seeds: [2] });
  });

  test("a note that a correct seller gets as well kills nothing", () => {
    const noted = { ...fault, breaks: ["UPS-09"] };
    const run = played("conformant", [broken("UPS-09", "noted")]);
    expect(judgeFault(noted, [run], rules, new Set(["UPS-09 m"])).status).toBe("survived");
    expect(judgeFault(noted, [run], rules, new Set()).status).toBe("killed");
  });

  test("a variant may warn of what it announces, and of nothing else", () => {
    const run = played("conformant", [broken("MCP-03", "warned"), broken("UPS-09", "noted")]);
    const variant = { name: "v", about: "A freedom.", warns: ["MCP-*"] };
    expect(judgeVariant(variant, [run])[0]?.status).toBe("clean");
    expect(judgeVariant({ ...variant, warns: [] }, [run])[0]?.status).toBe("blamed");
    expect(judgeVariant(variant, [played("inconclusive", [])])[0]?.status).toBe("inconclusive");
    expect(judgeVariant(variant, [played("non_conformant", [broken("MCP-04")])])[0]?.status).toBe("blamed");
  });
});
