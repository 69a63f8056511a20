import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { RunResult } from "../../src/engine/result.ts";
import { json } from "../../src/report/json.ts";
import { merge } from "../../src/report/merge.ts";
import { reportValidator } from "../../src/report/read.ts";
import type { Report } from "../../src/report/report.ts";
import { folder, ran } from "../cli/support.ts";
import { exchange, finding, report, rule } from "./sample.ts";

const ORDER = ["UPS-01", "UPS-12", "DEL-01"];
const valid = reportValidator();

function shard(k: number, n: number, over: Partial<RunResult> = {}): Report {
  return report({ rules: [rule("UPS-01")], fail_on: "must", shard: { k, n }, ...over });
}

describe("merging shards", () => {
  it("joins a rule's findings under the exchanges of all, and counts one cause once", () => {
    const failed = (scenario: string, message: string, exchanges: number[]) =>
      rule("UPS-12", { verdict: "failed", findings: [finding({ scenario, message, exchanges })] });
    const merged = merge(
      [
        shard(2, 2, {
          rules: [failed("b", 'said "x"', [2]), rule("UPS-01")],
          exchanges: [exchange(2, {})],
          requests: 9,
        }),
        shard(1, 2, { rules: [failed("a", 'said "y"', [1])], exchanges: [exchange(1, {})], requests: 5 }),
      ],
      ORDER,
    );
    expect(merged.rules.map(({ id }) => id)).toEqual(["UPS-01", "UPS-12"]);
    expect(merged.rules[1]).toMatchObject({ verdict: "failed" });
    expect(merged.rules[1]!.findings).toMatchObject([{ scenario: "a", repeats: 1, also_in: ["b"], exchanges: [1] }]);
    expect(merged.exchanges.map(({ n }) => n)).toEqual([1, 7]);
    expect(merged.totals).toMatchObject({ requests: 14, must: { passed: 1, failed: 1 } });
    expect(merged.verdict).toBe("non_conformant");
    expect(merged.merged_from).toMatchObject([{ shard: { k: 1, n: 2 } }, { shard: { k: 2, n: 2 } }]);
    expect(merged).not.toHaveProperty("shard");
    expect(valid(JSON.parse(JSON.stringify(merged)))).toBe(true);
  });

  it.each([
    [rule("A", { verdict: "passed" }), rule("A", { verdict: "not_tested", reason: "x" }), "passed"],
    [
      rule("A", { verdict: "not_tested", reason: "x", unseen: true }),
      rule("A", { verdict: "not_applicable", reason: "y" }),
      "not_applicable",
    ],
    [
      rule("A", { verdict: "not_tested", reason: "x" }),
      rule("A", { verdict: "not_applicable", reason: "y" }),
      "not_tested",
    ],
    [
      rule("A", { verdict: "not_tested", reason: "x", unseen: true }),
      rule("A", { verdict: "not_tested", reason: "x", unseen: true }),
      "not_tested",
    ],
  ])("of %j and %j makes %s", (one, other, verdict) => {
    for (const pair of [
      [one, other],
      [other, one],
    ])
      expect(
        merge([shard(1, 2, { rules: [pair[0]!] }), shard(2, 2, { rules: [pair[1]!] })], ORDER).rules[0]!.verdict,
      ).toBe(verdict);
  });

  it("is inconclusive when a shard is missing or ended early", () => {
    const missing = merge([shard(1, 3), shard(3, 3)], ORDER);
    expect(missing).toMatchObject({ verdict: "inconclusive", reason: "of 3 shards, these are missing: 2" });
    const early = merge([shard(1, 2), shard(2, 2, { ended_early: true, reason: "the run was interrupted" })], ORDER);
    expect(early).toMatchObject({ verdict: "inconclusive", reason: "the run was interrupted" });
    expect(merge([shard(1, 2), shard(2, 2)], ORDER)).toMatchObject({ verdict: "conformant" });
  });

  it.each([
    ["the seed differs", shard(2, 2, { seed: 8 })],
    ["the number of shards differs", shard(2, 3)],
    ["the seller differs", shard(2, 2, { target: { ...report().target, url: "https://other.example/mcp" } })],
    ["--fail-on differs", shard(2, 2, { fail_on: "should" })],
    ["Shard 1/2 is there twice", shard(1, 2)],
  ])("is refused when %s", (message, other) => {
    expect(() => merge([shard(1, 2), other], ORDER)).toThrow(message);
  });
});

