import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { startSeller } from "../../fixtures/seller/start.ts";
import { cli } from "../../src/cli/cli.ts";
import { exitCode } from "../../src/cli/exit.ts";
import type { RunResult } from "../../src/engine/result.ts";
import type { RunSetup } from "../../src/engine/setup.ts";
import { fileOf, formatNames } from "../../src/report/formats.ts";
import { json } from "../../src/report/json.ts";
import { report, result, rule } from "../report/sample.ts";
import { fakeIo, folder, ran } from "./support.ts";

const seen: RunSetup[] = [];
let answer: (setup: RunSetup) => Promise<RunResult> = async () => result();

vi.mock("../../src/engine/run.ts", () => ({
  run: (setup: RunSetup) => {
    seen.push(setup);
    return answer(setup);
  },
}));

let place: ReturnType<typeof folder>;
beforeEach(() => {
  place = folder();
  seen.length = 0;
  answer = async () => result();
});
afterEach(() => place.remove());

const URL = "https://seller.example/mcp";
const run = (...args: string[]) => ran(["run", URL, "--account", "acct_1", ...args], place.path);

describe("exit codes", () => {
  it.each([
    ["conformant", "clean", false, 0],
    ["conformant", "findings", false, 1],
    ["conformant", "clean", true, 3],
    ["non_conformant", "clean", false, 1],
    ["non_conformant", "clean", true, 1],
    ["inconclusive", "clean", false, 3],
    ["inconclusive", "findings", false, 1],
  ] as const)("%s, security %s, interrupted %s: %i", (verdict, security, interrupted, code) => {
    expect(exitCode({ verdict, security }, interrupted)).toBe(code);
  });
});

