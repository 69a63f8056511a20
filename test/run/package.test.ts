import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { build, ROOT } from "./built.ts";
import { command, readFolder, STACK } from "./command.ts";
import { embedded, reportIssues } from "./support.ts";

const place = mkdtempSync(join(tmpdir(), "adcp-conformance-package-"));
const project = join(place, "project");
let paths: string[];

beforeAll(async () => {
  await build();
  // The build is there already; to make it anew would take it away from tests that run beside this one.
  const packed = npm(ROOT, "pack", "--json", "--ignore-scripts", "--pack-destination", place);
  expect(packed.status, packed.stderr).toBe(0);
  const [{ filename, files }] = JSON.parse(packed.stdout) as [{ filename: string; files: { path: string }[] }];
  paths = files.map(({ path }) => path);
  mkdirSync(project);
  writeFileSync(join(project, "package.json"), '{"private":true,"type":"module"}\n');
  const tarball = join(place, filename);
  const quiet = ["--no-audit", "--no-fund", "--omit=dev"];
  let installed = npm(project, "install", "--offline", ...quiet, tarball);
  if (installed.status !== 0) installed = npm(project, "install", "--prefer-offline", ...quiet, tarball);
  expect(installed.status, installed.stderr).toBe(0);
}, 300_000);
afterAll(() => rmSync(place, { recursive: true, force: true }));

function npm(cwd: string, ...args: string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync("npm", args, { cwd, encoding: "utf8", timeout: 240_000 });
}

/** Runs a program of this repository's development dependencies, or a module of the project, beside the installed package. */
const node = (...args: string[]) => command(args.slice(1), { cwd: project, main: args[0]! });

describe("the packed package", () => {
  it("works where it is installed, and holds what it needs and no tests", async () => {
    expect(paths).toEqual(
      expect.arrayContaining([
        "package.json",
        "LICENSE",
        "dist/src/api/index.js",
        "dist/src/api/index.d.ts",
        "dist/src/api/vitest.js",
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
  });

  it("runs from a program, and gives it the report", async () => {
    const { url } = await embedded({ fault: "duplicates-last-wins" });
    writeFileSync(
      join(project, "program.js"),
      `import { exitCode, run, UsageError } from "adcp-conformance";
       import schema from "adcp-conformance/schemas/report.json" with { type: "json" };
       let suites = 0;
       const report = await run({
         url: "${url}", account: "acct_demo", only: ["duplicates", "upsert"], seed: 3,
         onEvent: ({ type }) => { if (type === "suite_finished") suites++; },
       });
       const wrong = await run({ url: "${url}", acount: "x" }).catch((error) => error);
       const unnamed = await run({ url: "${url}", only: "UPS-01" });
       const stopped = await run({ url: "${url}", account: "acct_demo", signal: AbortSignal.abort() });
       console.log(JSON.stringify({
         format: schema.properties.format.const === report.format, verdict: report.verdict, code: exitCode(report), suites,
         wrong: wrong instanceof UsageError && wrong.message, account: unnamed.target.account.account_id,
         stopped: [stopped.verdict, stopped.reason],
       }));`,
    );
    const told = await node(join(project, "program.js"));
    expect(told.stderr).toBe("");
    expect(JSON.parse(told.stdout)).toEqual({
      format: true,
      verdict: "non_conformant",
      code: 1,
      suites: 2,
      wrong: "There is an unknown option. Did you mean account?",
      account: "acct_sandbox",
      stopped: ["inconclusive", "the run was interrupted"],
    });
    expect(readdirSync(project)).not.toContain("reports");
  });

  it("brings its types", async () => {
    writeFileSync(
      join(project, "typed.ts"),
      `import { type Report, run } from "adcp-conformance";
       import { conformance } from "adcp-conformance/vitest";
       const report: Report = await run({ url: "https://seller.example/mcp", account: { account_id: "a" }, failOn: "should" });
       export const ids: string[] = report.rules.filter(({ verdict }) => verdict === "failed").map(({ id }) => id);
       // @ts-expect-error there is no such level
       await run({ failOn: "may" });
       // @ts-expect-error there is no such verdict
       export const wrong = report.verdict === "green";
       conformance({ account: "a", name: "mine" });
       conformance(async () => ({ url: "https://seller.example/mcp" }));`,
    );
    linkModules("vitest");
    const options = [
      "--noEmit",
      "--strict",
      "--skipLibCheck",
      "--module",
      "nodenext",
      "--target",
      "es2022",
      "--types",
      "",
    ];
    const told = await node(join(ROOT, "node_modules/typescript/bin/tsc"), ...options, "typed.ts");
    expect(told).toMatchObject({ code: 0, stdout: "" });
  });

  it("shows every rule in a vitest of the seller's own", async () => {
    const { url } = await embedded({ fault: "duplicates-last-wins" });
    linkModules("vitest");
    writeFileSync(
      join(project, "seller.test.js"),
      `import { beforeAll } from "vitest";
       import { conformance } from "adcp-conformance/vitest";
       conformance({ url: "${url}", account: "acct_demo", only: ["duplicates", "seller-managed"], seed: 3 });
       let later;
       beforeAll(() => { later = { url: "${url}", account: "acct_demo", only: ["UPS-01"] }; });
       conformance(() => later, { name: "later" });`,
    );
    const vitest = join(ROOT, "node_modules/vitest/vitest.mjs");
    const told = await node(vitest, "run", "--root", project, "--reporter=json", "--no-cache");
    const { testResults } = JSON.parse(told.stdout) as {
      testResults: { assertionResults: { fullName: string; status: string; failureMessages: string[] }[] }[];
    };
    const results = testResults.flatMap(({ assertionResults }) => assertionResults);
    const statusOf = (start: string, group = "AdCP") =>
      results.find(({ fullName }) => fullName.startsWith(group) && fullName.includes(start))?.status;
    expect(told.code).toBe(1);
    expect(statusOf("UPS-12 (must)")).toBe("failed");
    expect(statusOf("UPS-14 (must)")).toBe("passed");
    expect(statusOf("UPS-12-CODE")).not.toBe("failed");
    expect(statusOf("verdict of the run")).toBe("failed");
    expect(statusOf("UPS-01 (must)")).toBeUndefined();
    expect(statusOf("UPS-01 (must)", "later")).toBe("passed");
    expect(statusOf("verdict of the run", "later")).toBe("passed");
    expect(statusOf("UPS-12 (must)", "later")).toBe("skipped");
    const [message] = results.find(({ fullName }) => fullName.includes("UPS-12 (must)"))!.failureMessages;
    expect(message).toContain("a bad request was accepted");
    expect(message).toContain("curl: N=$(date +%s)");
    expect(message).not.toContain("node_modules");
  });
});

/** The project's own copy of a package is this repository's. */
function linkModules(name: string): void {
  const path = join(project, "node_modules", name);
  rmSync(path, { recursive: true, force: true });
  symlinkSync(join(ROOT, "node_modules", name), path);
}
