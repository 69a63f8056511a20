import { describe, expect, it } from "vitest";
import { agent, answer, card, connect, data, olderCard } from "./a2a-support.ts";
import type { Rpc } from "./support.ts";
import { json, result } from "./support.ts";

const PROFILE = "https://adcontextprotocol.org/extensions/adcp/v3";
const profiled = (base: string) => card(base, { capabilities: { extensions: [{ uri: PROFILE, required: true }] } });

describe("a call over A2A 1.0", () => {
  it("is one message with one data part, under the headers of the version and of the profile", async () => {
    const server = await agent(profiled, (call, response) =>
      answer(response, call, "TASK_STATE_COMPLETED", data({ hello: 1 })),
    );
    const { transport, exchanges } = connect(server.url);
    expect(await transport.open()).toMatchObject({
      protocolVersion: "1.0",
      server: { name: "agent", version: "1.2" },
      session: false,
      card: { url: `${server.url}/.well-known/agent-card.json`, exchange: 1 },
    });
    expect(await transport.tools()).toEqual(["greet"]);
    const exchange = await transport.call("greet", { json: '{ "z":1,\n "a": 1e2 }' });
    const request = server.received.at(-1)!;
    expect(request).toMatchObject({
      method: "POST",
      url: "/a2a",
      headers: { "a2a-version": "1.0", "a2a-extensions": PROFILE, "content-type": "application/json" },
    });
    const { method, params } = JSON.parse(request.body) as Rpc;
    expect(method).toBe("SendMessage");
    expect(params).toEqual({
      message: {
        messageId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        role: "ROLE_USER",
        parts: [{ data: { skill: "greet", input: { z: 1, a: 100 } } }],
      },
      configuration: { historyLength: 0 },
    });
    expect(request.body).toContain('"input":{ "z":1,\n "a": 1e2 }}');
    expect(exchange).toMatchObject({
      tool: "greet",
      facts: { kind: "a2a", reply: "result" },
      operation: "SendMessage",
    });
    expect(exchanges.map(({ operation }) => operation)).toEqual(["agent-card", "SendMessage"]);
  });

  it("does not activate what the card does not declare, and leaves out a header where it is told to", async () => {
    const server = await agent(card, (call, response) => answer(response, call, "TASK_STATE_COMPLETED"));
    const { transport } = connect(server.url, { headers: { Authorization: "Bearer the-real-one" } });
    await transport.open();
    await transport.call("greet", {}, { headers: { authorization: null } });
    expect(server.received.at(-1)!.headers).not.toHaveProperty("a2a-extensions");
    expect(server.received.at(-1)!.headers.authorization).toBeUndefined();
    await transport.call("greet", {});
    expect(server.received.at(-1)!.headers.authorization).toBe("Bearer the-real-one");
  });

  it("can be named in ways that are wrong on purpose, and as older sellers ask for", async () => {
    const server = await agent(card, (call, response) => answer(response, call, "TASK_STATE_COMPLETED"));
    const { transport } = connect(server.url);
    const parts = () => JSON.parse(server.received.at(-1)!.body).params.message.parts;
    await transport.open();
    await transport.call("greet", { a: 1 }, { invocation: "parameters" });
    expect(parts()).toEqual([{ data: { skill: "greet", parameters: { a: 1 } } }]);
    await transport.call("greet", { a: 1 }, { invocation: "twice" });
    expect(parts()).toHaveLength(2);
    const older = connect(server.url, { parameters: true }).transport;
    await older.open();
    await older.call("greet", { a: 1 });
    expect(parts()).toEqual([{ data: { skill: "greet", parameters: { a: 1 } } }]);
  });

  it("names the tenant of the endpoint", async () => {
    const server = await agent(
      (base) =>
        card(base, {
          supportedInterfaces: [
            { url: `${base}/a2a`, protocolBinding: "JSONRPC", protocolVersion: "1.0", tenant: "north" },
          ],
        }),
      (call, response) => answer(response, call, "TASK_STATE_COMPLETED"),
    );
    const { transport } = connect(server.url);
    await transport.open();
    await transport.call("greet", {});
    expect(JSON.parse(server.received.at(-1)!.body).params.tenant).toBe("north");
  });
});

describe("a call over A2A 0.3", () => {
  it("is in the words of that version", async () => {
    const server = await agent(olderCard, (call, response) =>
      json(response, result(call, { kind: "task", id: "t", status: { state: "completed" } })),
    );
    const { transport } = connect(server.url);
    expect((await transport.open()).protocolVersion).toBe("0.3");
    const exchange = await transport.call("greet", { a: 1 });
    const request = server.received.at(-1)!;
    expect(request.headers).not.toHaveProperty("a2a-version");
    const { method, params } = JSON.parse(request.body) as Rpc;
    expect(method).toBe("message/send");
    expect(params).toMatchObject({
      message: { kind: "message", role: "user", parts: [{ kind: "data", data: { skill: "greet", input: { a: 1 } } }] },
      configuration: { blocking: true },
    });
    expect(exchange.facts).toMatchObject({ result: { kind: "task" } });
  });
});