describe("run", () => {
  it("hands every option to the engine", async () => {
    await run(
      ...[
        "--second-account",
        '{"account_id":"b"}',
        "--release",
        "3.2",
        "--seed",
        "5",
        "--only",
        "*",
        "--skip",
        "UPS-09",
      ],
      ...["--no-extra", "--seller-managed", "x,y", "--allow-destructive", "--force", "--fail-on", "should"],
      ...["--max-rps", "2", "--max-time", "9", "--max-wait", "0", "--out", "out"],
    );
    expect(seen[0]).toMatchObject({
      url: URL,
      account: { account_id: "acct_1" },
      secondAccount: { account_id: "b" },
      release: "3.2",
      seed: 5,
      only: ["*"],
      skip: ["UPS-09"],
      noExtra: true,
      sellerManaged: ["x", "y"],
      allowDestructive: true,
      force: true,
      planOnly: false,
      failOn: "should",
      maxRps: 2,
      maxTime: 9,
      maxWait: 0,
      directory: join(place.path, "out"),
    });
  });

  it("has defaults that harm nothing, and a random seed", async () => {
    await run();
    await run();
    expect(seen[0]).toMatchObject({
      release: "3.1",
      allowDestructive: false,
      force: false,
      failOn: "must",
      maxWait: 30,
      noExtra: false,
    });
    expect(seen[0]!.seed).not.toBe(seen[1]!.seed);
  });

  it("writes report.json into a new folder named after the time, and tells where", async () => {
    const first = await run();
    await run();
    expect(first.code).toBe(1);
    const folders = readdirSync(join(place.path, "reports"));
    expect(folders).toHaveLength(2);
    for (const name of folders) {
      expect(name).toMatch(/^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ(-\d+)?$/);
      expect(JSON.parse(readFileSync(join(place.path, "reports", name, "report.json"), "utf8")).format).toBe(
        "adcp-conformance/1",
      );
    }
    expect(first.stdout).toContain(
      "\nverdict: non_conformant (1 must rule failed; security findings)\nreport: reports/",
    );
  });

  it("with --out - writes one report to standard output, and keeps a journal on disk only while it runs", async () => {
    const { stdout, code } = await run("--out", "-", "--format", "json");
    expect(JSON.parse(stdout).verdict).toBe("non_conformant");
    expect(code).toBe(1);
    expect(readdirSync(place.path)).toEqual([]);
    expect(seen[0]!.directory).toContain("adcp-conformance-");
    expect(existsSync(seen[0]!.directory!)).toBe(false);
    expect((await run("--out", "-", "--format", "json,terminal")).code).toBe(2);
  });

  it("writes every format that is a file beside report.json, and prints the others, the verdict first", async () => {
    const { stdout } = await run("--format", formatNames.join(","), "--out", "out");
    const files = formatNames.flatMap((name) => fileOf(name) ?? []);
    expect(files.length).toBeGreaterThan(5);
    expect(readdirSync(join(place.path, "out"))).toEqual(expect.arrayContaining(files));
    expect(stdout).toMatch(/\nverdict: non_conformant[\s\S]*\n::error title=UPS-12 [\s\S]*\nreport: out\n$/);
    const annotations = await run("--format", "github");
    expect(annotations.stdout).toMatch(/^verdict: non_conformant .*\n::error title=UPS-12 /);
    expect(annotations.stdout).not.toContain("\nTotals");
    const page = await run("--format", "html", "--out", "-");
    expect(page.stdout).toMatch(/^<!doctype html>[\s\S]*<\/html>\n$/);
  });

  it("with --quiet says the verdict alone", async () => {
    const { stdout, stderr } = await run("--quiet");
    expect(stdout).toBe("verdict: non_conformant (1 must rule failed; security findings)\n");
    expect(stderr).toBe("");
  });

  it("with --plan prints the plan, writes nothing, and exits with 0; when it gets no plan it says why", async () => {
    answer = async (setup) => {
      setup.on?.({
        type: "planned",
        plan: {
          url: URL,
          release: "3.1",
          account: {},
          mode: "full",
          foreign: [],
          seller_managed: [],
          own: [],
          scenarios: [],
          sequences: 0,
          will_stay: [],
        },
      });
      return result({ verdict: "inconclusive" });
    };
    const planned = await run("--plan");
    expect(planned).toMatchObject({ code: 0, stderr: "" });
    expect(planned.stdout).toContain("mode: full");
    expect(readdirSync(place.path)).toEqual([]);
    answer = async () => result({ verdict: "inconclusive", reason: "no connection", rules: [] });
    expect(await run("--plan")).toMatchObject({ code: 3, stdout: expect.stringContaining("no connection") });
  });

  it("stops at a signal, reports, and exits with 3; a second signal ends it", async () => {
    const io = fakeIo({ cwd: place.path });
    answer = (setup) =>
      new Promise((resolve) => {
        setup.signal!.addEventListener("abort", () => {
          expect(() => io.signal()).toThrow("exit 130");
          resolve(result({ verdict: "inconclusive", reason: "the run was interrupted", rules: [rule("A-1")] }));
        });
        io.signal();
      });
    expect(await cli(["run", URL, "--account", "a", "--out", "out"], io)).toBe(3);
    expect(existsSync(join(place.path, "out", "report.json"))).toBe(true);
    expect(io.text().stdout).toContain("verdict: inconclusive (the run was interrupted)");
  });

  it.each([
    [["run", "ftp://user:s3cret@seller.example", "--account", "a"], "The URL begins with ftp://"],
    [["run", "seller.example/s3cret", "--account", "a"], "The URL has to begin with https://"],
    [["run", "https://s3cret@:80:80/", "--account", "a"], "The URL is not valid"],
    [["run", "http://seller.example/mcp?token=s3cret", "--account", "a"], "--allow-http"],
    [["run", "http://127.0.0.1.evil.example/", "--account", "a"], "--allow-http"],
    [["run", "http://localhost.evil.example/", "--account", "a"], "--allow-http"],
    [["run", URL, "--account", "a", "--only", "UPS-011"], "Did you mean UPS-01"],
    [["run", URL, "--account", "a", "--only", "UPS-01", "--skip", "upsert"], "leave no rule"],
    [["run", URL, "--account", "a", "--schemas", "nowhere"], "--schemas: "],
    [["run", URL, "--account", "a", "--schemas", "."], "--schemas: "],
    [["run", URL, "--account", "a", "--format", "sarif"], "--format must be one or more of terminal, json, html"],
    [["run", URL, "--account", "a", "--also", "ftp://s3cret@seller.example"], "--also: The URL begins with ftp://"],
    [["run", URL, "--account", "a", "--replica", "http://seller.example/s3cret"], "--replica: The URL is plain http"],
    [["run", URL, "--account", "a", "--baseline", "f"], "The baseline f does not exist."],
    [["run", URL, "--account", "a", "--write-baseline", "no/f"], "The baseline no/f cannot be written: its folder"],
    [["run", URL, "--account", "a", "--rules", "0.0.9"], "--rules must be a version from 0.1.0 to "],
    [["run", URL, "--account", "a", "--rules", "99.0.0"], "--rules must be a version from 0.1.0 to "],
    [["run", URL, "--account", "a", "--write-baseline", "."], "The baseline . cannot be read: EISDIR."],
    [["fuzz"], "The seller's URL is missing"],
    [["fuzz", URL, "--account", "a", "--replay", "17"], "--replay must be a path as findings give it"],
    [["replay", "r"], "There is no report at"],
    [["init", "https://u:s3cret@seller.example/mcp"], "The URL holds a credential"],
    [["init", "https://seller.example/mcp?api_key=s3cret"], "The URL holds a credential"],
    [["init", "seller.example"], "The URL has to begin with https://"],
    [["init", "--token", "s3cret"], "--token is no option of init"],
    [["report", "a", "b"], "There is no report at"],
    [["report", "a"], "There is no report at"],
    [["cleanup", "a"], "journal.ndjson does not exist"],
    [["explain", "UPS-100"], "Did you mean UPS-10"],
    [["seller", "--fault", "duplicates-last-win"], "Did you mean duplicates-last-wins"],
  ])("%j is wrong usage: %s", async (args, message) => {
    const { code, stdout, stderr } = await ran(args, place.path);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(message);
    expect(stderr).not.toContain("s3cret");
    expect(stderr.trimEnd()).not.toContain("\n");
    expect(seen).toEqual([]);
  });

  it.each(["http://localhost:1/", "http://127.0.0.1:1/", "http://[::1]:1/", "http://a.localhost/"])(
    "takes plain http to %s",
    async (url) => {
      expect((await ran(["run", url, "--account", "a"], place.path)).code).toBe(1);
    },
  );

  it("generates 25 sequences, as many as it is told, and none where rules are picked", async () => {
    const phaseOf = async (...args: string[]) => {
      let runs: number | undefined;
      answer = async (setup) => {
        runs = setup.phase?.runs;
        return result();
      };
      await run(...args);
      return runs;
    };
    expect(await phaseOf()).toBe(25);
    expect(await phaseOf("--runs", "5")).toBe(5);
    expect(await phaseOf("--runs", "0")).toBeUndefined();
    expect(await phaseOf("--only", "UPS-*")).toBeUndefined();
    expect(await phaseOf("--only", "UPS-*", "--runs", "3")).toBe(3);
  });

  it("shows no credential, wherever it comes from", async () => {
    const env = { ADCP_TOKEN: "s3cret-token" };
    const url = "https://user:s3cret-pass@seller.example/mcp?api_key=s3cret-key";
    answer = async (setup) => {
      setup.on?.({ type: "notice", message: "it said s3cret-token and s3cret-key" });
      const rules = [
        rule("A-1", {
          verdict: "failed",
          findings: [{ ...result().rules[0]!.findings[0]!, actual: ["s3cret-token"], message: "s3cret-header" }],
        }),
      ];
      return result({ rules, reason: "s3cret-pass", target: { ...result().target, url: setup.url } });
    };
    const { stdout, stderr, code } = await ran(
      [
        "run",
        url,
        "--account",
        "a",
        "--header",
        "X-Api-Key: s3cret-header",
        "--out",
        "out",
        "--format",
        "json,terminal",
      ],
      place.path,
      env,
    );
    expect(code).toBe(1);
    expect(stdout).toContain("seller.example");
    for (const text of [stdout, stderr, readFileSync(join(place.path, "out", "report.json"), "utf8")])
      expect(text).not.toContain("s3cret");
  });

  it("tells a defect of its own as such, without the token", async () => {
    answer = async () => {
      throw new Error("boom s3cret-token");
    };
    const { code, stderr } = await ran(["run", URL, "--account", "a", "--token", "s3cret-token"], place.path);
    expect(code).toBe(3);
    expect(stderr).toContain("a defect of this tool, not of the seller");
    expect(stderr).not.toContain("s3cret");
  });
});

