import type { ServerResponse } from "node:http";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { sample } from "../sample.ts";
import { build } from "./built.ts";
import { command, readFolder, STACK } from "./command.ts";
import { before, type Seen, STAGES, type Stage } from "./front.ts";
import {
  embedded,
  type Json,
  type Kind,
  onTerminal,
  RAW_CONTROLS,
  reportIssues,
  runAgainst,
  temporaryFolder,
} from "./support.ts";

beforeAll(build);

/** One answer given in place of the seller's; an event stream where the client takes one. */
type Answer = (seen: Seen, response: ServerResponse, own: () => Promise<string>) => void | Promise<void>;

const JSON_TYPE = { "content-type": "application/json" };
const send = (response: ServerResponse, body: string | Buffer): void => {
  response.writeHead(200, JSON_TYPE).end(body);
};
/** The seller's own answer with another result in it. */
const resulting = (make: (payload: Json) => unknown): Answer => {
  return async (_, response, own) => {
    const message = JSON.parse(await own()) as { result?: Json };
    const part = dataPartOf(message.result);
    if (part) part.data = make(part.data) as Json;
    else
      message.result = { content: [], structuredContent: make((message.result?.["structuredContent"] ?? {}) as Json) };
    send(response, JSON.stringify(message));
  };
};
/** Where an A2A answer has its payload. */
const dataPartOf = (result: unknown): { data: Json } | undefined =>
  (result as { task?: { artifacts?: { parts: { data: Json }[] }[] } } | undefined)?.task?.artifacts?.[0]?.parts[0];
const rows = (make: (row: Json, index: number) => unknown): Answer =>
  resulting((payload) => {
    const sources = payload["event_sources"];
    return Array.isArray(sources) ? { ...payload, event_sources: sources.map(make) } : payload;
  });
const nested = (depth: number): string => `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`;

const NASTY = "\u001b[2J\u001b]0;owned\u0007\r\n::error::forged\u202e\u2028]]>\u0000\ud800 __proto__";

/** Ends of the connection: whatever asks, nothing usable comes. */
const MUTE: Record<string, Answer> = {
  "no answer": () => {},
  "one octet after another, for ever": (_, response) => {
    response.writeHead(200, JSON_TYPE);
    const timer = setInterval(() => response.write(" "), 20);
    response.on("close", () => clearInterval(timer));
  },
  "a closed connection": (_, response) => void response.destroy(),
  "half of a JSON answer": async (_, response, own) => {
    const text = await own();
    send(response, text.slice(0, text.length / 2));
  },
  "an answer shorter than it says": async (_, response, own) => {
    response.writeHead(200, { ...JSON_TYPE, "content-length": "100000" }).write(await own());
    response.destroy();
  },
  "20 MB": (_, response) => send(response, Buffer.alloc(20 * 1024 * 1024, 32)),
  "octets that are no UTF-8": (_, response) => send(response, Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d])),
  "an event stream without end": (_, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    const timer = setInterval(() => response.write(": still here\n\n"), 20);
    response.on("close", () => clearInterval(timer));
  },
  "HTTP 500": (_, response) => void response.writeHead(500).end("Traceback (most recent call last)"),
  "nesting of 100,000 levels": ({ id }, response) =>
    send(response, `{"jsonrpc":"2.0","id":${JSON.stringify(id ?? null)},"result":${nested(100_000)}}`),
  "a page of HTML": (_, response) =>
    void response.writeHead(200, { "content-type": "text/html" }).end("<!doctype html><script>alert(1)</script>"),
};

/** Answers that can be read, with what no seller should send in them. */
const WRONG: Record<string, Answer> = {
  "nesting of 2,000 levels": resulting((payload) => ({ ...payload, context: JSON.parse(nested(2_000)) })),
  "ids and names full of control characters": rows((row) => ({
    ...row,
    event_source_id: `${NASTY}${row["event_source_id"]}`,
    name: NASTY,
    action: NASTY,
  })),
  "ids that are properties of every object": rows((row, index) => ({
    ...row,
    event_source_id: ["__proto__", "constructor", "toString"][index % 3],
  })),
  "rows that are no objects": rows((_, index) => [null, 1, "text", true, []][index % 5]),
  "null in every place": resulting((payload) => Object.fromEntries(Object.keys(payload).map((key) => [key, null]))),
  "rows of null": rows((row) => Object.fromEntries(Object.keys(row).map((key) => [key, null]))),
  "a list in place of the payload": resulting(() => [1, 2, 3]),
  "errors of every shape": resulting(() => ({
    status: NASTY,
    errors: [null, 1, NASTY, [], { code: {}, message: [NASTY] }],
  })),
  "an error that is an object": resulting(() => ({ errors: { code: NASTY }, adcp_error: [NASTY], isError: "yes" })),
  "a JSON-RPC error full of control characters": ({ id }, response) =>
    send(
      response,
      JSON.stringify({ jsonrpc: "2.0", id, error: { code: NASTY, message: NASTY, data: { errors: [NASTY] } } }),
    ),
};

