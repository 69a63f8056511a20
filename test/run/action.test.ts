import { type SpawnSyncReturns, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { OPTIONS } from "../../src/cli/options.ts";
import { build, ROOT } from "./built.ts";
import { embedded, temporaryFolder } from "./support.ts";

beforeAll(build);

interface Action {
  inputs: Record<string, { default?: string; description: string }>;
  outputs: Record<string, { value: string }>;
  runs: { using: string; steps: Step[] };
}

interface Step {
  id?: string;
  run: string;
  shell: string;
  env?: Record<string, string>;
  "working-directory"?: string;
}

const action = parse(readFileSync(join(ROOT, "action.yml"), "utf8")) as Action;

/** Runs the steps of the action as GitHub's runner does, up to the first that fails. */
async function play(inputs: Record<string, string>, over: { path?: string; env?: Record<string, string> } = {}) {
  const workspace = temporaryFolder();
  const files = { GITHUB_OUTPUT: join(workspace, "output"), GITHUB_STEP_SUMMARY: join(workspace, "summary") };
  for (const file of Object.values(files)) writeFileSync(file, "");
  const value = (text: string) =>
    text.replaceAll(
      /\$\{\{ inputs\.([\w-]+) \}\}/g,
      (_, name: string) => inputs[name] ?? action.inputs[name]!.default ?? "",
    );
  let last: Pick<SpawnSyncReturns<string>, "status" | "stdout" | "stderr"> = { status: 0, stdout: "", stderr: "" };
  for (const step of action.runs.steps) {
    expect(step.shell).toBe("bash");
    expect(step.run, "an input in a script is a part of it").not.toContain("${{");
    const env = Object.fromEntries(Object.entries(step.env ?? {}).map(([name, text]) => [name, value(text)]));
    last = await bash(step.run, join(workspace, value(step["working-directory"] ?? ".")), {
      PATH: process.env["PATH"]!,
      HOME: workspace,
      GITHUB_ACTION_PATH: over.path ?? ROOT,
      ...files,
      ...over.env,
      ...env,
    });
    if (last.status !== 0) break;
  }
  const outputs = readFileSync(files.GITHUB_OUTPUT, "utf8").trim().split("\n");
  return {
    workspace,
    code: last.status,
    stdout: last.stdout,
    stderr: last.stderr,
    summary: readFileSync(files.GITHUB_STEP_SUMMARY, "utf8"),
    outputs: Object.fromEntries(outputs.filter((line) => line !== "").map((line) => line.split("=", 2))),
  };
}

async function bash(script: string, cwd: string, env: Record<string, string>) {
  const child = spawn("bash", ["--noprofile", "--norc", "-eo", "pipefail", "-c", script], { cwd, env });
  const said = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const)
    child[name].setEncoding("utf8").on("data", (text: string) => {
      said[name] += text;
    });
  const [status] = await once(child, "close");
  return { status: status as number, ...said };
}

describe("the action", () => {
  it("fails the job of a broken seller, and tells verdict, report and summary", async () => {
    const { url } = await embedded({ fault: "duplicates-last-wins" });
    const told = await play({ url, account: "acct_demo", only: "duplicates,UPS-01", out: "out" });
    expect(told.code, told.stderr).toBe(1);
    expect(told.outputs).toEqual({ "exit-code": "1", verdict: "non_conformant", report: "out" });
    expect(told.stdout).toContain("UPS-12 must, duplicates");
    expect(told.summary).toContain("UPS-12");
    expect(JSON.parse(readFileSync(join(told.workspace, "out/report.json"), "utf8")).verdict).toBe("non_conformant");
  });

  it("passes a seller whose failures are known, and one without any, with the token that it is given", async () => {
    const broken = await embedded({ fault: "duplicates-last-wins", token: "tok-s3cret-s3cret" });
    const refused = await play({ url: broken.url, account: "acct_demo", only: "duplicates" });
    expect(refused.outputs).toMatchObject({ "exit-code": "3", verdict: "inconclusive" });
    const inputs = { url: broken.url, account: "acct_demo", only: "duplicates", token: "tok-s3cret-s3cret" };
    const failed = await play(inputs);
    expect(failed.code).toBe(1);
    const known = join(temporaryFolder(), "known.yaml");
    writeFileSync(known, "- {rule: UPS-12, reason: ticket 7}\n- {rule: UPS-13, reason: follows}\n");
    const passed = await play({ ...inputs, baseline: known });
    expect(passed.code, passed.stdout).toBe(0);
    expect(passed.outputs).toMatchObject({ verdict: "conformant" });
    expect(JSON.stringify(passed)).not.toContain("s3cret");
  });

  it("takes inputs for values, whatever they look like", async () => {
    const { url } = await embedded();
    const hostile = await play({
      url,
      account: 'x"; touch broken; $(touch broken) `touch broken` --force',
      only: "UPS-01",
    });
    expect(hostile.outputs).toMatchObject({ "exit-code": "3" });
    expect(existsSync(join(hostile.workspace, "broken"))).toBe(false);
    expect((await play({ url: "--plan", account: "acct_demo" })).code).toBe(2);
    expect((await play({ url, account: "acct_demo", out: "a\nverdict=conformant" })).code).toBe(2);
    const dashed = await play({ url, account: "--plan", only: "UPS-01" });
    expect(dashed.outputs).toMatchObject({ "exit-code": "3" });
  });

  it("tells wrong usage, and then has no verdict", async () => {
    const told = await play({ url: "https://seller.example/mcp", only: "UPS-011" });
    expect(told.code).toBe(2);
    expect(told.stderr).toContain("Did you mean UPS-01");
    expect(told.outputs).toEqual({ "exit-code": "2", verdict: "", report: "reports/conformance" });
  });

  it("builds the command where it is not built yet", async () => {
    const [path, bin] = [temporaryFolder(), temporaryFolder()];
    mkdirSync(join(path, "action"));
    writeFileSync(join(path, "action/build.sh"), readFileSync(join(ROOT, "action/build.sh")));
    writeFileSync(join(bin, "npm"), '#!/bin/sh\necho "$PWD: npm $*" >> "$HOME/calls"\n');
    chmodSync(join(bin, "npm"), 0o755);
    const told = await play({}, { path, env: { PATH: `${bin}${delimiter}${process.env["PATH"]}` } });
    expect(readFileSync(join(told.workspace, "calls"), "utf8")).toBe(
      `${path}: npm ci --ignore-scripts --no-audit --no-fund\n${path}: npm run build\n`,
    );
  });

  it("has no input that the command does not have, and uses every one", () => {
    const own = ["url", "working-directory"];
    expect(Object.keys(action.inputs).filter((name) => !own.includes(name) && !Object.hasOwn(OPTIONS, name))).toEqual(
      [],
    );
    const text = readFileSync(join(ROOT, "action.yml"), "utf8");
    for (const name of Object.keys(action.inputs)) expect(text).toContain(`\${{ inputs.${name} }}`);
    for (const { value } of Object.values(action.outputs))
      expect(value).toMatch(/^\$\{\{ steps\.run\.outputs\.[\w-]+ \}\}$/);
  });
});