describe("list and explain", () => {
  it("shows the selected rules, as text and as JSON", async () => {
    const text = await ran(["list", "--only", "UPS-01,discovery"], place.path);
    expect(text.code).toBe(0);
    expect(text.stdout).toMatch(/^discovery: [\s\S]*\n {2}DSC-01 must [\s\S]*\nupsert: [\s\S]*\n {2}UPS-01 must /);
    expect(text.stdout).not.toContain("UPS-02");
    const { stdout } = await ran(["list", "--format", "json", "--only", "ups-01"], place.path);
    expect(JSON.parse(stdout)).toMatchObject([
      { id: "UPS-01", suite: "upsert", level: "must", source: { url: expect.stringMatching(/^https:/) } },
    ]);
  });

  it("explains a rule: statement, source, checks, and the defects that break it", async () => {
    const { stdout, code } = await ran(["explain", "ups-12"], place.path);
    expect(code).toBe(0);
    for (const part of [/^UPS-12 /, /level: must/, /source: .*\n? *https:/, /scenario: /, /duplicates-last-wins: /])
      expect(stdout).toMatch(part);
  });
});

describe("report", () => {
  it("shows a stored report, from its file or its folder, and copies it", async () => {
    mkdirSync(join(place.path, "in"));
    writeFileSync(join(place.path, "in", "report.json"), json(report(), { columns: 80, colour: false }));
    expect((await ran(["report", "in"], place.path)).stdout).toContain("\nverdict: non_conformant");
    expect(JSON.parse((await ran(["report", "in/report.json", "--format", "json"], place.path)).stdout)).toEqual(
      report(),
    );
    const printed = await ran(["report", "in", "--format", "junit,github", "--out", "more", "--quiet"], place.path);
    expect(printed.stdout).toMatch(/^::error title=UPS-12 /);
    expect(readdirSync(join(place.path, "more")).toSorted()).toEqual(["junit.xml", "report.json"]);
    await ran(["report", "in", "--format", "json", "--out", "copy"], place.path);
    expect(readFileSync(join(place.path, "copy", "report.json"))).toEqual(
      readFileSync(join(place.path, "in", "report.json")),
    );
  });

  it.each(["{}", "[]", "no json", '{"format":"adcp-conformance/1"}'])("refuses %j", async (text) => {
    writeFileSync(join(place.path, "r.json"), text);
    expect((await ran(["report", "r.json"], place.path)).code).toBe(2);
  });
});

