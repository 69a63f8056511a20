import { describe, expect, it } from "vitest";
import type { SellerOptions } from "../../fixtures/seller/start.ts";
import type { Release } from "../../src/validation/release.ts";
import { sample } from "../sample.ts";
import { script } from "./script.ts";
import { callsOf, findings, type Kind, type Outcome, rulesThat, runEmbedded, TRANSPORTS } from "./support.ts";

describe.each(TRANSPORTS)("a seed over %s", (transport) => {
  it("gives the same calls again, under fresh keys and ids", async () => {
    const [one, two] = [await runEmbedded({}, { transport, seed: 42 }), await runEmbedded({}, { transport, seed: 42 })];
    expect(script(one)).toEqual(script(two));
    expect(one.result.run_id).not.toBe(two.result.run_id);
    const keys = (outcome: Outcome) => new Set(callsOf(outcome.exchanges).map((args) => args["idempotency_key"]));
    const shared = [...keys(one)].filter((key) => keys(two).has(key) && typeof key === "string" && key.length === 36);
    expect(shared).toEqual([]);
    expect(one.result.rules.map(({ id, verdict }) => [id, verdict])).toEqual(
      two.result.rules.map(({ id, verdict }) => [id, verdict]),
    );
  });

  it("other than that gives other values", async () => {
    const [one, two] = [await runEmbedded({}, { transport, seed: 1 }), await runEmbedded({}, { transport, seed: 2 })];
    expect(script(one)).not.toEqual(script(two));
  });
});

describe("the embedded seller gives no finding", () => {
  const seeds = Array.from({ length: 20 }, (_, n) => ({ seed: n * 1_000_003, transport: TRANSPORTS[(n >> 1) % 2]! }));
  it.each(sample(seeds))("with seed $seed over $transport", async ({ seed, transport }) => {
    const { result, code } = await runEmbedded({}, { seed, transport });
    expect({ code, findings: findings(result), not_tested: rulesThat(result, "not_tested") }).toMatchObject({
      code: 0,
      findings: [],
    });
    expect(result.harness_errors).toEqual([]);
  });

  it.each([
    ["3.0", {}],
    ["3.2", {}],
    ["3.1", { sessions: true }],
    ["3.1", { stream: true }],
    ["3.2", { sessions: true, stream: true }],
    ["3.0", {}, "a2a"],
    ["3.2", {}, "a2a"],
    ["3.1", { a2a: ["0.3"] }, "a2a"],
  ] as [Release, SellerOptions, Kind?][])("in release %s, served with %o", async (release, options, transport) => {
    for (const seed of [5, 6]) {
      const { result, code } = await runEmbedded(
        { release, ...options },
        { release, seed, ...(transport && { transport }) },
      );
      expect({ code, findings: findings(result), release: result.target.release }).toEqual({
        code: 0,
        findings: [],
        release,
      });
    }
  });

  it("with a second account, and keeps within its requests", async () => {
    const { result, code } = await runEmbedded({}, { secondAccount: { account_id: "acct_second" } });
    expect({ code, findings: findings(result) }).toEqual({ code: 0, findings: [] });
    expect(result.requests).toBeLessThan(600);
  });
});
