import { describe, expect, it } from "vitest";
import type { SellerOptions } from "../../fixtures/seller/start.ts";
import { before as inFrontOf } from "./front.ts";
import { buyersOn } from "./others.ts";
import {
  callsOf,
  createOver,
  embedded,
  findings,
  type Json,
  type Kind,
  onTerminal,
  reportIssues,
  rulesThat,
  runAgainst,
  runOn,
  TRANSPORTS,
  urlOf,
  writesOf,
} from "./support.ts";

describe.each(TRANSPORTS)("a run that is given no account, over %s", (transport) => {
  const choices = { transport, account: undefined };

  it("takes a sandbox account that the seller lists, and stays on it", async () => {
    const seller = await embedded();
    const { result, code, exchanges } = await runOn(seller, choices);
    expect({ code, findings: findings(result), account: result.target.account }).toEqual({
      code: 0,
      findings: [],
      account: { account_id: "acct_sandbox" },
    });
    expect(callsOf(exchanges, "list_accounts")[0]).toMatchObject({ sandbox: true });
    expect(buyersOn(seller, "acct_demo")).toEqual([]);
    expect(rulesThat(result, "passed")).toEqual(expect.arrayContaining(["SBX-01", "SBX-02"]));
  });

  it("names it by brand and operator where the seller says that accounts are declared by the buyer", async () => {
    const seller = await embedded({ fault: "capabilities-need-key" });
    const url = await inFrontOf(
      seller,
      async ({ tool }, response, forward) => {
        if (tool !== "get_adcp_capabilities") return false;
        const { body } = await forward();
        response.writeHead(200, { "content-type": "application/json" });
        response.end(body.replaceAll(/\\?"require_operator_auth\\?":true/g, (text) => text.replace("true", "false")));
        return true;
      },
      transport,
    );
    const { result } = await runAgainst(url, {}, choices);
    expect(result.target.account).toEqual({
      brand: { domain: "acme.example" },
      operator: "agency.example",
      sandbox: true,
    });
    expect(rulesThat(result, "passed")).toEqual(expect.arrayContaining(["ACC-04", "ACC-10", "UPS-01"]));
  });

  it.each<[string, SellerOptions, (accounts: Json[]) => unknown, RegExp]>([
    ["offers no list", { variant: "lazily-made-accounts" }, (list) => list, /offers no list_accounts.*--account/],
    ["lists none", {}, () => [], /no active sandbox account.*--account/],
    [
      "lists production accounts although it was asked for others",
      {},
      (list) => list.map(({ sandbox: _, ...one }) => one),
      /no active sandbox account.*--account/,
    ],
    [
      "lists one that is suspended",
      {},
      (list) => list.map((one) => ({ ...one, status: "suspended" })),
      /no active sandbox account.*--account/,
    ],
    ["lists nonsense", {}, () => [null, 1, { sandbox: true, status: "active", account_id: 7 }], /no active sandbox/],
  ])("ends before it writes, and says what to do, where the seller %s", async (_, options, edit, reason) => {
    const seller = await embedded(options);
    const url = await inFrontOf(
      seller,
      async ({ tool }, response, forward) => {
        if (tool !== "list_accounts") return false;
        const message = JSON.parse((await forward()).body);
        const part = message.result.task?.artifacts[0].parts[0];
        const payload = part?.data ?? message.result.structuredContent;
        payload.accounts = edit(payload.accounts);
        if (!part) message.result = { content: [], structuredContent: payload };
        response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(message));
        return true;
      },
      transport,
    );
    const { result, report, code, exchanges } = await runAgainst(url, {}, choices);
    expect(reportIssues(report)).toBeNull();
    expect({ code, reason: result.reason }).toEqual({ code: 3, reason: expect.stringMatching(reason) });
    expect(writesOf(exchanges)).toEqual([]);
  });
});

