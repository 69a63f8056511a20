import { describe, expect, it } from "vitest";
import { FREE_NAME, leaseName, SENTINEL_ID } from "../../src/engine/lease.ts";
import { buyersOn, OTHER_IDS, OTHERS, othersOn, watch } from "./others.ts";
import { callsOf, embedded, findings, runOn, TRANSPORTS, writesOf } from "./support.ts";

const sentinelOn = (seller: Awaited<ReturnType<typeof embedded>>) =>
  seller.seller.sources("acct_demo").find(({ event_source_id: id }) => id === SENTINEL_ID)?.fields.name;

const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000);

describe.each(TRANSPORTS)("an account after a run over %s", (transport) => {
  it("that began empty holds the sentinel alone, released, and says why", async () => {
    const seller = await embedded();
    const { code, result } = await runOn(seller, { transport });
    expect(code).toBe(0);
    expect(buyersOn(seller)).toEqual([SENTINEL_ID]);
    expect(sentinelOn(seller)).toBe(FREE_NAME);
    expect(result.account.left_behind).toEqual([
      { event_source_id: SENTINEL_ID, reason: expect.stringMatching(/at least one source/) },
    ]);
    expect(result.account.after?.map(({ event_source_id }) => event_source_id)).toContain(SENTINEL_ID);
  });

  it("loses what earlier runs left behind", async () => {
    const leftovers = ["cf_0badcafe_001", "cf_0badcafe_002", "CF_0BADCAFE_003"].map((id) => ({ event_source_id: id }));
    const seller = await embedded({ accounts: { acct_demo: leftovers } });
    const { code, result } = await runOn(seller, { transport });
    expect({ code, findings: findings(result) }).toEqual({ code: 0, findings: [] });
    expect(buyersOn(seller)).toEqual([SENTINEL_ID]);
  });

  it("can be run on again, with the same verdict, as often as one likes", async () => {
    const seller = await embedded();
    for (const seed of [1, 1, 2]) {
      const { code, result } = await runOn(seller, { transport, seed });
      expect({ code, findings: findings(result) }).toEqual({ code: 0, findings: [] });
      expect(buyersOn(seller)).toEqual([SENTINEL_ID]);
    }
  });

  it("is as it was on the second account too", async () => {
    const seller = await embedded({ accounts: { acct_second: [{ event_source_id: "cf_0badcafe_001" }] } });
    const { code, result } = await runOn(seller, { transport, secondAccount: seller.secondAccount });
    expect({ code, findings: findings(result) }).toEqual({ code: 0, findings: [] });
    expect(buyersOn(seller, "acct_second").filter((id) => id !== SENTINEL_ID)).toEqual([]);
  });

  it("a second account that holds sources of others is not risked", async () => {
    const seller = await embedded({
      accounts: { acct_second: OTHERS },
      fault: "delete-missing-reaches-other-accounts",
    });
    const { code, result } = await runOn(seller, { transport, secondAccount: seller.secondAccount });
    expect(
      othersOn(seller, "acct_second")
        .map(({ event_source_id }) => event_source_id)
        .toSorted(),
    ).toEqual(OTHER_IDS.toSorted());
    expect({ code, findings: findings(result) }).toEqual({ code: 3, findings: [] });
  });
});

describe.each(TRANSPORTS)("--plan over %s", (transport) => {
  it("writes nothing, on an account of ours and on one of others", async () => {
    for (const sources of [[], OTHERS]) {
      const seller = await embedded({ accounts: { acct_demo: sources } });
      const { exchanges, events, result } = await runOn(seller, { transport, planOnly: true });
      expect(writesOf(exchanges)).toEqual([]);
      expect(events.map(({ type }) => type)).toContain("planned");
      expect(result.account.left_behind).toEqual([]);
    }
  });
});

