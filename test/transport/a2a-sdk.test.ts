import { createServer, type RequestListener } from "node:http";
import { createRequire } from "node:module";
import { AgentCard, Role, TaskState } from "@a2a-js/sdk";
import { AgentEvent, DefaultRequestHandler, InMemoryTaskStore } from "@a2a-js/sdk/server";
import { agentCardHandler, jsonRpcHandler, UserBuilder } from "@a2a-js/sdk/server/express";
import * as older from "a2a-sdk-0.3/server";
import * as olderExpress from "a2a-sdk-0.3/server/express";
import { describe, expect, it } from "vitest";
import { readAnswer } from "../../src/protocol/read.ts";
import { connect } from "./a2a-support.ts";
import { listen } from "./support.ts";

interface App extends RequestListener {
  use(path: string, handler: unknown): void;
}

/** Express comes without types. */
const express = createRequire(import.meta.url)("express") as () => App;

interface Invocation {
  skill: string;
  input: unknown;
}

const PATH = "/.well-known/agent-card.json";
const named = { name: "official", description: "", version: "9.9", defaultInputModes: [], defaultOutputModes: [] };
const skills = [{ id: "greet", name: "Greet", description: "greets", tags: [] }];
const capabilities = { streaming: false, pushNotifications: false };

async function serveApp(mount: (app: App, url: string) => void): Promise<string> {
  const app = express();
  const url = `http://127.0.0.1:${await listen(createServer(app))}`;
  mount(app, `${url}/a2a`);
  return url;
}

/** What each skill does: `task` and `message` answer with what they were called with, `fail` throws. */
function startNew(): Promise<string> {
  return serveApp((app, url) => {
    const card = AgentCard.fromJSON({
      ...named,
      skills,
      capabilities,
      supportedInterfaces: [{ url, protocolBinding: "JSONRPC", protocolVersion: "1.0" }],
    });
    const requestHandler = new DefaultRequestHandler(card, new InMemoryTaskStore(), {
      async execute({ taskId, contextId, userMessage }, bus) {
        const content = userMessage.parts[0]?.content;
        const { skill, input } = (content?.$case === "data" ? content.value : {}) as Invocation;
        if (skill === "fail") throw new Error("it broke");
        const part = {
          content: { $case: "data" as const, value: { products: [input] } },
          metadata: undefined,
          filename: "",
          mediaType: "",
        };
        const more = { metadata: undefined, extensions: [], parts: [part] };
        if (skill === "message") {
          bus.publish(
            AgentEvent.message({
              messageId: "m",
              contextId,
              taskId: "",
              role: Role.ROLE_AGENT,
              referenceTaskIds: [],
              ...more,
            }),
          );
        } else {
          const status = { state: TaskState.TASK_STATE_COMPLETED, message: undefined, timestamp: undefined };
          const artifacts = [{ artifactId: "a", name: "", description: "", ...more }];
          bus.publish(AgentEvent.task({ id: taskId, contextId, status, artifacts, history: [], metadata: undefined }));
        }
        bus.finished();
      },
      async cancelTask() {},
    });
    app.use(PATH, agentCardHandler({ agentCardProvider: requestHandler }));
    app.use("/a2a", jsonRpcHandler({ requestHandler, userBuilder: UserBuilder.noAuthentication }));
  });
}

function startOlder(): Promise<string> {
  return serveApp((app, url) => {
    const card = { ...named, url, protocolVersion: "0.3.0", skills, capabilities };
    const requestHandler = new older.DefaultRequestHandler(card, new older.InMemoryTaskStore(), {
      async execute({ taskId, contextId, userMessage }, bus) {
        const [first] = userMessage.parts;
        const { skill, input } = (first?.kind === "data" ? first.data : {}) as unknown as Invocation;
        if (skill === "fail") throw new Error("it broke");
        const parts = [{ kind: "data" as const, data: { products: [input] } }];
        if (skill === "message") bus.publish({ kind: "message", messageId: "m", contextId, role: "agent", parts });
        else {
          const artifacts = [{ artifactId: "a", parts }];
          bus.publish({ kind: "task", id: taskId, contextId, status: { state: "completed" }, artifacts });
        }
        bus.finished();
      },
      async cancelTask() {},
    });
    app.use(PATH, olderExpress.agentCardHandler({ agentCardProvider: requestHandler }));
    app.use(
      "/a2a",
      olderExpress.jsonRpcHandler({ requestHandler, userBuilder: olderExpress.UserBuilder.noAuthentication }),
    );
  });
}

describe.each([
  { version: "1.0", start: startNew },
  { version: "0.3", start: startOlder },
])("the official server of A2A $version", ({ version, start }) => {
  it("is opened, listed and called", async () => {
    const { transport, exchanges } = connect(await start());
    expect(await transport.open()).toMatchObject({
      protocolVersion: version,
      server: { name: "official", version: "9.9" },
    });
    expect(await transport.tools()).toEqual(["greet"]);
    const input = { hello: "é", odd: "\ud800", nested: { a: [1, null] } };
    for (const [skill, place] of [
      ["task", "artifact"],
      ["message", "message"],
    ] as const) {
      const reading = readAnswer("get_products", await transport.call(skill, input));
      expect(reading).toMatchObject({ outcome: { kind: "accepted" }, place, payload: { products: [input] } });
    }
    const failed = readAnswer("get_products", await transport.call("fail", {}));
    expect(failed.outcome).toMatchObject({ kind: "rejected", errors: [], prose: expect.stringContaining("it broke") });
    const broken = await transport.call("task", { json: "{" });
    expect(readAnswer("get_products", broken).outcome.kind).toBe("rejected");
    const many = await Promise.all(Array.from({ length: 20 }, () => transport.call("task", {})));
    expect(many.every(({ facts }) => facts.reply === "result")).toBe(true);
    expect(exchanges.every(({ failure }) => failure === undefined)).toBe(true);
  });
});
