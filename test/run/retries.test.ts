import { describe, expect, it } from "vitest";
import type { Exchange } from "../../src/transport/exchange.ts";
import { before, type Seen } from "./front.ts";
import { buyersOn } from "./others.ts";
import { embedded, findings, type Json, runAgainst, runOn } from "./support.ts";

const ONLY = ["discovery", "upsert"];

interface Refusal {
  status: number;
  headers?: Record<string, string>;
  body: (seen: Seen) => string;
}

/** A seller that refuses the calls that `refuses` picks; the count begins with the first call of a tool. */
async function refusing(refusal: Refusal, refuses: (call: number, seen: Seen) => boolean) {
  const seller = await embedded();
  let calls = 0;
  const url = await before(seller, (seen, response) => {
    if (seen.tool === undefined || !refuses(++calls, seen)) return false;
    response.writeHead(refusal.status, { "content-type": "application/json", ...refusal.headers });
    response.end(refusal.body(seen));
    return true;
  });
  return { seller, url };
}

const plain = (status: number, headers?: Record<string, string>): Refusal => ({
  status,
  ...(headers && { headers }),
  body: () => "",
});
const rateLimited = (retry_after: number): Refusal => ({
  status: 200,
  body: ({ id, args }) => {
    const error = { code: "RATE_LIMITED", message: "too many requests", recovery: "transient", retry_after };
    const context = args["context"] === undefined ? {} : { context: args["context"] };
    const payload = { status: "failed", adcp_version: "3.1", adcp_error: error, errors: [error], ...context };
    const result = {
      isError: true,
      content: [{ type: "text", text: JSON.stringify(payload) }],
      structuredContent: payload,
    };
    return JSON.stringify({ jsonrpc: "2.0", id, result });
  },
});

const keyOf = (exchange: Exchange): unknown =>
  (JSON.parse(exchange.request.body ?? "{}").params?.arguments as Json | undefined)?.["idempotency_key"];

describe("a refusal that passes", () => {
  it.each<[string, Refusal]>([
    ["HTTP 429 with Retry-After", plain(429, { "retry-after": "0" })],
    ["HTTP 429 with a date", plain(429, { "retry-after": new Date(0).toUTCString() })],
    ["RATE_LIMITED", rateLimited(1)],
    ["HTTP 503 of a gateway", plain(503, { "content-type": "text/html" })],
    ["HTTP 502 without a word", plain(502)],
  ])("%s: the call is sent again under its key, each sending is recorded, and nobody is blamed", async (_, refusal) => {
    const { url, seller } = await refusing(refusal, (call) => call === 3 || call === 12);
    const { result, code, exchanges } = await runAgainst(url, seller.account, { only: ONLY });
    expect({ code, findings: findings(result) }).toEqual({ code: 0, findings: [] });
    const again = exchanges.filter(({ attempt }) => attempt > 1);
    expect(again).toHaveLength(2);
    for (const retry of again) {
      const first = exchanges.find((one) => one !== retry && keyOf(one) === keyOf(retry));
      expect(first).toMatchObject({ attempt: 1, tool: retry.tool, request: { body: expect.any(String) } });
      expect(first!.n).toBeLessThan(retry.n);
      expect(JSON.parse(first!.request.body!).params).toEqual(JSON.parse(retry.request.body!).params);
    }
  });

  it("a wait is told, and lasts at least as long as was asked for", async () => {
    const { url, seller } = await refusing(rateLimited(2), (call) => call === 8);
    const { events, exchanges, code } = await runAgainst(url, seller.account, { only: ONLY });
    expect(code).toBe(0);
    expect(events.filter(({ type }) => type === "waiting")).toEqual([
      { type: "waiting", seconds: 2, why: expect.stringMatching(/limits the rate/) },
    ]);
    const retry = exchanges.find(({ attempt }) => attempt === 2)!;
    const first = exchanges.find((one) => one !== retry && keyOf(one) === keyOf(retry))!;
    expect(Date.parse(retry.at) - Date.parse(first.at)).toBeGreaterThanOrEqual(1_950);
  });
});

describe("a refusal for ever", () => {
  it.each<[string, Refusal, number]>([
    ["HTTP 429", plain(429, { "retry-after": "1" }), 1],
    ["RATE_LIMITED", rateLimited(1), 1],
    ["HTTP 429, with --max-wait 0", plain(429, { "retry-after": "1" }), 0],
    ["RATE_LIMITED for an hour", rateLimited(3600), 30],
  ])("%s from the first call on: exit code 3, with --max-wait in the reason", async (_, refusal, maxWait) => {
    const { url, seller } = await refusing(refusal, () => true);
    const { result, code, exchanges } = await runAgainst(url, seller.account, { only: ONLY, maxWait });
    expect({ code, failed: findings(result), reason: result.reason }).toEqual({
      code: 3,
      failed: [],
      reason: expect.stringMatching(/rate limit.*--max-wait/),
    });
    expect(exchanges.filter(({ attempt }) => attempt > 1).length).toBeLessThanOrEqual(1);
  });

  it("in the middle: what is left is not tested, and the account is listed as it was left", async () => {
    const { url, seller } = await refusing(plain(429, { "retry-after": "60" }), (call) => call > 12);
    const { result, code } = await runAgainst(url, seller.account, { only: ONLY, maxWait: 1 });
    expect({ code, failed: findings(result) }).toEqual({ code: 3, failed: [] });
    expect(result.account.left_behind.map(({ event_source_id: id }) => id).toSorted()).toEqual(
      expect.arrayContaining(buyersOn(seller).toSorted()),
    );
  });

  it("503 in the middle: inconclusive, not the seller's failure", async () => {
    const { url, seller } = await refusing(plain(503), (call) => call > 12);
    const { code, result } = await runAgainst(url, seller.account, { only: ONLY, maxWait: 1 });
    expect(result.harness_errors).toEqual([]);
    expect(code).not.toBe(0);
  });
});

describe("--max-rps", () => {
  it("spaces the starts of calls", async () => {
    const seller = await embedded();
    const { exchanges, code } = await runOn(seller, { only: ["DSC-02"], maxRps: 20 });
    expect(code).toBe(0);
    const starts = exchanges.filter(({ tool }) => tool !== undefined).map(({ at }) => Date.parse(at));
    expect(starts.length).toBeGreaterThan(5);
    const span = starts.at(-1)! - starts[0]!;
    // Timers may fire a moment early or late; that no burst is sent is what counts.
    expect(span).toBeGreaterThanOrEqual((starts.length - 1) * 50 - 60);
    for (let i = 4; i < starts.length; i++) expect(starts[i]! - starts[i - 4]!).toBeGreaterThanOrEqual(140);
  });
});