describe("--allow-destructive", () => {
  it.each(TRANSPORTS)(
    "tests everything on a correct seller and gives others their sources back as they were, over %s",
    async (transport) => {
      const seller = await embedded({ accounts: { acct_demo: OTHERS } });
      const before = othersOn(seller);
      const { code, result } = await runOn(seller, { transport, allowDestructive: true });
      expect({ code, findings: findings(result), reason: result.reason }).toEqual({ code: 0, findings: [] });
      expect(othersOn(seller)).toEqual(before);
      expect(buyersOn(seller).toSorted()).toEqual(OTHER_IDS.toSorted());
      expect(result.account.left_behind).toEqual([]);
    },
  );

  it.each([
    "upsert-drops-unlisted",
    "upsert-drops-unlisted-silently",
    "delete-missing-removes-listed",
    "delete-missing-keeps-only-first-listed",
    "delete-missing-runs-on-discovery",
    "empty-list-deletes-everything",
    "update-spills-over",
    "update-loses-name",
    "update-ignores-allowed-domains",
    "create-evicts-oldest",
    "discovery-normalises-stored-names",
  ])("on a seller with %s puts back what it can, and lists the rest", async (fault) => {
    const seller = await embedded({ accounts: { acct_demo: OTHERS }, fault });
    const watched = watch(seller);
    const { code, result } = await runOn(seller, { allowDestructive: true });
    expect(code).toBe(1);
    const listed = result.account.left_behind.map(({ event_source_id }) => event_source_id);
    expect(listed).toEqual(expect.arrayContaining(watched.harmed));
    for (const { reason } of result.account.left_behind) expect(reason).not.toBe("");
  });
});

describe("the lease", () => {
  const holding = (name: string) => embedded({ accounts: { acct_demo: [{ event_source_id: SENTINEL_ID, name }] } });

  it("of another run that is younger than a quarter of an hour stops a run before it writes", async () => {
    for (const minutes of [0, 14]) {
      const seller = await holding(leaseName("0badcafe", minutesAgo(minutes)));
      const { code, result, exchanges } = await runOn(seller);
      expect(code).toBe(3);
      expect(result.reason).toMatch(/another run \(0badcafe\).*--force/);
      expect(writesOf(exchanges)).toEqual([]);
    }
  });

  it.each([
    ["an old one", leaseName("0badcafe", minutesAgo(16))],
    ["one from a clock that is far ahead", leaseName("0badcafe", minutesAgo(-60))],
    ["a released one", FREE_NAME],
    ["a sentinel with a name that nobody can read", "adcp-conformance lease 0badcafe some-time-ago"],
  ])("%s does not", async (_, name) => {
    const seller = await holding(name);
    const { code } = await runOn(seller, { only: ["discovery", "upsert"] });
    expect(code).toBe(0);
    expect(sentinelOn(seller)).toBe(FREE_NAME);
  });

  it("is passed over with --force", async () => {
    const seller = await holding(leaseName("0badcafe", minutesAgo(1)));
    const { code } = await runOn(seller, { force: true, only: ["upsert"] });
    expect(code).toBe(0);
  });

  it("names the run at work while it is at work", async () => {
    const seller = await embedded();
    const names = new Set<unknown>();
    const { result } = await runOn(seller, {
      only: ["upsert"],
      onExchange: () => names.add(sentinelOn(seller)),
    });
    expect([...names].some((name) => String(name).startsWith(`adcp-conformance lease ${result.run_id} `))).toBe(true);
  });

  it.each([1, 2, 3])("keeps two runs that start at the same time apart (%i)", async (seed) => {
    const seller = await embedded({ variant: "waits-for-call-in-flight" });
    const both = await Promise.all([
      runOn(seller, { seed, only: ["upsert", "delete-missing"] }),
      runOn(seller, { seed: seed + 10, only: ["upsert", "delete-missing"] }),
    ]);
    const stopped = both.filter(({ result }) => /another run/.test(result.reason ?? ""));
    expect(stopped.length).toBeGreaterThan(0);
    for (const one of stopped) {
      expect(one.code).toBe(3);
      // It removed nothing, since that would hit the other run's sources, and it lists what it had made itself.
      const written = writesOf(one.exchanges).flatMap((args) => args["event_sources"] as { event_source_id: string }[]);
      const own = new Set(written.map(({ event_source_id: id }) => id).filter((id) => id !== SENTINEL_ID));
      for (const id of own) expect(id).toMatch(new RegExp(`^cf_${one.result.run_id}_`));
      const listed = one.result.account.left_behind.map(({ event_source_id }) => event_source_id);
      expect(listed).toEqual(expect.arrayContaining(buyersOn(seller).filter((id) => own.has(id))));
      expect(callsOf(one.exchanges).filter((args) => args["delete_missing"] === true)).toEqual([]);
    }
    for (const { result } of both) expect(findings(result)).toEqual([]);
  });
});
