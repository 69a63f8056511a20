import { describe, expect, test } from "vitest";
import sandbox from "../../suites/sandbox.ts";
import { play } from "./play.ts";

const byId = { account_id: "acct_sandbox" };
const byName = { brand: { domain: "acme.example" }, operator: "agency.example" };

describe("sandbox", () => {
  test.each([
    ["SBX-01", "sandbox-not-said"],
    ["SBX-02", "sandbox-checks-nothing"],
    ["SBX-03", "sandbox-said-always"],
    ["SBX-04", "dry-run-header-honoured"],
  ])("%s sees %s", async (rule, fault) => {
    const { rule: of } = await play([sandbox], { fault });
    expect(of(rule).verdict).toBe(of(rule).level === "must" ? "failed" : "warned");
  });

  test.each([
    [byId, "SBX-01"],
    [{ ...byName, sandbox: true }, "SBX-01"],
    [{ account_id: "acct_demo" }, "SBX-03"],
    [byName, "SBX-03"],
  ])("the account %o is known for what it is, and %s passes", async (account, rule) => {
    const { found, rule: of } = await play([sandbox], { account });
    expect(found).toEqual([]);
    const other = rule === "SBX-01" ? "SBX-03" : "SBX-01";
    expect([of(rule).verdict, of(other).verdict, of("SBX-04").verdict]).toEqual(["passed", "not_applicable", "passed"]);
    expect(of("SBX-02").verdict).toBe(rule === "SBX-01" ? "passed" : "not_applicable");
  });

  test("an account of which nobody says what it is, is not judged", async () => {
    const { found, rule } = await play([sandbox], { variant: "lazily-made-accounts" });
    expect(found).toEqual([]);
    expect(rule("SBX-03")).toMatchObject({
      verdict: "not_applicable",
      reason: expect.stringContaining("list_accounts"),
    });
  });

  test.each(["sandbox-false-said", "everything-fails-one-by-one", "invalid-input-refused-by-protocol"])(
    "nothing is found on %s",
    async (variant) => {
      for (const account of [byId, { account_id: "acct_demo" }]) {
        expect((await play([sandbox], { variant, account })).found).toEqual([]);
      }
    },
  );
});
