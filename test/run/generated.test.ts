import { describe, expect, it } from "vitest";
import { fuzzing } from "../../src/fuzz/fuzz.ts";
import { findings, rulesThat, runEmbedded, TRANSPORTS } from "./support.ts";

describe.each(TRANSPORTS)("generated calls over %s", (transport) => {
  const choices = () => ({
    transport,
    phase: fuzzing({ runs: 15, edges: 40, maxRequests: 600 }),
    phaseOnly: true as const,
    seed: 11,
  });

  it("find nothing on the embedded seller", async () => {
    const { result, code } = await runEmbedded({}, choices());
    expect({ code, findings: findings(result), errors: result.harness_errors }).toEqual({
      code: 0,
      findings: [],
      errors: [],
    });
    expect(result.fuzz?.requests).toBeGreaterThan(50);
  });

  it("find a defect, and the calls that show it", async () => {
    const { result, code } = await runEmbedded({ fault: "update-not-stored" }, choices());
    expect(code).toBe(1);
    expect(rulesThat(result, "failed")).toContain("UPS-04");
    expect(result.rules.find(({ id }) => id === "UPS-04")!.findings[0]).toMatchObject({ phase: "fuzz" });
  });
});
