import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parse as parseYaml } from "yaml";
import { isCommand } from "../../src/cli/commands.ts";
import { parse } from "../../src/cli/parse.ts";
import { folder, ran } from "./support.ts";

let place: ReturnType<typeof folder>;
beforeEach(() => {
  place = folder();
});
afterEach(() => place.remove());

const CONFIG = "adcp-conformance.config.json";
const WORKFLOW = ".github/workflows/adcp-conformance.yml";
const JOB = ".gitlab/adcp-conformance.yml";
const text = (name: string) => readFileSync(join(place.path, name), "utf8");
const init = (...args: string[]) => ran(["init", ...args], place.path);

/** The command line of the tool that a job runs, as the tool reads it. */
function commandOf(scripts: readonly string[]) {
  const [line] = scripts.filter((script) => script.includes("adcp-conformance"));
  const [npx, flag, name, ...args] = line!.split(" ");
  expect([npx, flag, name]).toEqual(["npx", "--no-install", "adcp-conformance"]);
  return parse(args, place.path);
}

describe("init", () => {
  it("writes a configuration that a run takes, and a workflow that runs it", async () => {
    const { code, stdout, stderr } = await init(
      "https://seller.example/mcp",
      "--account",
      "acct_9",
      "--release",
      "3.2",
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toContain(`wrote ${CONFIG}\nwrote ${WORKFLOW}\n`);
    expect(stdout).not.toContain("examples stand there");
    expect(JSON.parse(text(CONFIG))).toEqual({
      url: "https://seller.example/mcp",
      account: "acct_9",
      release: "3.2",
      rules: "0.1.0",
    });
    const workflow = parseYaml(text(WORKFLOW));
    const steps = workflow.jobs.conformance.steps as { run?: string; env?: Record<string, string> }[];
    expect(commandOf(steps.flatMap(({ run }) => run ?? []))).toMatchObject({
      command: "run",
      invocation: {
        configuredUrl: "https://seller.example/mcp",
        given: { account: { account_id: "acct_9" }, rules: "0.1.0" },
      },
    });
    expect(steps.flatMap(({ env }) => Object.entries(env ?? {}))).toEqual([
      ["ADCP_TOKEN", `\${{ secrets.ADCP_TOKEN }}`],
    ]);
    expect(workflow.permissions).toEqual({ contents: "read" });
    expect(isCommand("init")).toBe(true);
  });

  it("writes a job for GitLab where there is GitLab's file, or when asked", async () => {
    writeFileSync(join(place.path, ".gitlab-ci.yml"), "");
    expect((await init()).code).toBe(0);
    expect(existsSync(join(place.path, WORKFLOW))).toBe(false);
    const job = parseYaml(text(JOB))["adcp-conformance"];
    expect(commandOf(job.script)).toMatchObject({ command: "run" });
    expect(job.artifacts).toMatchObject({ when: "always", paths: ["reports/conformance"] });
    expect((await init("--ci", "github", "--force")).code).toBe(0);
    expect(existsSync(join(place.path, WORKFLOW))).toBe(true);
  });

  it("says what to fill in, within a narrow terminal", async () => {
    const { stdout } = await init();
    expect(stdout).toContain("put the seller's url and account into");
    expect(JSON.parse(text(CONFIG))).toMatchObject({ url: "https://seller.example/mcp", account: "acct_123" });
  });

  it("touches nothing that is there, unless it is forced on the command line", async () => {
    writeFileSync(join(place.path, CONFIG), '{"force":true,"account":"mine"}');
    const { code, stderr } = await init("https://seller.example/mcp");
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: `adcp-conformance: ${CONFIG} is there already; --force writes over.\n`,
    });
    expect(text(CONFIG)).toBe('{"force":true,"account":"mine"}');
    expect(existsSync(join(place.path, WORKFLOW))).toBe(false);
    expect((await init("https://seller.example/mcp", "--force")).code).toBe(0);
    expect(JSON.parse(text(CONFIG)).account).toBe("mine");
  });

  it("writes no credential, wherever it comes from", async () => {
    const token = "tok-s3cret-s3cret";
    for (const args of [
      ["https://u:s3cret@seller.example/mcp"],
      ["https://s3cret@seller.example/mcp"],
      ["https://seller.example/mcp?access_token=s3cret"],
      ["https://seller.example/tok-s3cret-s3cret"],
      ["https://seller.example/mcp", "--account", token],
    ]) {
      const { code, stdout, stderr } = await ran(["init", ...args], place.path, { ADCP_TOKEN: token });
      expect({ code, stdout }, args.join(" ")).toEqual({ code: 2, stdout: "" });
      expect(stderr).not.toContain("s3cret");
    }
    expect(existsSync(join(place.path, CONFIG))).toBe(false);
    expect((await ran(["init"], place.path, { ADCP_TOKEN: token })).code).toBe(0);
    expect(text(CONFIG) + text(WORKFLOW)).not.toContain("s3cret");
  });
});
