import { describe, expect, test } from "vitest";
import security from "../../suites/security.ts";
import { play } from "./play.ts";

describe("security", () => {
  test.each([
    ["SEC-01", "name-unescaped-in-html"],
    ["SEC-01", "name-unescaped-in-script"],
    ["SEC-01", "name-in-script-comment"],
    ["SEC-01", "name-json-in-script"],
    ["SEC-01", "name-half-escaped-in-script"],
    ["SEC-01", "name-unescaped-in-handler"],
    ["SEC-01", "id-unescaped-in-url"],
    ["SEC-01", "id-unescaped-in-html"],
    ["SEC-01", "domains-unescaped-in-script"],
    ["SEC-02", "quotes-taken-for-sql"],
    ["SEC-03", "name-trimmed"],
    ["SEC-03", "name-cut-at-255"],
    ["SEC-03", "name-without-controls"],
    ["SEC-03", "name-with-entities"],
    ["SEC-03", "name-in-basic-plane"],
    ["SEC-03", "name-normalised"],
    ["SEC-03", "name-well-formed"],
    ["SEC-03", "name-loses-direction-marks"],
    ["SEC-03", "prototype-of-surface-replaced"],
    ["SEC-03", "prototype-pollutes"],
    ["SEC-03", "quotes-taken-for-sql"],
    ["SEC-03", "long-text-crashes"],
    ["SEC-03", "null-byte-crashes"],
  ])("%s sees %s, and the verdict does not hang on it", async (rule, fault) => {
    const { rule: of, result } = await play([security], { fault });
    expect(of(rule)).toMatchObject({ verdict: "failed", security: true });
    expect(result.verdict).not.toBe("non_conformant");
  });

  test.each([
    { release: "3.0" },
    { release: "3.1" },
    { release: "3.2" },
    { variant: "snippets-are-script-elements" },
    { variant: "snippets-are-html-with-names" },
    { variant: "snippets-are-urls-with-macros" },
    { variant: "snippets-are-modules" },
    { variant: "odd-text-refused" },
    { variant: "plain-ids-only" },
    { variant: "everything-fails-one-by-one" },
  ] as const)("SEC-01 and SEC-03 pass on a correct seller: %o", async (options) => {
    const { found, rule } = await play([security], options);
    expect(found).toEqual([]);
    expect([rule("SEC-01").verdict, rule("SEC-03").verdict]).toEqual(["passed", "passed"]);
  });

  test("a seller without snippets is not judged by them", async () => {
    const { found, rule } = await play([security], { variant: "setup-without-snippets" });
    expect(found).toEqual([]);
    expect(rule("SEC-01").verdict).toBe("not_applicable");
  });

  test("nothing hostile is stored where it could not be removed", async () => {
    const { found, rule, result } = await play([security], { foreign: [{ event_source_id: "of_somebody_else" }] });
    expect(found).toEqual([]);
    expect([rule("SEC-01").verdict, rule("SEC-03").verdict]).toEqual(["not_tested", "not_tested"]);
    expect(result.account.after?.filter(({ own }) => own).map(({ event_source_id: id }) => id)).toEqual([
      "cf_sentinel",
    ]);
  });
});
