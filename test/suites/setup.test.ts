import { describe, expect, test } from "vitest";
import setup from "../../suites/setup.ts";
import { play } from "./play.ts";

const RULES = Object.keys(setup.rules);

describe("setup", () => {
  test.each([
    ["SET-01", "setup-missing"],
    ["SET-01", "setup-missing-on-created"],
    ["SET-02", "snippet-type-unknown"],
    ["SET-03", "snippet-missing"],
    ["SET-03", "snippet-empty"],
    ["SET-04", "pixel-url-relative"],
    ["SET-04", "pixel-url-without-tls"],
    ["SET-05", "server-only-with-snippet"],
    ["SET-06", "snippet-new-each-time"],
    ["SET-07", "snippet-with-secret"],
  ])("%s sees %s", async (rule, fault) => {
    const { rule: of } = await play([setup], { fault });
    const expected = { must: "failed", should: "warned", note: "noted" }[of(rule).level];
    expect(of(rule).verdict).toBe(expected);
    expect(of(rule).findings[0]?.exchanges.length).toBeGreaterThan(0);
  });

  test.each([
    { release: "3.0" },
    { release: "3.1" },
    { release: "3.2" },
    { variant: "snippets-are-script-elements" },
    { variant: "snippets-are-html-with-names" },
    { variant: "snippets-are-urls-with-macros" },
    { variant: "extra-fields" },
  ] as const)("nothing is found on a correct seller: %o", async (options) => {
    const { found, tested } = await play([setup], options);
    expect(found).toEqual([]);
    const other = ["SET-04", "SET-05"];
    expect(tested).toEqual(expect.arrayContaining(RULES.filter((rule) => !other.includes(rule))));
  });

  test("a seller without snippets is not judged by them", async () => {
    const { found, rule } = await play([setup], { variant: "setup-without-snippets" });
    expect(found).toEqual([]);
    expect(rule("SET-01").verdict).toBe("passed");
    expect(rule("SET-06")).toMatchObject({ verdict: "not_applicable", reason: expect.stringContaining("snippet") });
  });
});
