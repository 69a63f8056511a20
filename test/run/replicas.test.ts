import { describe, expect, it, onTestFinished } from "vitest";
import { freshState } from "../../fixtures/seller/accounts.ts";
import { type SellerOptions, startSeller } from "../../fixtures/seller/start.ts";
import { rotate } from "../../src/transport/rotating.ts";
import { createOver, findings, type Kind, runAgainst, TRANSPORTS } from "./support.ts";

/** Two replicas of the embedded seller, behind one transport. */
async function runOnReplicas(transport: Kind, options: SellerOptions = {}) {
  const pair = [await startSeller(options), await startSeller(options)] as const;
  for (const seller of pair) onTestFinished(() => seller.close());
  const urls = pair.map((seller) => (transport === "a2a" ? seller.a2aUrl : seller.url)) as [string, string];
  const outcome = await runAgainst(urls[0], pair[0].account, {
    replicas: true,
    connect: (hooks) => {
      const [first, second] = urls.map((url) => createOver[transport]({ url, ...hooks }));
      return rotate(first!, second!);
    },
  });
  return { ...outcome, pair, urls };
}

describe.each(TRANSPORTS)("two replicas over %s", (transport) => {
  it("with memory of their own are found out, and the findings name the pair", async () => {
    const { result, code, urls } = await runOnReplicas(transport);
    expect(code).toBe(1);
    expect(result.harness_errors).toEqual([]);
    const split = result.rules.flatMap((rule) =>
      rule.findings.filter(({ message }) => urls.every((url) => message.includes(url))),
    );
    expect(split.length).toBeGreaterThan(0);
    expect(findings(result).join("\n")).toMatch(/failed UPS-02: .*the replicas http:\S+ and http:\S+\)/);
  });

  it("with one state between them give no finding", async () => {
    const { result, code, pair, exchanges, urls } = await runOnReplicas(transport, { state: freshState() });
    expect({ code, findings: findings(result), reason: result.reason }).toEqual({
      code: 0,
      findings: [],
      reason: undefined,
    });
    for (const url of urls)
      expect(exchanges.filter(({ tool, request }) => tool && request.url === url).length).toBeGreaterThan(100);
    expect(pair[0].seller.state).toBe(pair[1].seller.state);
  });
});
