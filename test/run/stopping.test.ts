import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { beforeAll, describe, expect, it } from "vitest";
import type { RunningSeller } from "../../fixtures/seller/start.ts";
import { FREE_NAME, SENTINEL_ID } from "../../src/engine/lease.ts";
import { build } from "./built.ts";
import { command, type Ended, readFolder, STACK, type Started, start } from "./command.ts";
import { before } from "./front.ts";
import { buyersOn, dangerousCalls, OTHER_IDS, OTHERS, othersOn } from "./others.ts";
import { embedded, type Kind, reportIssues, temporaryFolder } from "./support.ts";

beforeAll(build);

/** Enough that a run is in the midst of its scenarios, with sources of its own on the account. */
const WRITES = 25;

interface Midway {
  cwd: string;
  seller: RunningSeller;
  running: Started;
  url: string;
}

interface Circumstances {
  accounts?: Record<string, typeof OTHERS>;
  held?: boolean;
  /** What the URL speaks: the command finds it out. */
  transport?: Kind;
  command?: "run" | "fuzz";
}

/** A run of the command on a seller that takes its time, when it has written a good deal. */
async function midway(circumstances: Circumstances = {}): Promise<Midway> {
  const { accounts = {}, held = false, transport = "mcp", command: word = "run" } = circumstances;
  const seller = await embedded({ accounts });
  const cwd = temporaryFolder();
  let come = () => {};
  const there = new Promise<void>((resolve) => {
    come = resolve;
  });
  const url = await before(
    seller,
    async ({ writes, stage }) => {
      if (writes >= WRITES) come();
      // Held: from then on nothing is answered. Otherwise it only takes a while.
      if (held && writes >= WRITES) return true;
      if (stage === "middle") await delay(5);
      return false;
    },
    transport,
  );
  const running = start([word, url, "--account", "acct_demo", "--out", "out", "--seed", "3"], { cwd });
  await Promise.race([
    there,
    running.ended.then(({ stderr }) => Promise.reject(new Error(`it ended before: ${stderr}`))),
  ]);
  return { cwd, seller, running, url };
}

const nameOf = (seller: RunningSeller, id: string) =>
  seller.seller.sources("acct_demo").find(({ event_source_id }) => event_source_id === id)?.fields.name;

describe("a signal in the middle of a run", () => {
  it.each([
    ["SIGINT", "mcp"],
    ["SIGTERM", "a2a"],
  ] as const)(
    "%s, over %s: the account is put in order, the report written, exit code 3",
    async (signal, transport) => {
      const { cwd, seller, running } = await midway({ transport });
      running.child.kill(signal);
      const { code, stdout, stderr }: Ended = await running.ended;
      expect({ code, stderr }).toMatchObject({ code: 3, stderr: expect.stringContaining("Stopping") });
      expect(stderr).not.toMatch(STACK);
      expect(stdout).toMatch(/^verdict: inconclusive \(the run was interrupted\)$/m);
      const report = readFolder(join(cwd, "out")).report();
      expect(reportIssues(report)).toBeNull();
      expect(report).toMatchObject({ verdict: "inconclusive", reason: "the run was interrupted" });
      expect(report.totals.must.not_tested).toBeGreaterThan(0);
      expect(buyersOn(seller)).toEqual([SENTINEL_ID]);
      expect(nameOf(seller, SENTINEL_ID)).toBe(FREE_NAME);
    },
  );

  it("a second one ends it at once; cleanup can follow", async () => {
    const { cwd, seller, running } = await midway({ held: true });
    running.child.kill("SIGINT");
    let said = "";
    await new Promise<void>((resolve) => {
      running.child.stderr!.on("data", (text) => {
        said += text;
        if (said.includes("Stopping")) resolve();
      });
    });
    running.child.kill("SIGINT");
    const { code } = await running.ended;
    expect(code).toBe(130);
    expect(readFolder(join(cwd, "out")).has("journal.ndjson")).toBe(true);
    expect(buyersOn(seller)).toContain(SENTINEL_ID);
  });
});

describe("a run that was killed", () => {
  it.each([
    ["run", "mcp"],
    ["run", "a2a"],
    ["fuzz", "mcp"],
  ] as const)(
    "%s over %s is cleaned up after by its folder: nothing of it is left, exit code 0",
    async (word, transport) => {
      const { cwd, seller, running } = await midway({ transport, command: word });
      running.child.kill("SIGKILL");
      expect(await running.ended).toMatchObject({ signal: "SIGKILL" });
      const left = buyersOn(seller).filter((id) => id !== SENTINEL_ID);
      expect(left.length).toBeGreaterThan(0);

      const { code, stdout, stderr } = await command(["cleanup", "out"], { cwd });
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      for (const id of left) expect(stdout).toContain(id);
      expect(buyersOn(seller)).toEqual([SENTINEL_ID]);
      expect(nameOf(seller, SENTINEL_ID)).toBe(FREE_NAME);
      expect(await command(["cleanup", "out"], { cwd })).toMatchObject({ code: 0, stdout: "removed: nothing\n" });
    },
  );

  it("on an account of others, cleanup deletes nothing, names what it left, and exits with 3", async () => {
    const { cwd, seller, running } = await midway({ accounts: { acct_demo: OTHERS } });
    running.child.kill("SIGKILL");
    await running.ended;
    const others = othersOn(seller);
    const left = buyersOn(seller).filter((id) => !OTHER_IDS.includes(id) && id !== SENTINEL_ID);
    expect(dangerousCalls(readFolder(join(cwd, "out")).exchanges())).toEqual([]);
    const { code, stdout, stderr } = await command(["cleanup", "out"], { cwd });
    expect({ code, stderr }).toEqual({ code: 3, stderr: "" });
    for (const id of left) expect(stdout).toContain(id);
    expect(stdout).toMatch(/shop_pixel/);
    expect(othersOn(seller)).toEqual(others);
    expect(nameOf(seller, SENTINEL_ID)).toBe(FREE_NAME);
  });

  it("cleanup of a folder that holds no run says so", async () => {
    const cwd = temporaryFolder();
    const { code, stderr } = await command(["cleanup", "."], { cwd });
    expect(code).toBe(2);
    expect(stderr).toMatch(/journal\.ndjson does not exist/);
    expect(stderr).not.toMatch(STACK);
  });
});
