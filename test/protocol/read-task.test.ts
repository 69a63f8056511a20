import { describe, expect, it } from "vitest";
import { readAnswer } from "../../src/protocol/read.ts";
import { a2a } from "./exchanges.ts";

const read = (result: unknown) => readAnswer("sync_event_sources", a2a(result));
const sources = { status: "completed", event_sources: [] };
const error = { code: "ACCOUNT_NOT_FOUND", message: "no such account" };
const data = (value: unknown) => ({ data: value });
const text = (words: string) => ({ text: words });
const task = (state: string, ...artifacts: unknown[][]) => ({
  task: {
    id: "t",
    contextId: "c",
    status: { state },
    artifacts: artifacts.map((parts) => ({ artifactId: "a", parts })),
  },
});
const saying = (state: string, ...parts: unknown[]) => ({
  task: { id: "t", status: { state, message: { messageId: "m", role: "ROLE_AGENT", parts } } },
});

describe("a task is accepted", () => {
  it.each([
    ["in one artifact", task("TASK_STATE_COMPLETED", [text("Done."), data(sources)]), "artifact"],
    [
      "in several parts, the last of them",
      task("TASK_STATE_COMPLETED", [data({ progress: 5 }), data(sources)]),
      "artifact",
    ],
    ["in the message of its status", saying("TASK_STATE_COMPLETED", data(sources)), "status.message"],
    ["in a message without a task", { message: { messageId: "m", parts: [text("Done."), data(sources)] } }, "message"],
    [
      "as 0.3 writes it",
      {
        kind: "task",
        id: "t",
        status: { state: "completed" },
        artifacts: [{ parts: [{ kind: "data", data: sources }] }],
      },
      "artifact",
    ],
    ["as a message of 0.3", { kind: "message", messageId: "m", parts: [{ kind: "data", data: sources }] }, "message"],
    ["although it says that it failed", task("TASK_STATE_FAILED", [data(sources)]), "artifact"],
    ["in another artifact than the first", task("TASK_STATE_COMPLETED", [text("Done.")], [data(sources)]), "artifact"],
    ["in another part than the last", task("TASK_STATE_COMPLETED", [data(sources), data({ cost: 1 })]), "artifact"],
  ])("with sources %s", (_, result, place) => {
    expect(read(result)).toMatchObject({ outcome: { kind: "accepted" }, payload: sources, place });
  });

  it("although its payload is wrapped, and the wrapper is told", () => {
    const reading = read(task("TASK_STATE_COMPLETED", [data({ response: sources })]));
    expect(reading).toMatchObject({ outcome: { kind: "accepted" }, nested: "response" });
  });
});

describe("a task is rejected", () => {
  it.each([
    ["failed", task("TASK_STATE_FAILED", [data({ adcp_error: error })])],
    ["completed, with errors", task("TASK_STATE_COMPLETED", [data({ status: "failed", errors: [error] })])],
    ["rejected", task("TASK_STATE_REJECTED", [data({ errors: [error], adcp_error: error })])],
    ["canceled by the seller", task("TASK_STATE_CANCELED", [data({ adcp_error: error })])],
    ["failed, in its status", saying("failed", data({ adcp_error: error }))],
    ["failed, in its second artifact", task("failed", [text("No.")], [data({ adcp_error: error })])],
  ])("%s, and the code is read", (_, result) => {
    expect(read(result).outcome).toMatchObject({ kind: "rejected", layer: "task", errors: [{ code: error.code }] });
  });

  it.each([
    ["failed", saying("TASK_STATE_FAILED", text("bad input"))],
    ["rejected", saying("TASK_STATE_REJECTED", text("bad input"))],
    ["auth-required", saying("TASK_STATE_AUTH_REQUIRED", text("bad input"))],
    ["failed, with data of its own", task("failed", [text("bad input"), data({ reason: "INVALID_INVOCATION" })])],
  ])("%s in prose, without a code", (state, result) => {
    expect(read(result).outcome).toMatchObject(state === "auth-required" ? { credentials: true } : {});
    expect(read(result).outcome).toMatchObject({ kind: "rejected", errors: [], prose: "bad input" });
  });
});

describe("a task is broken", () => {
  it.each([
    ["completed without data", task("TASK_STATE_COMPLETED", [text("Done.")]), "no_payload"],
    ["a message without data", { message: { parts: [text("Done.")] } }, "no_payload"],
    ["neither a task nor a message", { anything: 1 }, "no_payload"],
    ["one envelope inside another", { task: task("TASK_STATE_COMPLETED", [data(sources)]) }, "no_payload"],
    ["null", null, "no_payload"],
    ["canceled", task("TASK_STATE_CANCELED"), "unfinished"],
    ["that waits for input", saying("TASK_STATE_INPUT_REQUIRED", data({ reason: "approval" })), "unfinished"],
    ["in a state that nobody knows", task("TASK_STATE_DREAMING", [data(sources)]), "unfinished"],
    ["with neither arm", task("completed", [data({ status: "completed" })]), "neither_arm"],
    ["queued by AdCP", task("completed", [data({ status: "submitted", task_id: "t" })]), "unfinished"],
  ])("%s", (_, result, reason) => expect(read(result).outcome).toMatchObject({ kind: "broken", reason }));

  it("by nothing that hostile parts do", () => {
    const parts = [null, 1, "text", { data: null }, { data: 42 }, { data: [] }, { text: 1 }, []];
    expect(read(task("TASK_STATE_COMPLETED", parts)).outcome.kind).toBe("broken");
    expect(read({ task: { status: "completed", artifacts: "none" } }).outcome.kind).toBe("broken");
    expect(read({ task: { status: { state: "\u001b[31m" } } }).outcome).toMatchObject({
      message: expect.not.stringContaining("\u001b"),
    });
  });
});
