import { readdirSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { build } from "./built.ts";
import { command, readFolder, STACK } from "./command.ts";
import { callsOf, embedded, reportIssues, TRANSPORTS, temporaryFolder } from "./support.ts";

beforeAll(build);

describe("the built command without a URL", () => {
  it("finds the embedded seller conformant and leaves a report, the exchanges and the journal", async () => {
    const cwd = temporaryFolder();
    const { code, stdout, stderr } = await command(["run", "--seed", "1"], { cwd });
    expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.not.stringMatching(STACK) });
    expect(stdout).toMatch(/^verdict: conformant$/m);

    const [name] = readdirSync(join(cwd, "reports"));
    expect(stdout).toContain(`report: ${join("reports", name!)}`);
    const folder = readFolder(join(cwd, "reports", name!));
    const report = folder.report();
    expect(reportIssues(report)).toBeNull();
    expect(report).toMatchObject({ verdict: "conformant", security: "clean", seed: 1 });
    expect(report.totals.must).toMatchObject({ failed: 0, not_tested: 0 });
    expect(report.totals.must.passed).toBeGreaterThan(50);

    const exchanges = folder.exchanges();
    // Calls that overlap end in another order than they began.
    const numbers = exchanges.map(({ n }) => n).toSorted((a, b) => a - b);
    expect(numbers).toEqual(exchanges.map((_, index) => index + 1));
    expect(exchanges).toHaveLength(report.totals.requests);
    const journal = folder.journal();
    expect(journal.at(0)).toMatchObject({ type: "start", run_id: report.run_id, account: report.target.account });
    expect(journal.at(-1)).toMatchObject({ type: "end", left_behind: report.account.left_behind });
    const announced = journal.filter(({ type }) => type === "write").map((entry) => entry["idempotency_key"]);
    const sent = callsOf(exchanges)
      .filter((args) => "event_sources" in args || "delete_missing" in args)
      .map((args) => args["idempotency_key"]);
    expect(announced).toEqual(expect.arrayContaining(sent.filter((key) => typeof key === "string")));
  });

  it.each(TRANSPORTS)(
    "asks it over %s for the token that was given, and keeps it out of every file",
    async (transport) => {
      const cwd = temporaryFolder();
      const env = { ADCP_TOKEN: "a-token-nobody-should-see" };
      const args = ["run", "--out", "out", "--only", "discovery", "--transport", transport];
      const { code, stdout, stderr } = await command(args, { cwd, env });
      expect(code).toBe(0);
      expect(readFolder(join(cwd, "out")).report().target.transport).toBe(transport);
      const { readFileSync } = await import("node:fs");
      const files = readdirSync(join(cwd, "out")).map((name) => readFileSync(join(cwd, "out", name), "utf8"));
      expect([stdout, stderr, ...files].join("\n")).not.toContain(env.ADCP_TOKEN);
    },
  );

  it("writes one report and nothing else to standard output with --out -", async () => {
    const cwd = temporaryFolder();
    const { code, stdout, stderr } = await command(["run", "--out", "-", "--format", "json", "--only", "upsert"], {
      cwd,
    });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(reportIssues(JSON.parse(stdout))).toBeNull();
    expect(readdirSync(cwd)).toEqual([]);
  });
});

describe("the built command on a seller", () => {
  it("exits with 1 when a must is broken, and the report is one of that seller", async () => {
    const seller = await embedded({ fault: "create-not-stored" });
    const cwd = temporaryFolder();
    const args = ["run", seller.url, "--account", "acct_demo", "--out", "out", "--only", "upsert", "--seed", "7"];
    const { code, stdout, stderr } = await command(args, { cwd });
    expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.not.stringMatching(STACK) });
    expect(stdout).toMatch(/^verdict: non_conformant \(\d+ must rules? failed\)$/m);
    const report = readFolder(join(cwd, "out")).report();
    expect(reportIssues(report)).toBeNull();
    expect(report.target).toMatchObject({ url: seller.url, account: { account_id: "acct_demo" }, release: "3.1" });
    const rule = report.rules.find(({ id }) => id === "UPS-02");
    expect(rule).toMatchObject({ verdict: "failed" });
    const numbers = rule!.findings[0]!.exchanges;
    expect(report.exchanges.map(({ n }) => n)).toEqual(expect.arrayContaining(numbers));
  });

  it("finds out that a URL speaks A2A, takes a sandbox account, and looks at the other endpoint", async () => {
    const seller = await embedded();
    const cwd = temporaryFolder();
    const only = "upsert,discovery,parity,a2a";
    const args = ["run", seller.a2aUrl, "--also", seller.url, "--out", "out", "--only", only];
    const { code, stderr } = await command(args, { cwd });
    expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.not.stringMatching(STACK) });
    const report = readFolder(join(cwd, "out")).report();
    expect(reportIssues(report)).toBeNull();
    expect(report.target).toMatchObject({ transport: "a2a", account: { account_id: "acct_sandbox" } });
    expect(report.rules.find(({ id }) => id === "A2A-05")?.verdict).toBe("passed");
  });

  it("goes to its replicas in turn, and tells which of them disagree", async () => {
    const [one, other] = [await embedded(), await embedded()];
    const cwd = temporaryFolder();
    const args = ["run", one.url, "--replica", other.url, "--account", "acct_demo", "--out", "out", "--only", "upsert"];
    const { code, stdout } = await command(args, { cwd });
    expect(code).toBe(1);
    expect(stdout.replaceAll(/\s+/g, " ")).toContain(`replicas ${one.url} and ${other.url}`);
  });

  it("plans without a write and without a folder", async () => {
    const seller = await embedded({ accounts: { acct_demo: [{ event_source_id: "shop_pixel", name: "Shop" }] } });
    const cwd = temporaryFolder();
    const before = seller.seller.sources("acct_demo");
    const args = ["run", seller.url, "--account", "acct_demo", "--plan"];
    const { code, stdout } = await command(args, { cwd });
    expect(code).toBe(0);
    expect(stdout).toMatch(/mode: limited: .*shop_pixel.*--allow-destructive/s);
    expect(stdout).toContain("Nothing was written.");
    expect(seller.seller.sources("acct_demo")).toEqual(before);
    expect(readdirSync(cwd)).toEqual([]);
    const asJson = await command([...args, "--format", "json"], { cwd });
    expect(JSON.parse(asJson.stdout)).toMatchObject({ mode: "limited", foreign: [{ event_source_id: "shop_pixel" }] });
  });
});
