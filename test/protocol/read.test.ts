import { describe, expect, it } from "vitest";
import { readAnswer } from "../../src/protocol/read.ts";
import type { Exchange } from "../../src/transport/exchange.ts";
import { exchange, result, rpcError, structured } from "./exchanges.ts";

const read = (one: Exchange) => readAnswer("sync_event_sources", one);
const error = { code: "ACCOUNT_NOT_FOUND", message: "no such account" };

describe("an answer is accepted", () => {
  it.each([
    ["structuredContent", structured({ event_sources: [] })],
    ["JSON text", result({ content: [{ type: "text", text: '{"event_sources":[]}' }] })],
    [
      "JSON text behind prose",
      result({
        content: [
          { type: "text", text: "Done." },
          { type: "text", text: ' {"event_sources":[]}' },
        ],
      }),
    ],
    ["an empty list of errors beside the sources", structured({ event_sources: [], errors: [] })],
    ["sources with errors beside them", structured({ event_sources: [], errors: [error] })],
  ])("with sources as %s", (_, one) => expect(read(one).outcome.kind).toBe("accepted"));

  it("although its payload is wrapped, and the wrapper is told", () => {
    const reading = read(structured({ status: "completed", payload: { event_sources: [] } }));
    expect(reading).toMatchObject({ outcome: { kind: "accepted" }, nested: "payload", payload: { event_sources: [] } });
  });
});

describe("an answer is rejected", () => {
  it.each([
    ["errors", structured({ errors: [error] }), "task"],
    ["errors with isError", structured({ errors: [error] }, { isError: true }), "task"],
    ["adcp_error with isError", structured({ adcp_error: error }, { isError: true }), "task"],
    [
      "adcp_error as JSON text",
      result({ isError: true, content: [{ type: "text", text: JSON.stringify({ adcp_error: error }) }] }),
      "task",
    ],
    ["a JSON-RPC error with adcp_error", rpcError(-32000, "no", { adcp_error: error }), "protocol"],
  ] as const)("by %s, and the code is read", (_, one, layer) => {
    expect(read(one).outcome).toMatchObject({ kind: "rejected", layer, errors: [{ code: "ACCOUNT_NOT_FOUND" }] });
  });

  it.each([
    ["prose with isError", result({ isError: true, content: [{ type: "text", text: "bad input" }] }), "tool"],
    ["-32602", rpcError(-32602, "bad arguments"), "protocol"],
    ["HTTP 400 and no JSON", exchange({ reply: "not_json" }, { status: 400 }), "http"],
    ["HTTP 403", exchange({ reply: "none" }, { status: 403 }), "http"],
  ] as const)("by %s, without a code", (_, one, layer) => {
    expect(read(one).outcome).toMatchObject({ kind: "rejected", layer, errors: [] });
  });

  it.each([
    ["HTTP 429", exchange({ reply: "not_json" }, { status: 429 }), "rate_limit"],
    [
      "RATE_LIMITED",
      structured({ errors: [{ code: "RATE_LIMITED", message: "slow down", retry_after: 2 }] }),
      "rate_limit",
    ],
    ["-32029", rpcError(-32029, "slow down"), "rate_limit"],
    ["HTTP 503", exchange({ reply: "not_json" }, { status: 503 }), "outage"],
    ["SERVICE_UNAVAILABLE", structured({ errors: [{ code: "SERVICE_UNAVAILABLE", message: "later" }] }), "outage"],
  ] as const)("for now by %s", (_, one, transient) =>
    expect(read(one).outcome).toMatchObject({ kind: "rejected", transient }),
  );
});

describe("an answer is broken", () => {
  it.each([
    ["without any", exchange({}, { failure: { kind: "timeout", message: "no answer within 30 s" } }), "no_answer"],
    ["with HTTP 500", exchange({ reply: "not_json" }, { status: 500 }), "server_error"],
    ["with an internal JSON-RPC error", rpcError(-32603, "cannot read properties of undefined"), "server_error"],
    ["with HTML", exchange({ reply: "not_json" }), "not_jsonrpc"],
    ["with an answer to another request", exchange({ reply: "not_jsonrpc" }), "not_jsonrpc"],
    ["with prose", result({ content: [{ type: "text", text: "All fine." }] }), "no_payload"],
    ["with an array as text", result({ content: [{ type: "text", text: "[1]" }] }), "no_payload"],
    ["with neither arm", structured({ status: "completed" }), "neither_arm"],
    ["with a task to wait for", structured({ status: "submitted", task_id: "t" }), "unfinished"],
    ["with isError beside sources", structured({ event_sources: [] }, { isError: true }), "contradictory"],
  ] as const)("%s", (_, one, reason) => expect(read(one).outcome).toMatchObject({ kind: "broken", reason }));

  it("by nothing that hostile parts do", () => {
    const parts = [
      null,
      1,
      "text",
      { type: "text", text: 1 },
      { type: "text", text: "{".repeat(100_000) },
      [],
      { type: "image" },
    ];
    expect(read(result({ content: parts })).outcome.kind).toBe("broken");
    expect(read(result(null)).outcome.kind).toBe("broken");
    expect(read(result({ content: "text", structuredContent: [] })).outcome.kind).toBe("broken");
  });

  it("by an own __proto__ no more than by any unknown key", () => {
    const payload = JSON.parse('{"__proto__":{"event_sources":[]},"status":"completed"}');
    expect(read(structured(payload)).outcome).toMatchObject({ kind: "broken", reason: "neither_arm" });
  });
});
