import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { RunningSeller, SellerOptions } from "../../fixtures/seller/start.ts";
import { fuzzing } from "../../src/fuzz/fuzz.ts";
import { json } from "../../src/report/json.ts";
import type { Report } from "../../src/report/report.ts";
import { folder, type Ran, ran } from "../cli/support.ts";
import { buyersOn, OTHER_IDS, OTHERS, othersOn } from "../run/others.ts";
import { embedded, runAgainst, runEmbedded } from "../run/support.ts";

let place: ReturnType<typeof folder>;
beforeEach(() => {
  place = folder();
});
afterEach(() => place.remove());

const save = (report: Report, name = "report.json") =>
  writeFileSync(join(place.path, name), json(report, { columns: 80, colour: false }));

/** The report of a run on a broken seller, with some rules alone. */
async function reportOf(fault: string, only: string[], options: SellerOptions = {}): Promise<Report> {
  const { report } = await runEmbedded({ fault, ...options }, { only, seed: 5 });
  expect(report.verdict).toBe("non_conformant");
  save(report);
  return report;
}

const replay = (...args: string[]) => ran(["replay", "report.json", ...args, "--quiet"], place.path);
const outcomes = ({ stdout }: Ran) =>
  (JSON.parse(stdout).results as { rule: string; outcome: string; same_calls: boolean; message?: string }[]).map(
    ({ rule, outcome, same_calls }) => `${rule} ${outcome}${same_calls ? "" : ", other calls"}`,
  );