/** Answers of a size that no account has. */
const LONG: Record<string, Answer> = {
  "10,000 rows": resulting((payload) => ({
    ...payload,
    event_sources: Array.from({ length: 10_000 }, (_, i) => ({ event_source_id: `row_${i}`, action: "unchanged" })),
  })),
  "the same row a thousand times": resulting((payload) => {
    const [first] = Array.isArray(payload["event_sources"]) ? payload["event_sources"] : [];
    return { ...payload, event_sources: Array.from({ length: 1_000 }, () => first ?? null) };
  }),
};

const MIDDLE: readonly Stage[] = ["middle"];

/** A run against a seller that answers like this from one stage of the run on. */
async function facing(answer: Answer, stage: Stage, transport: Kind) {
  const seller = await embedded();
  let begun = false;
  const url = await before(
    seller,
    async (seen, response, forward) => {
      begun ||= seen.stage === stage && (stage !== "middle" || seen.writes >= 6);
      if (!begun) return false;
      await answer(seen, response, async () => (await forward()).body);
      return true;
    },
    transport,
  );
  const only = ["upsert", "discovery"];
  return runAgainst(url, seller.account, { transport, only, client: { timeoutMs: 300 }, maxWait: 1 });
}

describe.each<[string, Record<string, Answer>, readonly Stage[], Kind]>([
  ["no usable answer", MUTE, STAGES, "mcp"],
  ["wrong answers", WRONG, STAGES.slice(3), "mcp"],
  ["long answers", LONG, MIDDLE, "mcp"],
  ["no usable answer", MUTE, ["initialize", "middle"], "a2a"],
  ["wrong answers", WRONG, ["first discovery", "middle"], "a2a"],
])("%s, from one stage of a run on", (kind, answers, stages, transport) => {
  describe.each(sample(Object.entries(answers)))("%s", (_, answer) => {
    it.each(stages.map((stage) => [stage, transport] as const))("%s over %s", async (stage) => {
      const { report, result, code } = await facing(answer, stage, transport);
      expect(result.harness_errors).toEqual([]);
      expect(stage === "cleanup" ? [0, 1, 3] : [1, 3]).toContain(code);
      if (stage === "initialize" && kind === "no usable answer") expect(code).toBe(3);
      expect(reportIssues(report)).toBeNull();
      const told = onTerminal(report);
      expect(told).not.toMatch(RAW_CONTROLS);
      expect(told).not.toMatch(/^::error/m);
      expect(told.length).toBeLessThan(200_000);
    });
  });
});

describe("the command on a hostile seller", () => {
  it.each(["ids and names full of control characters", "errors of every shape"])(
    "%s: the terminal is safe",
    async (name) => {
      const seller = await embedded();
      const url = await before(seller, async (seen, response, forward) => {
        if (seen.rpc === "initialize") {
          const message = JSON.parse((await forward()).body);
          message.result.serverInfo = { name: NASTY, version: NASTY };
          send(response, JSON.stringify(message));
          return true;
        }
        if (seen.stage !== "middle") return false;
        await WRONG[name]!(seen, response, async () => (await forward()).body);
        return true;
      });
      const cwd = temporaryFolder();
      const args = ["run", url, "--account", "acct_demo", "--out", "out", "--timeout", "2000", "--max-wait", "1"];
      const { code, stdout, stderr } = await command(args, { cwd });
      expect([1, 3]).toContain(code);
      for (const text of [stdout, stderr]) {
        expect(text).not.toMatch(RAW_CONTROLS);
        expect(text).not.toMatch(/^::error/m);
        expect(text).not.toMatch(STACK);
      }
      expect(reportIssues(readFolder(join(cwd, "out")).report())).toBeNull();
    },
  );
});
