import { describe, expect, test } from "vitest";
import type { Rule } from "../../src/engine/rule.ts";
import { compareVersions, FIRST_VERSION, isVersion, sinceOf } from "../../src/engine/rule-versions.ts";
import { suites } from "../../suites/index.ts";
import { textOf } from "./tree.ts";

const SNAPSHOT = "test/architecture/rules.snap.json";
const pinned = JSON.parse(textOf(SNAPSHOT)) as Record<string, string>;
const rules = suites.flatMap((suite) => Object.entries(suite.rules).map(([id, rule]) => ({ id, rule, suite })));
/** The version since which a rule is graded is part of what is pinned: it says which runs it may turn red. */
const since = ({ since }: Rule) => (since === undefined ? "" : ` since ${since}`);
const now = new Map(rules.map(({ id, rule }) => [id, `${rule.level}${since(rule)}: ${rule.statement}`]));
const line = (id: string, meaning: string) => `  ${JSON.stringify(id)}: ${JSON.stringify(meaning)},`;

describe("the rules", () => {
  test("no id names two of them", () => {
    const ids = rules.map(({ id }) => id);
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
  });

  test("an id keeps its meaning", () => {
    const changed = Object.entries(pinned).flatMap(([id, was]) => {
      const is = now.get(id);
      return is === was ? [] : [`was:${line(id, was)}\nis: ${is === undefined ? ` no rule ${id}` : line(id, is)}`];
    });
    expect(
      changed,
      `The meaning of an id never changes. A rule that asks for something else gets a new id; where only the wording ` +
        `changed, put the new line into ${SNAPSHOT}:\n${changed.join("\n")}\n`,
    ).toEqual([]);
  });

  test("every id is pinned", () => {
    const added = [...now].filter(([id]) => !Object.hasOwn(pinned, id)).map(([id, meaning]) => line(id, meaning));
    expect(added, `Add the new rules to ${SNAPSHOT}:\n${added.join("\n")}\n`).toEqual([]);
  });

  test("a rule is graded since the first version, or since one that is not in the future", () => {
    const { version } = JSON.parse(textOf("package.json")) as { version: string };
    const wrong = rules.filter(({ rule }) => {
      const one = sinceOf(rule);
      return !isVersion(one) || compareVersions(one, version) > 0 || compareVersions(one, FIRST_VERSION) < 0;
    });
    expect(wrong.map(({ id }) => id)).toEqual([]);
  });

  test("a rule that comes after the first version says since when it is graded", () => {
    const { version } = JSON.parse(textOf("package.json")) as { version: string };
    // The next version has to keep the list of the rules of the first one here, beside this test.
    expect(version, "pin the ids of the rules without `since`, and hold this test against them").toBe(FIRST_VERSION);
  });

  test("ids are of the form AREA-NN or AREA-NN-WORD", () => {
    expect(rules.map(({ id }) => id).filter((id) => !/^[A-Z][A-Z0-9]{2}-\d\d(-[A-Z0-9]+)*$/.test(id))).toEqual([]);
  });

  test("every rule says where it stands in the specification", () => {
    const uncited = rules
      .filter(({ rule: { source } }) => !/^https:\/\/[^/\s]+\/\S+$/.test(source.url) || source.title.trim() === "")
      .map(({ id }) => id);
    expect(uncited).toEqual([]);
  });

  test("every rule is proved by a scenario, an answer, the seller as a whole or the state after a write", () => {
    const unproved = rules
      .filter(
        ({ id, suite }) =>
          !Object.hasOwn(suite.answers, id) &&
          !Object.hasOwn(suite.seller, id) &&
          !Object.values(suite.observations).includes(id) &&
          !suite.scenarios.some(({ proves }) => proves.includes(id)),
      )
      .map(({ id }) => id);
    expect(unproved).toEqual([]);
  });

  test("scenarios have a name of their own within their suite, and prove something", () => {
    for (const { name, scenarios } of suites) {
      const names = scenarios.map((scenario) => scenario.name);
      expect(names, name).toEqual([...new Set(names)]);
      expect(
        scenarios.filter(({ proves }) => proves.length === 0).map((scenario) => scenario.name),
        name,
      ).toEqual([]);
    }
  });

  test("a rule that is proved stands in its own suite", () => {
    const strays = suites.flatMap(({ name, rules: own, answers, seller, observations, scenarios }) =>
      [
        ...Object.keys(answers),
        ...Object.keys(seller),
        ...Object.values(observations),
        ...scenarios.flatMap(({ proves }) => [...proves]),
      ]
        .filter((id) => !Object.hasOwn(own, id))
        .map((id) => `${name}: ${id}`),
    );
    expect(strays).toEqual([]);
  });

  test("what the tool adds of its own is marked, and only that", () => {
    for (const { id, rule } of rules) expect(rule.security === true, id).toBe(id.startsWith("SEC-"));
  });
});