describe("replay", () => {
  it.each([
    ["duplicates-last-wins", "UPS-12", "a scenario's own check"],
    ["update-not-stored", "UPS-04", "the state after a write"],
    ["delete-missing-ignored", "DEL-01", "a deletion"],
    ["success-with-empty-errors", "RES-01", "every answer"],
  ])("of %s, %s (%s): still failing on the seller, fixed on a mended one", async (fault, rule) => {
    await reportOf(fault, [rule]);
    const broken = await embedded({ fault });
    const again = await replay(rule, broken.url, "--format", "json");
    expect({ code: again.code, stderr: again.stderr }).toEqual({ code: 1, stderr: "" });
    expect(outcomes(again)).toContain(`${rule} still_failing`);
    const mended = await embedded();
    const fixed = await replay(rule, mended.url, "--format", "json");
    expect(fixed.code, fixed.stdout).toBe(0);
    expect(new Set(outcomes(fixed))).toEqual(new Set([`${rule} fixed`]));
    expect(buyersOn(mended).filter((id) => id !== "cf_sentinel")).toEqual([]);
  });

  it("plays the scenario that showed it, although that checks other rules", async () => {
    await reportOf("duplicates-last-wins", ["UPS-12", "RES-06"]);
    const broken = await embedded({ fault: "duplicates-last-wins" });
    const again = await replay("RES-06", broken.url, "--format", "json");
    expect({ code: again.code, outcomes: outcomes(again) }).toEqual({ code: 1, outcomes: ["RES-06 still_failing"] });
  });

  it("of what showed before the first scenario plays another one that showed it as well", async () => {
    const report = await reportOf("result-with-own-action", ["RES-04", "duplicates"]);
    const [finding] = report.rules.find(({ id }) => id === "RES-04")!.findings;
    expect(finding).toMatchObject({ scenario: "first write", also_in: expect.any(Array) });
    const mended = await embedded();
    const told = await replay("RES-04", mended.url);
    expect(told.code, told.stdout).toBe(0);
    expect(told.stdout).toContain(`played: ${finding!.also_in![0]!.slice(0, 40)}`);
  });

  it("does not call fixed what may have hung on what the account held", async () => {
    const broken = await embedded({ fault: "last-event-at-is-empty" });
    const { report } = await runAgainst(broken.url, broken.account, { only: ["HLT-03"], seed: 11 });
    const rule = report.rules.find(({ id }) => id === "HLT-03")!;
    rule.findings = rule.findings
      .filter(({ scenario }) => scenario === "first write")
      .map(({ also_in: _, ...one }) => one);
    expect(rule.findings.length).toBeGreaterThan(0);
    save(report);
    const told = await replay("HLT-03", broken.url);
    expect([1, 3], told.stdout).toContain(told.code);
  });

  it("of what stands before the first write writes nothing", async () => {
    await reportOf("capabilities-fail", ["CAP-01"]);
    const mended = await embedded();
    expect(await replay(mended.url)).toMatchObject({ code: 0, stdout: expect.stringContaining("CAP-01 fixed\n") });
    expect(buyersOn(mended)).toEqual([]);
    const broken = await embedded({ fault: "capabilities-fail" });
    expect(await replay(broken.url)).toMatchObject({
      code: 1,
      stdout: expect.stringContaining("CAP-01 still failing\n"),
    });
  });

  it("cannot tell where the guard does not let it, and harms nothing", async () => {
    await reportOf("delete-missing-ignored", ["DEL-01"]);
    const seller = await embedded({ accounts: { acct_demo: OTHERS } });
    const before = othersOn(seller);
    const told = await replay(seller.url);
    expect(told.code).toBe(3);
    expect(told.stdout).toContain("DEL-01 cannot tell\n");
    expect(told.stdout).toContain("buyer-managed sources that are not the tool's own");
    expect(othersOn(seller)).toEqual(before);
  });

  it("cannot tell when nobody answers", async () => {
    await reportOf("duplicates-last-wins", ["UPS-12"]);
    // The report's own seller is gone.
    const told = await replay();
    expect({ code: told.code, stderr: told.stderr }).toEqual({ code: 3, stderr: "" });
    expect(told.stdout).toContain("UPS-12 cannot tell\n");
  });

  it.each([
    ["update-not-stored", "UPS-04"],
    ["duplicates-last-wins", "UPS-12"],
  ])("makes again by its path what was generated: %s, %s", async (fault, only) => {
    const phase = fuzzing({ runs: 12, edges: 40, maxRequests: 1500, enough: () => true });
    const { report } = await runEmbedded({ fault }, { only: [only], seed: 9, phase, phaseOnly: true });
    save(report);
    const [finding] = report.rules.find(({ id }) => id === only)?.findings ?? [];
    expect(finding).toMatchObject({ phase: "fuzz", path: expect.stringMatching(/^[a-z]+\/\d+$/) });
    const broken = await embedded({ fault });
    expect(outcomes(await replay(only, broken.url, "--format", "json"))[0]).toContain(`${only} still_failing`);
    const mended = await embedded();
    const fixed = await replay(only, mended.url);
    expect(fixed.code, fixed.stdout).toBe(0);
    expect(fixed.stdout).toContain(`played: ${finding!.path}\n`);
  });

  it("sends recorded calls where there is no other way, under fresh ids and keys", async () => {
    const report = await reportOf("update-not-stored", ["UPS-04"]);
    const [rule] = report.rules.filter(({ id }) => id === "UPS-04");
    const [finding] = rule!.findings;
    rule!.findings = [{ ...finding!, phase: "fuzz", scenario: "fuzz: a sequence" }];
    const known = new Set<string>(JSON.stringify(finding!.reproduce.calls).match(/"idempotency_key":"[^"]+"/g));
    // The finding's own calls are an update: what made the source stands in front of it.
    const update = finding!.reproduce.calls.find(({ params }) =>
      Object.hasOwn(params.arguments as object, "event_sources"),
    );
    const create = structuredClone(update!);
    const args = create.params.arguments as { idempotency_key: string; event_sources: { name: string }[] };
    args.idempotency_key = "11111111-1111-4111-8111-111111111111";
    for (const source of args.event_sources) source.name = `${source.name}, before`;
    rule!.findings[0]!.reproduce.calls.unshift(create);
    save(report);
    const broken = await embedded({ fault: "update-not-stored" });
    const again = await replay("UPS-04", broken.url, "--format", "json", "--out", "out");
    expect(outcomes(again)).toEqual(["UPS-04 still_failing"]);
    const sent = JSON.stringify(JSON.parse(again.stdout).exchanges);
    for (const key of known) expect(sent).not.toContain(key.slice(20, -1));
    expect(sent).not.toContain(`cf_${report.run_id}`);
    const mended = await embedded();
    expect(outcomes(await replay("UPS-04", mended.url, "--format", "json"))).toEqual(["UPS-04 cannot_tell"]);
  });

  it("of a scenario that this version does not have says so", async () => {
    const report = await reportOf("duplicates-last-wins", ["UPS-12"]);
    for (const { findings } of report.rules)
      for (const finding of findings) Object.assign(finding, { scenario: "duplicates: of old", also_in: [] });
    save(report);
    const seller = await embedded();
    const told = await replay("UPS-12", seller.url);
    expect(told).toMatchObject({ code: 3, stdout: expect.stringContaining("does not have the scenario") });
    expect(buyersOn(seller)).toEqual([]);
  });
});

describe("a hostile report", () => {
  const call = (name: string, args: object) => ({ method: "tools/call" as const, params: { name, arguments: args } });
  const source = (id: string) => ({ event_source_id: id, name: "taken over" });

  /** A report that names calls of its author's choice as what broke a rule. */
  async function forged(seller: RunningSeller, calls: ReturnType<typeof call>[]): Promise<void> {
    const { report } = await runAgainst(seller.url, seller.account, { only: ["UPS-04"], seed: 5 });
    const rule = report.rules.find(({ id }) => id === "UPS-04")!;
    rule.verdict = "failed";
    rule.findings = [
      {
        ...{
          scenario: "fuzz: x",
          phase: "fuzz",
          message: "m",
          json_pointer: "",
          expected: 1,
          actual: 2,
          exchanges: [],
        },
        reproduce: { curl: "", calls },
      },
    ];
    save(report);
  }

  const account = { account_id: "acct_demo" };
  it.each([
    ["sources of others", call("sync_event_sources", { account, event_sources: [source("shop_pixel")] })],
    ["a deletion", call("sync_event_sources", { account, event_sources: [source("cf_x")], delete_missing: true })],
    ["an empty list", call("sync_event_sources", { account, event_sources: [], delete_missing: true })],
    [
      "another account",
      call("sync_event_sources", { account: { account_id: "acct_second" }, event_sources: [source("cf_x")] }),
    ],
    ["an event for another's source", call("log_event", { account, event_source_id: "shop_pixel", events: [] })],
    ["another tool", call("delete_account", { account })],
    ["arguments that are none", call("sync_event_sources", ["x"])],
    [
      "a polluting key",
      call("sync_event_sources", JSON.parse('{"__proto__":{"event_sources":[{"event_source_id":"shop_pixel"}]}}')),
    ],
  ])("with %s changes nothing that is not the tool's own", async (_, forgedCall) => {
    const seller = await embedded({ accounts: { acct_demo: OTHERS, acct_second: OTHERS } });
    await forged(seller, [forgedCall]);
    const before = [othersOn(seller), othersOn(seller, "acct_second"), seller.seller.sources("acct_second").length];
    const told = await replay(seller.url);
    expect({ code: told.code, stderr: told.stderr }).toEqual({ code: 3, stderr: "" });
    expect([othersOn(seller), othersOn(seller, "acct_second"), seller.seller.sources("acct_second").length]).toEqual(
      before,
    );
    expect(
      buyersOn(seller)
        .filter((id) => !/^cf_/.test(id))
        .toSorted(),
    ).toEqual(OTHER_IDS.toSorted());
    expect(Object.prototype).not.toHaveProperty("event_sources");
  });

  it("gets no credentials for the seller that it names", async () => {
    const report = await reportOf("duplicates-last-wins", ["UPS-12"]);
    report.target.url = "https://evil.example/mcp";
    save(report);
    const env = { ADCP_TOKEN: "tok-s3cret-s3cret" };
    const told = await ran(["replay", "report.json"], place.path, env);
    expect({ code: told.code, stdout: told.stdout }).toEqual({ code: 2, stdout: "" });
    expect(told.stderr).toContain("The report names https://evil.example as its seller.");
    expect(told.stderr).not.toContain("s3cret");
    report.target.url = "http://evil.example/mcp";
    save(report);
    expect(await ran(["replay", "report.json"], place.path)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("--allow-http"),
    });
  });
});

describe("wrong usage of replay", () => {
  it.each([
    [["UPS-1"], "The report has no such rule. Did you mean UPS-12?"],
    [["UPS-14"], "The report has no finding of UPS-14: it is passed."],
    [["UPS-12", "UPS-14"], "replay takes a report, one rule and one URL."],
    [["ftp://x.example"], "The URL begins with ftp://"],
    [["--format", "html"], "format html for replay"],
  ])("%j", async (args, message) => {
    const report = await reportOf("duplicates-last-wins", ["UPS-12", "UPS-14"]);
    expect(report.rules.length).toBe(2);
    const told = await ran(["replay", "report.json", ...args], place.path);
    expect({ code: told.code, stdout: told.stdout }).toEqual({ code: 2, stdout: "" });
    expect(told.stderr).toContain(message);
    expect(told.stderr.trimEnd()).not.toContain("\n");
  });

  it("of a report without failures sends nothing", async () => {
    const { report } = await runEmbedded({}, { only: ["UPS-12"] });
    save(report);
    expect(await replay()).toEqual({ code: 0, stdout: "replayed: the report has nothing that failed\n", stderr: "" });
  });
});
