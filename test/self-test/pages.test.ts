import { describe, expect, test } from "vitest";
import { suites } from "../../suites/index.ts";
import { COVERAGE, coveragePage } from "./coverage-page.ts";
import { rulesPage } from "./rules-page.ts";

const ids = new Set(suites.flatMap(({ rules }) => Object.keys(rules)));

describe("pages that are made from the code", () => {
  test("docs/rules.md is up to date (npx vitest run test/self-test/pages.test.ts -u renews it)", async () => {
    await expect(rulesPage(suites)).toMatchFileSnapshot("../../docs/rules.md");
  });

  test("docs/coverage.md is up to date (npx vitest run test/self-test/pages.test.ts -u renews it)", async () => {
    await expect(coveragePage()).toMatchFileSnapshot("../../docs/coverage.md");
  });
});

describe("the coverage of the reference page", () => {
  const parts = COVERAGE.flatMap(({ section, parts }) => parts.map((part) => ({ section, ...part })));

  test("every part has rules that test it, or says why it has none", () => {
    expect(parts.filter(({ rules, excluded }) => rules.length === 0 && !excluded)).toEqual([]);
  });

  test("every rule that it names exists", () => {
    expect(parts.flatMap(({ rules }) => rules).filter((id) => !ids.has(id))).toEqual([]);
  });

  test("every rule that cites a section of the page stands in that section's parts", () => {
    const cited = suites.flatMap(({ rules }) =>
      Object.entries(rules).flatMap(([id, { source }]) => {
        const anchor = /task-reference\/sync_event_sources#(.+)$/.exec(source.url)?.[1];
        return anchor === undefined ? [] : [{ id, anchor }];
      }),
    );
    const named = (anchor: string) =>
      COVERAGE.filter((section) => section.anchor === anchor).flatMap((section) =>
        section.parts.flatMap(({ rules }) => rules),
      );
    expect(cited.filter(({ id, anchor }) => !named(anchor).includes(id))).toEqual([]);
    expect(cited.length).toBeGreaterThan(10);
  });

  test("no section or part is there twice", () => {
    for (const { section, parts } of COVERAGE)
      expect({ section, parts: new Set(parts.map(({ part }) => part)).size }).toEqual({ section, parts: parts.length });
    expect(new Set(COVERAGE.map(({ section }) => section)).size).toBe(COVERAGE.length);
  });
});
