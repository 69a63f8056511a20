import { describe, expect, test } from "vitest";
import { findFault } from "../../fixtures/faults/index.ts";
import versions from "../../suites/versions.ts";
import { played } from "./idempotency-runs.ts";

/** Each rule, and a fault that breaks it and that it has to find. */
const FAULTS: Record<string, string[]> = {
  "VER-01": ["version-not-named"],
  "VER-01-ADVICE": ["version-with-patch", "version-of-request-echoed"],
  "VER-02": ["major-version-not-read", "unsupported-version-code-is-own"],
  "VER-02-CODE": ["unsupported-version-refused-in-prose"],
  "VER-03": ["version-not-read"],
  "VER-03-ADVICE": ["unsupported-version-code-is-own"],
  "VER-04": ["versions-may-disagree", "major-version-not-read"],
  "VER-05": ["unsupported-version-without-list", "unsupported-version-with-empty-list"],
  "VER-06": ["newer-minor-rejected"],
  "VER-07": ["major-version-alone-rejected"],
};
const table = Object.entries(FAULTS).flatMap(([rule, faults]) => faults.map((fault) => [rule, fault] as const));

describe("the rules about versions", () => {
  test("each of them is broken by a fault", () => {
    expect(Object.keys(FAULTS).sort()).toEqual(Object.keys(versions.rules).sort());
  });

  test.each(table)("%s finds %s", async (rule, fault) => {
    const release = findFault(fault).setup?.release;
    const result = await played([versions], { fault, ...(release && { release }) });
    expect(result.harness_errors).toEqual([]);
    expect(result.broken).toContain(rule);
    expect(result.rule(rule)?.findings[0]?.exchanges.length).toBeGreaterThan(0);
  });

  test("what is advice in 3.1 does not fail a seller", async () => {
    for (const fault of ["version-not-named", "version-not-read"]) {
      const result = await played([versions], { fault });
      expect(result.broken.every((rule) => rule.endsWith("-ADVICE"))).toBe(true);
      expect(result.broken).toHaveLength(1);
      expect(result.verdict).toBe("conformant");
    }
  });
});

describe("conformant sellers", () => {
  const OPEN: Record<string, string[]> = {
    "3.0": ["VER-01", "VER-01-ADVICE", "VER-03", "VER-03-ADVICE", "VER-04", "VER-06"],
    "3.1": ["VER-01", "VER-03"],
    "3.2": ["VER-01-ADVICE", "VER-03-ADVICE"],
  };
  test.each(["3.0", "3.1", "3.2"] as const)("pass in %s, and every rule of the release is checked", async (release) => {
    const result = await played([versions], { release });
    expect(result.broken).toEqual([]);
    expect(result.verdict).toBe("conformant");
    for (const rule of Object.keys(versions.rules)) {
      expect([rule, result.rule(rule)?.verdict]).toEqual([
        rule,
        OPEN[release]?.includes(rule) ? "not_applicable" : "passed",
      ]);
    }
  });

  test.each(["release-3-0-unnamed", "release-3-0", "release-3-2", "extra-fields", "errors-alone", "adcp-error-alone"])(
    "pass as %s",
    async (variant) => {
      const result = await played([versions], { variant });
      expect(result.broken).toEqual([]);
      expect(result.verdict).toBe("conformant");
    },
  );

  test("are asked with discoveries alone, besides the lease", async () => {
    const { requests } = await played([versions], { release: "3.1" });
    expect(requests).toBeLessThan(30);
  });
});
