import { isDeepStrictEqual } from "node:util";
import { describe, expect, it } from "vitest";
import { FAULTS } from "../../fixtures/faults/index.ts";
import { FREE_NAME, SENTINEL_ID } from "../../src/engine/lease.ts";
import { sample } from "../sample.ts";
import { buyersOn, dangerousCalls, OTHER_IDS, OTHERS, othersOn, watch } from "./others.ts";
import { embedded, onTerminal, rulesThat, runOn, TRANSPORTS } from "./support.ts";

/** What gives the lease back. */
const released = { event_source_id: SENTINEL_ID, name: FREE_NAME };
const accounts = { acct_demo: OTHERS };

describe.each(TRANSPORTS)("a run on an account that holds sources of others, over %s", (transport) => {
  it("sends nothing that could harm them, makes ten sources at most, and says what it could not test and why", async () => {
    const seller = await embedded({ accounts });
    const before = othersOn(seller);
    const { result, report, code, exchanges } = await runOn(seller, { transport });

    expect(dangerousCalls(exchanges)).toEqual([]);
    expect(othersOn(seller)).toEqual(before);
    expect(
      seller.seller.sources("acct_demo").filter(({ managed_by }) => managed_by === "seller").length,
    ).toBeGreaterThan(0);

    const own = buyersOn(seller).filter((id) => !OTHER_IDS.includes(id));
    expect(own.length).toBeLessThanOrEqual(10);
    expect(result.account.left_behind.map(({ event_source_id }) => event_source_id).toSorted()).toEqual(own.toSorted());
    for (const { reason } of result.account.left_behind) expect(reason).toMatch(/shop_pixel.*--allow-destructive/);

    expect({ code, verdict: result.verdict, failed: rulesThat(result, "failed", "warned") }).toEqual({
      code: 3,
      verdict: "inconclusive",
      failed: [],
    });
    const untested = result.rules.filter(({ id }) => ["DEL-01", "DEL-03", "DEL-05", "DEL-06", "REQ-06"].includes(id));
    expect(untested).toHaveLength(5);
    for (const rule of untested) {
      expect(rule.verdict).toBe("not_tested");
      for (const id of OTHER_IDS) expect(rule.reason).toContain(id);
      expect(rule.reason).toContain("--allow-destructive");
    }
    // What does not delete is tested all the same.
    expect(rulesThat(result, "passed")).toEqual(
      expect.arrayContaining(["UPS-01", "UPS-02", "UPS-04", "DSC-01", "REQ-01"]),
    );
    expect(onTerminal(report)).toMatch(/Left behind on the account[\s\S]*cf_sentinel/);
  });

  it("a second run uses the ten sources again", async () => {
    const seller = await embedded({ accounts });
    await runOn(seller, { transport });
    const first = buyersOn(seller).toSorted();
    const { result, exchanges } = await runOn(seller, { transport, seed: 2 });
    expect(dangerousCalls(exchanges)).toEqual([]);
    expect(buyersOn(seller).toSorted()).toEqual(first);
    expect(rulesThat(result, "failed", "warned")).toEqual([]);
  });

  it("does not risk what discovery calls the buyer's, although --seller-managed names it", async () => {
    const seller = await embedded({ accounts });
    const before = othersOn(seller);
    const { exchanges } = await runOn(seller, { transport, sellerManaged: OTHER_IDS });
    expect(dangerousCalls(exchanges)).toEqual([]);
    expect(othersOn(seller)).toEqual(before);
  });

  it("does not take what the seller manages for somebody's", async () => {
    const seller = await embedded();
    const { result } = await runOn(seller, { transport });
    expect(result.verdict).toBe("conformant");
    expect(result.account.before?.map(({ managed_by }) => managed_by)).toContain("seller");
  });
});

describe("what is not shown, or shown as the seller's, is not deleted either", () => {
  it.each([
    "discovery-hides-buyer-sources",
    "discovery-answers-empty-list",
    "discovery-lists-only-sources-with-events",
  ])("%s", async (fault) => {
    const seller = await embedded({ accounts, fault });
    const before = othersOn(seller);
    const { code, exchanges, result } = await runOn(seller);
    expect(dangerousCalls(exchanges)).toEqual([]);
    expect(othersOn(seller)).toEqual(before);
    expect(code).toBe(1);
    // What was made and cannot be seen is told, since somebody has to remove it.
    expect(result.account.left_behind.map(({ event_source_id }) => event_source_id)).toEqual(
      expect.arrayContaining(buyersOn(seller).filter((id) => !OTHER_IDS.includes(id))),
    );
  });
});

const GROUPS = [
  "discovery",
  "seller-managed",
  "upsert",
  "batches",
  "duplicates",
  "results",
  "delete-missing",
  "deletions",
  "requests",
  "accounts",
  "idempotency",
  "conflicts",
];

/** Suites that write; the others send no other kinds of calls. */
const WRITING = ["discovery", "upsert", "duplicates", "delete-missing", "requests", "accounts", "idempotency"];

/** The guard does not know which transport it stands before: of the second one a sample will do. */
const PLAYED = FAULTS.filter(({ suite }) => GROUPS.includes(suite)).flatMap(({ name }, n) => [
  { name, transport: "mcp" as const },
  ...(n % 12 === 0 ? [{ name, transport: "a2a" as const }] : []),
]);

describe("no defect costs others their sources", () => {
  it.each(sample(PLAYED))("$name over $transport", async ({ name: fault, transport }) => {
    const seller = await embedded({ accounts, fault });
    const watched = watch(seller);
    const { exchanges, result } = await runOn(seller, {
      transport,
      client: { timeoutMs: 2_000 },
      maxWait: 1,
      only: WRITING,
      onExchange: watched.see,
    });
    expect(dangerousCalls(exchanges)).toEqual([]);
    expect(result.harness_errors).toEqual([]);
    if (watched.harmed.length === 0) return;
    // A plain upsert, or looking, does harm: the run sees it and stops at once, with one call about its own lease at most.
    const after = watched.writesAfter().map((args) => args["event_sources"]);
    expect(after).toEqual(after.length === 0 ? [] : [[expect.objectContaining({ event_source_id: SENTINEL_ID })]]);
    const byRelease = isDeepStrictEqual(watched.writesBefore().at(-1)?.["event_sources"], [released]);
    if (!byRelease) expect(result.reason).toMatch(/stopped at once/);
    expect(result.account.left_behind.map(({ event_source_id }) => event_source_id)).toEqual(
      expect.arrayContaining(watched.harmed),
    );
  });
});