describe.each(TRANSPORTS)("a seller that requires signatures, over %s", (transport) => {
  it("is told apart from one that fails: what needs the task is not tested, with that reason", async () => {
    const seller = await embedded({ fault: "signatures-declared-and-not-asked-for" });
    const url = await inFrontOf(
      seller,
      ({ tool }, response) => {
        if (tool !== "sync_event_sources") return false;
        const headers = { "www-authenticate": "Signature", "content-type": "application/json" };
        response.writeHead(401, headers).end('{"error":"signature required"}');
        return true;
      },
      transport,
    );
    const { result, code, report } = await runAgainst(url, { account_id: "acct_demo" }, { transport });
    expect({ code, failed: rulesThat(result, "failed") }).toEqual({ code: 3, failed: [] });
    const untested = result.rules.filter(({ verdict }) => verdict === "not_tested");
    expect(untested.length).toBeGreaterThan(100);
    for (const { reason } of untested) expect(reason).toMatch(/requires signed requests for sync_event_sources/);
    expect(rulesThat(result, "passed")).toEqual(expect.arrayContaining(["CAP-01", "AUT-03", "AUT-07"]));
    expect(onTerminal(report)).toMatch(/requires signed requests/);
  });
});

describe("both endpoints of one seller", () => {
  const parity = (seller: Awaited<ReturnType<typeof embedded>>, transport: Kind, other = seller) => {
    const beside = transport === "mcp" ? "a2a" : "mcp";
    return runOn(seller, {
      transport,
      connectAlso: (hooks) => createOver[beside]({ url: urlOf(other, beside), ...hooks }),
    });
  };

  it.each(TRANSPORTS)("agree, where the run speaks %s", async (transport) => {
    const { result, code, exchanges } = await parity(await embedded(), transport);
    expect({ code, findings: findings(result) }).toEqual({ code: 0, findings: [] });
    expect(rulesThat(result, "passed")).toEqual(
      expect.arrayContaining(["A2A-05", "A2A-01", "A2A-02", "A2A-03", "MCP-01", "MCP-02", "MCP-03"]),
    );
    expect(new Set(exchanges.map(({ facts }) => facts.kind))).toEqual(new Set(TRANSPORTS));
  });

  it.each(TRANSPORTS)("are found out to be of two sellers, where the run speaks %s", async (transport) => {
    const { result } = await parity(await embedded(), transport, await embedded());
    expect(findings(result).join("\n")).toMatch(/warned A2A-05: what was written over one endpoint is not shown/);
  });

  it("speak two transports, or the run ends", async () => {
    const seller = await embedded();
    const { result, code } = await runOn(seller, {
      connectAlso: (hooks) => createOver.mcp({ url: seller.url, ...hooks }),
    });
    expect({ code, reason: result.reason }).toEqual({
      code: 3,
      reason: expect.stringMatching(/both endpoints speak MCP/),
    });
  });
});

describe("an open endpoint", () => {
  it.each(TRANSPORTS)("is told, over %s, where the run has no credentials", async (transport) => {
    const { result } = await runOn(await embedded(), { transport });
    for (const id of ["AUT-01", "AUT-02", "AUT-04"]) {
      const rule = result.rules.find((one) => one.id === id);
      expect(rule).toMatchObject({ verdict: "not_applicable", reason: expect.stringMatching(/^the endpoint is open/) });
    }
  });

  it.each(TRANSPORTS)("fails AUT-01, over %s, where credentials were given", async (transport) => {
    const client = { headers: { authorization: "Bearer a-token-that-nobody-asks-for" } };
    const { result, code } = await runOn(await embedded(), { transport, client, credentials: true, only: ["AUT-*"] });
    expect({ code, failed: rulesThat(result, "failed") }).toEqual({ code: 1, failed: ["AUT-01", "AUT-02"] });
  });
});

describe.each(TRANSPORTS)("the credential of somebody else, over %s", (transport) => {
  it("is shown to the seller, and stands nowhere else", async () => {
    const [token, otherToken] = ["a-token-of-the-run", "a-token-of-somebody-else"];
    const seller = await embedded({ token, strangerToken: otherToken });
    const client = { headers: { authorization: `Bearer ${token}` } };
    const choices = { transport, client, credentials: true, otherToken, only: ["authentication", "authorization"] };
    const { result, report, code, exchanges, events } = await runOn(seller, choices);
    expect({ code, findings: findings(result) }).toEqual({ code: 0, findings: [] });
    expect(rulesThat(result, "passed")).toEqual(expect.arrayContaining(["AUT-08", "ACC-08"]));
    expect(JSON.stringify([report, exchanges, events])).not.toMatch(/a-token-of/);
  });
});
