import { describe, expect, test } from "vitest";
import type { SellerFacts } from "../../src/engine/seller.ts";
import authentication from "../../suites/authentication.ts";
import authorization from "../../suites/authorization.ts";
import { play } from "./play.ts";

describe("authentication", () => {
  test.each([
    ["AUT-01", "calls-without-credentials-served"],
    ["AUT-01", "discovery-without-credentials-served"],
    ["AUT-01", "intruders-refused-too-late"],
    ["AUT-01", "refusal-tells-the-sources"],
    ["AUT-02", "any-credential-served"],
    ["AUT-02", "intruders-refused-too-late"],
    ["AUT-03", "no-challenge"],
    ["AUT-04", "authentication-code-is-own"],
    ["AUT-04", "wrong-credentials-are-missing"],
    ["AUT-05", "credential-echoed"],
    ["AUT-05", "credential-stored-and-shown"],
    ["AUT-05-CODE", "credential-in-arguments-taken"],
    ["AUT-07", "signatures-declared-and-not-asked-for"],
    ["AUT-08", "any-known-caller-served"],
    ["AUT-08", "strangers-write-and-are-refused"],
    ["ACC-08", "foreign-accounts-told-from-unknown-ones"],
    ["CAP-10", "capabilities-need-credentials"],
    ["CAP-10", "capabilities-need-key"],
  ])("%s sees %s, over MCP and A2A", async (rule, fault) => {
    const over = await play([authentication, authorization], { fault, transport: "a2a" });
    expect(over.rule(rule).verdict).toBe(over.rule(rule).level === "must" ? "failed" : "warned");
    const { rule: of } = await play([authentication, authorization], { fault });
    expect(of(rule).verdict).toBe(of(rule).level === "must" ? "failed" : "warned");
  });

  test.each([
    { release: "3.0" },
    { release: "3.1" },
    { release: "3.2" },
    { variant: "sessions" },
    { variant: "event-streams" },
    { variant: "credentials-refused-by-gateway" },
    { transport: "a2a" },
    { transport: "a2a", variant: "a2a-0-3" },
    { transport: "a2a", variant: "tasks-still-working" },
  ] as const)("nothing is found on a correct seller that asks for a token: %o", async (options) => {
    const { found, rule } = await play([authentication, authorization], { ...options, token: true, stranger: true });
    expect(found).toEqual([]);
    for (const id of ["AUT-01", "AUT-02", "AUT-03", "AUT-05", "AUT-08", "ACC-08", "CAP-10"])
      expect(rule(id).verdict).toBe("passed");
  });

  test("without credentials their rules do not apply, and capabilities are still from anybody", async () => {
    const { found, rule } = await play([authentication]);
    expect(found).toEqual([]);
    for (const id of ["AUT-01", "AUT-02", "AUT-04"]) {
      expect(rule(id)).toMatchObject({ verdict: "not_applicable", reason: expect.stringContaining("--token") });
    }
    expect(rule("CAP-10").verdict).toBe("passed");
  });

  test.each([
    ["https://seller.example/mcp", "held"],
    ["http://127.0.0.1:4711/mcp", "not_applicable"],
    ["http://[::1]:4711/mcp", "not_applicable"],
    ["http://seller.example/mcp", "broke"],
    ["http://localhost.seller.example/mcp", "broke"],
  ])("AUT-06 on %s: %s", (url, expected) => {
    const facts = { url, capabilitiesAnswer: { exchange: { n: 1 } } } as unknown as SellerFacts;
    const verdict = authentication.seller["AUT-06"]?.(facts) ?? {};
    expect("verdict" in verdict ? verdict.verdict : Object.keys(verdict)[0]).toBe(expected);
    // --allow-http takes the blame from the seller.
    expect(authentication.seller["AUT-06"]?.({ ...facts, allowHttp: true })).not.toHaveProperty("verdict", "broke");
  });
});
