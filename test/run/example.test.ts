import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { makeExample } from "../../scripts/example.ts";
import { ROOT } from "./built.ts";
import { reportIssues } from "./support.ts";

const FOLDER = join(ROOT, "reports/example");

it("the example is what the tool writes today: else `npm run example` makes it again", async () => {
  const files = await makeExample();
  expect(readdirSync(FOLDER).toSorted()).toEqual([...files.keys()].toSorted());
  const stale = [...files]
    .filter(([name, text]) => readFileSync(join(FOLDER, name), "utf8") !== text)
    .map(([name]) => name);
  expect(stale).toEqual([]);
  const report = JSON.parse(files.get("report.json")!);
  expect(reportIssues(report)).toBeNull();
  // An example has to show something of everything.
  const verdicts = new Set(report.rules.map(({ verdict }: { verdict: string }) => verdict));
  expect([...verdicts].toSorted()).toEqual(["failed", "not_applicable", "not_tested", "noted", "passed", "warned"]);
});