describe("report of several shards", () => {
  let place: ReturnType<typeof folder>;
  beforeEach(() => {
    place = folder();
  });
  afterEach(() => place.remove());
  const write = (name: string, one: Report) => {
    mkdirSync(join(place.path, name));
    writeFileSync(join(place.path, name, "report.json"), json(one, { columns: 80, colour: false }));
  };

  it("prints or writes the merged report and exits as one run would", async () => {
    write("one", shard(1, 2));
    write("two", shard(2, 2, { rules: [rule("UPS-12", { verdict: "failed", findings: [finding()] })] }));
    const { code, stdout } = await ran(["report", "two", "one", "--format", "json"], place.path);
    expect({ code, rules: JSON.parse(stdout).rules.length }).toEqual({ code: 1, rules: 2 });
    writeFileSync(join(place.path, "b.yaml"), "- {rule: UPS-12, reason: known}\n");
    const gated = await ran(["report", "one", "two", "--baseline", "b.yaml"], place.path);
    expect(gated).toMatchObject({ code: 0, stderr: "" });
    expect(gated.stdout).toContain("verdict: conformant (1 known failure)\n");
  });

  it("of one report is a gate where --fail-on or --baseline asks for one, and writes a baseline", async () => {
    const warned = rule("UPS-05", { level: "should", verdict: "warned", findings: [finding({ scenario: "opening" })] });
    write("one", report({ rules: [rule("UPS-01"), warned], verdict: "conformant", fail_on: "must" }));
    const code = async (...args: string[]) => (await ran(["report", "one", ...args], place.path)).code;
    expect([await code(), await code("--fail-on", "must"), await code("--fail-on", "should")]).toEqual([0, 0, 1]);
    const wrote = await ran(["report", "one", "--fail-on", "should", "--write-baseline", "b.json"], place.path);
    expect(wrote).toMatchObject({ code: 1, stderr: "baseline: b.json (1 entry)\n" });
    expect(await code("--fail-on", "should", "--baseline", "b.json")).toBe(0);
    expect(JSON.parse(readFileSync(join(place.path, "b.json"), "utf8"))).toMatchObject([
      { rule: "UPS-05", scenario: "opening" },
    ]);
  });

  it("says which reports do not belong together", async () => {
    write("one", shard(1, 2));
    write("two", shard(2, 2, { seed: 8 }));
    expect(await ran(["report", "one", "two"], place.path)).toEqual({
      code: 2,
      stdout: "",
      stderr:
        "adcp-conformance: Shards 1 and 2 are not of one run: the seed differs (give all of them one with --seed).\n",
    });
  });
});

describe("a report file", () => {
  let place: ReturnType<typeof folder>;
  beforeEach(() => {
    place = folder();
  });
  afterEach(() => place.remove());

  it.each([
    ["deep", `{"a":${"[".repeat(5000)}${"]".repeat(5000)}}`, "nested too deeply"],
    ["short", '{"format":"adcp-conformance/1"}', "is no report of this tool"],
    ["text", "hello", "it is not JSON"],
    ["polluting", '{"__proto__":{"format":"adcp-conformance/1"}}', "is no report of this tool"],
  ])("that is %s is refused in one sentence", async (name, text, message) => {
    writeFileSync(join(place.path, name), text);
    const { code, stdout, stderr } = await ran(["report", name], place.path);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(message);
    expect(stderr.trimEnd()).not.toContain("\n");
  });

  it.skipIf(process.platform === "win32")("without an end is not read to its end", async () => {
    const { code, stderr } = await ran(["report", "/dev/zero"], place.path);
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: "adcp-conformance: /dev/zero is larger than 268435456 octets.\n",
    });
  });
});
