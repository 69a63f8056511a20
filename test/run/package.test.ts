import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, it } from "vitest";
import { build, ROOT } from "./built.ts";
import { command, readFolder, STACK } from "./command.ts";
import { reportIssues, temporaryFolder } from "./support.ts";

beforeAll(build);

function npm(cwd: string, ...args: string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync("npm", args, { cwd, encoding: "utf8", timeout: 240_000 });
}

it("the packed package works where it is installed, and holds what it needs and no tests", async () => {
  const place = temporaryFolder();
  // The build is there already; to make it anew would take it away from tests that run beside this one.
  const packed = npm(ROOT, "pack", "--json", "--ignore-scripts", "--pack-destination", place);
  expect(packed.status, packed.stderr).toBe(0);
  const [{ filename, files }] = JSON.parse(packed.stdout) as [{ filename: string; files: { path: string }[] }];
  const paths = files.map(({ path }) => path);
  expect(paths).toEqual(
    expect.arrayContaining([
      "package.json",
      "LICENSE",
      "dist/src/cli/main.js",
      "dist/src/cli/seller-process.js",
      "dist/fixtures/seller/start.js",
      "dist/fixtures/faults/index.js",
      "schemas/3.1/sync-event-sources-response.json",
      "schemas/report.json",
    ]),
  );
  expect(
    paths.filter((path) => /(^|\/)(test|bench|reports|node_modules)\/|\.test\.|\.tgz$|\.tsbuildinfo$/.test(path)),
  ).toEqual([]);
  expect(paths.filter((path) => path.endsWith(".ts") && !path.endsWith(".d.ts"))).toEqual([]);

  const project = join(place, "project");
  mkdirSync(project);
  writeFileSync(join(project, "package.json"), '{"private":true}\n');
  const tarball = join(place, filename);
  const quiet = ["--no-audit", "--no-fund", "--omit=dev"];
  let installed = npm(project, "install", "--offline", ...quiet, tarball);
  if (installed.status !== 0) installed = npm(project, "install", "--prefer-offline", ...quiet, tarball);
  expect(installed.status, installed.stderr).toBe(0);
  expect(readdirSync(join(project, "node_modules/.bin"))).toContain("adcp-conformance");

  const main = join(project, "node_modules/adcp-conformance/dist/src/cli/main.js");
  const listed = await command(["list"], { cwd: project, main });
  expect({ code: listed.code, stderr: listed.stderr }).toEqual({ code: 0, stderr: "" });
  expect(listed.stdout).toMatch(/^ +UPS-01 +must/m);

  const run = await command(["run", "--out", "out", "--seed", "1"], { cwd: project, main });
  expect({ code: run.code, stderr: run.stderr }).toMatchObject({ code: 0, stderr: expect.not.stringMatching(STACK) });
  const report = readFolder(join(project, "out")).report();
  expect(reportIssues(report)).toBeNull();
  expect(report.verdict).toBe("conformant");
}, 300_000);