describe("seller", () => {
  it("serves until a signal comes, and says how to test it", async () => {
    const io = fakeIo({ cwd: place.path });
    const write = io.stdout.write;
    const ended = new Promise<number>((resolve, reject) => {
      io.stdout.write = (text: string) => {
        write(text);
        if (!text.startsWith("try: ")) return;
        const url = /run (\S+)/.exec(text)![1]!;
        fetch(url, { method: "POST", body: "{}" }).then(({ status }) => {
          expect(status).toBeGreaterThanOrEqual(400);
          io.signal();
        }, reject);
      };
      cli(["seller", "--fault", "duplicates-last-wins"], io).then(resolve, reject);
    });
    expect(await ended).toBe(0);
    expect(io.text().stdout).toMatch(
      /^listening on http:\/\/127\.0\.0\.1:\d+\/mcp\nA2A on http:\/\/127\.0\.0\.1:\d+\/a2a\naccounts: acct_demo, acct_second\ntry: .* --account acct_demo\n$/,
    );
  });

  it("says that a port is taken", async () => {
    const other = await startSeller();
    const { port } = new globalThis.URL(other.url);
    expect(await ran(["seller", "--port", port], place.path)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("EADDRINUSE"),
    });
    await other.close();
  });

  it("lists its defects and freedoms", async () => {
    expect((await ran(["seller", "--list-faults"], place.path)).stdout).toContain("duplicates-last-wins: ");
    const { stdout } = await ran(["seller", "--list-faults", "--format", "json"], place.path);
    expect(JSON.parse(stdout)[0]).toMatchObject({ name: expect.any(String), breaks: expect.any(Array) });
  });
});

describe("help", () => {
  it("names every command, and every option of a command", async () => {
    const { stdout, code } = await ran([], place.path);
    expect(code).toBe(0);
    for (const name of ["run", "fuzz", "list", "explain", "replay", "report", "cleanup", "seller", "self-test", "init"])
      expect(stdout).toMatch(new RegExp(`^ +adcp-conformance ${name}\\b`, "m"));
    expect((await ran(["run", "--help"], place.path)).stdout).toContain("--allow-destructive");
    expect((await ran(["--version"], place.path)).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});
