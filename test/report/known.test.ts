import { expect, it } from "vitest";
import { formatNames, reporter } from "../../src/report/formats.ts";
import { judged } from "../../src/report/judge.ts";
import type { Report } from "../../src/report/report.ts";
import { elements, junitErrors, parseXml } from "./parse-xml.ts";
import { finding, report, rule } from "./sample.ts";

/** A report of which one failure and one warning stand in the baseline, and one of its entries is stale. */
function withBaseline(): Report {
  const known = { reason: "ticket 7", expires: "2030-01-01" };
  const told = report({
    rules: [
      rule("A-1", { verdict: "failed", findings: [finding({ message: "known one" })] }),
      rule("A-2", { verdict: "failed", findings: [finding({ message: "new one" })] }),
      rule("A-3", { level: "should", verdict: "warned", findings: [finding({ message: "known warning" })] }),
    ],
  });
  for (const id of [0, 2]) Object.assign(told.rules[id]!.findings[0]!, { known });
  const stale = { rule: "B-9", line: 12, why: "fixed" as const };
  return judged({
    ...told,
    baseline: { file: "known.yaml", entries: 3, stale: [stale] } as Report["baseline"] & object,
  });
}

const shown = async (name: string) => (await reporter(name))(withBaseline(), { columns: 100, colour: false });

it.each(formatNames)(
  "%s tells known failures apart, with their reason, and what is stale in the baseline",
  async (name) => {
    const text = await shown(name);
    if (name !== "github") expect(text).toContain("ticket 7");
    if (name !== "adcp" && name !== "json") expect(text).toContain("known.yaml:12: B-9 does not fail any more");
  },
);

it("known failures fail nothing, and stale entries do", async () => {
  const junit = await shown("junit");
  expect(await junitErrors(junit)).toEqual([]);
  const failures = elements(parseXml(junit), "failure").map(({ attributes }) => attributes["type"]);
  expect(failures).toEqual(["stale_baseline", "must"]);
  expect(elements(parseXml(junit), "skipped").map(({ attributes }) => attributes["type"])).toEqual(["known", "known"]);
  const { results } = JSON.parse(await shown("ctrf"));
  expect(results.summary).toMatchObject({ failed: 2, skipped: 2 });
  const github = await shown("github");
  expect(github.match(/^::(\w+) title=\S+/gm)).toEqual([
    "::error title=A-2",
    "::error title=stale",
    "::error title=adcp-conformance%3A",
  ]);
  const { run_summary } = JSON.parse(await shown("adcp"));
  expect(run_summary).toMatchObject({ steps_failed: 1, validations_advisory_failed: 2 });
  const markdown = await shown("markdown");
  expect(markdown.match(/^## .*/gm)).toEqual([
    "## A-2 failed",
    "## Known failures, in the baseline",
    "## Stale entries of the baseline",
    "## Left behind on the account",
  ]);
});
