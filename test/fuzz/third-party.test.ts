import { describe, expect, onTestFinished, test } from "vitest";
import { fuzzing } from "../../src/fuzz/fuzz.ts";
import { rulesThat, runAgainst } from "../run/support.ts";
import { startAdcpSdkSeller } from "../sellers/adcp-sdk.ts";
import { startMcpSdkSeller } from "../sellers/mcp-sdk.ts";

/** What generated calls alone find on a seller that is not ours underneath. */
async function found(start: typeof startAdcpSdkSeller | typeof startMcpSdkSeller) {
  const seller = await start();
  onTestFinished(() => seller.close());
  const { result } = await runAgainst(seller.url, seller.account, {
    secondAccount: seller.secondAccount,
    phase: fuzzing({ runs: 12, edges: 250, maxRequests: 1500 }),
    phaseOnly: true,
  });
  expect(result.harness_errors).toEqual([]);
  expect(result.fuzz?.runs).toBe(12);
  return [rulesThat(result, "failed").toSorted(), rulesThat(result, "warned").toSorted()];
}

describe("generated calls find on sellers of third parties what the scenarios find", () => {
  test("on @adcp/sdk", async () => {
    const [failed, warned] = await found(startAdcpSdkSeller);
    expect(failed).toEqual(["ERR-06"]);
    expect(["ERR-02-PRESENT", "ERR-03"]).toEqual(expect.arrayContaining(warned ?? []));
  });

  test("on @modelcontextprotocol/sdk", async () => {
    expect(await found(startMcpSdkSeller)).toEqual([[], ["CTX-02-EARLY"]]);
  });
});