describe("a task that is still at work", () => {
  const gets = (received: { body: string }[]) =>
    received
      .flatMap(({ body }) => (body === "" ? [] : [JSON.parse(body) as Rpc]))
      .filter(({ method }) => /get/i.test(String(method)));

  it.each(["TASK_STATE_WORKING", "TASK_STATE_SUBMITTED"])("(%s) is asked for until it is done", async (state) => {
    let asked = 0;
    const server = await agent(card, (call, response) => {
      if (call.method === "SendMessage") return answer(response, call, state);
      const done = ++asked === 3;
      json(
        response,
        result(call, {
          id: "t1",
          status: { state: done ? "TASK_STATE_COMPLETED" : state },
          ...(done && data({ hello: 1 })),
        }),
      );
    });
    const { transport, exchanges } = connect(server.url);
    await transport.open();
    const exchange = await transport.call("greet", {});
    expect(gets(server.received).map(({ method, params }) => [method, params.id])).toEqual(
      Array(3).fill(["GetTask", "t1"]),
    );
    expect(exchange.facts).toMatchObject({
      result: { artifacts: [{ parts: [{ data: { hello: 1 } }] }] },
      polled_in: [3, 4, 5],
    });
    expect(exchange.response?.body).toContain("hello");
    expect(exchange.failure).toBeUndefined();
    // Each is on the record as it was on the wire: the call first, although it is told last.
    const sent = exchanges.find(({ tool }) => tool === "greet")!;
    expect(sent.response?.body).toContain(state);
    expect(exchanges.map(({ n }) => n)).toEqual([1, 3, 4, 5, 2]);
  });

  it("and never ends is a failure when its time is used up", async () => {
    const server = await agent(card, (call, response) => answer(response, call, "TASK_STATE_WORKING"));
    const { transport } = connect(server.url, { timeoutMs: 300 });
    await transport.open();
    const exchange = await transport.call("greet", {});
    expect(exchange.failure).toMatchObject({ kind: "timeout", message: expect.stringContaining('"working"') });
  });

  it("and cannot be asked for again is a failure", async () => {
    const server = await agent(card, (call, response) => {
      if (call.method === "SendMessage") return answer(response, call, "TASK_STATE_WORKING");
      json(response, { jsonrpc: "2.0", id: call.id, error: { code: -32001, message: "Task not found" } });
    });
    const { transport } = connect(server.url);
    await transport.open();
    const exchange = await transport.call("greet", {});
    expect(exchange.failure).toMatchObject({ kind: "other", message: expect.stringContaining("Task not found") });
  });

  it("is asked for again where it was put off", async () => {
    let asked = 0;
    const server = await agent(card, (call, response) => {
      if (call.method === "SendMessage") return answer(response, call, "TASK_STATE_WORKING");
      if (++asked === 1) return void response.writeHead(503).end();
      json(response, result(call, { id: "t1", status: { state: "TASK_STATE_COMPLETED" } }));
    });
    const { transport } = connect(server.url);
    await transport.open();
    expect((await transport.call("greet", {})).failure).toBeUndefined();
  });

  it("ends with the signal", async () => {
    const abort = new AbortController();
    const server = await agent(card, (call, response) => {
      if (call.method === "GetTask") abort.abort();
      answer(response, call, "TASK_STATE_WORKING");
    });
    const { transport } = connect(server.url);
    await transport.open();
    const exchange = await transport.call("greet", {}, { signal: abort.signal });
    expect(exchange.failure?.kind).toBe("aborted");
  });

  it("or has come to any other state, is not asked for", async () => {
    for (const state of [
      "TASK_STATE_INPUT_REQUIRED",
      "TASK_STATE_AUTH_REQUIRED",
      "TASK_STATE_CANCELED",
      "TASK_STATE_DREAMING",
      7,
      null,
    ]) {
      const server = await agent(card, (call, response) => answer(response, call, state as string));
      const { transport } = connect(server.url);
      await transport.open();
      const exchange = await transport.call("greet", {});
      expect(exchange.facts).not.toHaveProperty("polled_in");
      expect(gets(server.received)).toEqual([]);
    }
  });
});

describe("credentials", () => {
  it("are not on the record, whoever repeats them", async () => {
    const server = await agent(
      (base) => card(base, { description: "the-real-one" }),
      (call, response) => answer(response, call, "TASK_STATE_COMPLETED", data({ said: "the-real-one" })),
    );
    const { transport, exchanges } = connect(server.url, { headers: { Authorization: "Bearer the-real-one" } });
    const opened = await transport.open();
    const exchange = await transport.call("greet", { echo: "the-real-one" });
    expect(JSON.stringify([opened, exchange, exchanges])).not.toContain("the-real-one");
    expect(server.received.at(-1)!.body).toContain("the-real-one");
  });
});
