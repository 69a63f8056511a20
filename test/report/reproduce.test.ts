import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { quote } from "../../src/report/curl.ts";
import { reproduce } from "../../src/report/reproduce.ts";
import type { Exchange } from "../../src/transport/exchange.ts";
import { exchange, HOSTILE, KEY } from "./sample.ts";

interface Command {
  args: string[];
  input: string;
}

/** What curl would be called with if a shell ran the line. */
function shell(line: string, env: Record<string, string> = {}): Command[] {
  // A function in place of curl: each word ends in NUL, then what it reads, if it reads; two more NULs end the call.
  const curl = [
    'curl() { printf "%s\\0" "$@" >&3;',
    'case " $* " in *" --data-binary @- "*) cat >&3; printf "\\0" >&3;; esac;',
    'printf "\\0\\0" >&3; printf "HTTP/1.1 200 OK\\r\\nMcp-Session-Id: s-1\\r\\n"; };',
  ].join(" ");
  const told = execFileSync("sh", [], {
    input: `exec 3>&1 >/dev/null; ${curl} ${line}`,
    env: { PATH: process.env.PATH ?? "", ...env },
    encoding: "utf8",
    maxBuffer: 1e8,
  });
  return told
    .split("\0\0\0")
    .filter((call) => call !== "")
    .map((call) => {
      const args = call.split("\0");
      const at = args.indexOf("--data-raw");
      return { args, input: at === -1 ? args.at(-1)! : args[at + 1]! };
    });
}

const bodyOf = ({ request }: Exchange) => JSON.parse(request.body!);
const headersOf = ({ args }: Command) => args.filter((_, index) => args[index - 1] === "-H");

describe("the curl line", () => {
  it("sends all cited calls in order, with the token of the environment", () => {
    const calls = [exchange(1, { a: 1 }), exchange(2, { a: 'it\'s $HOME `id` "q" \\ !' })];
    const sent = shell(reproduce(calls, { seed: 7, bearer: true }).curl, { ADCP_TOKEN: "t0" });
    expect(sent.map(({ input }) => JSON.parse(input))).toEqual(calls.map(bodyOf));
    for (const command of sent) {
      expect(command.args).toContain("https://seller.example/mcp");
      expect(headersOf(command)).toContain("Authorization: Bearer t0");
    }
  });

  it("never shows a masked value as if it could be used", () => {
    const one = exchange(1, {});
    one.request.headers = { "x-api-key": "***", authorization: "***", "x-plain": "a'b" };
    const { curl } = reproduce([one], { seed: 7, bearer: false });
    expect(curl).not.toContain("***");
    const [command] = shell(curl, { ADCP_X_API_KEY: "k", ADCP_AUTHORIZATION: "Basic b" });
    expect(headersOf(command!)).toEqual(["x-api-key: k", "authorization: Basic b", "x-plain: a'b"]);
    one.request.url = "https://seller.example/mcp?key=***";
    expect(reproduce([one], { seed: 7, bearer: false }).curl).toContain('"$ADCP_URL"');
  });

  it("makes keys anew, equal ones equal, and leaves odd ones alone", () => {
    const other = KEY.replace("6f1f", "7f1f");
    const keys = [KEY, other, KEY, "too short"];
    const { curl } = reproduce(
      keys.map((idempotency_key, n) => exchange(n + 1, { idempotency_key })),
      { seed: 7, bearer: true },
    );
    const sent = shell(curl).map(({ input }) => JSON.parse(input).params.arguments.idempotency_key as string);
    expect(sent[0]).toMatch(/^[A-Za-z0-9_.:-]{16,255}$/);
    expect(sent[0]).toBe(sent[2]);
    expect(new Set(sent).size).toBe(3);
    expect(sent).not.toContain(KEY);
    expect(sent[3]).toBe("too short");
  });

  it("opens a session first where the seller keeps sessions", () => {
    const one = exchange(5, { a: 1 });
    one.request.headers["mcp-session-id"] = "***";
    const sent = shell(reproduce([one], { seed: 7, bearer: true }).curl);
    expect(sent.map(({ input }) => JSON.parse(input).method)).toEqual([
      "initialize",
      "notifications/initialized",
      "tools/call",
    ]);
    expect(headersOf(sent[0]!).join()).not.toContain("Session");
    expect(headersOf(sent[2]!)).toContain("Mcp-Session-Id: s-1");
  });

  it.each(HOSTILE.map((text) => [JSON.stringify(text.slice(0, 30)), text.slice(0, 200_000)]))(
    "carries %s unchanged in one line of ASCII",
    (_, text) => {
      const one = exchange(1, { event_sources: [{ event_source_id: text, name: `'; rm -rf / #${text}` }] });
      const { curl } = reproduce([one], { seed: 7, bearer: true });
      expect(curl).toMatch(/^[\x20-\x7e]+$/);
      expect(curl).not.toMatch(/##\w*\[/);
      const sent = shell(curl);
      expect(sent).toHaveLength(1);
      expect(JSON.parse(sent[0]!.input)).toEqual(bodyOf(one));
    },
  );

  it("is empty where nothing was posted", () => {
    expect(reproduce([], { seed: 7, bearer: true }).curl).toBe("");
  });
});

describe("the calls", () => {
  it("stand as MCP JSON, those of tools alone", () => {
    const { tool: _, ...listing } = exchange(1, {}, { operation: "tools/list" });
    const broken = exchange(2, {});
    broken.request.body = '{"params":';
    expect(
      reproduce([listing, broken, exchange(3, { delete_missing: true })], { seed: 7, bearer: true }).calls,
    ).toEqual([{ method: "tools/call", params: { name: "sync_event_sources", arguments: { delete_missing: true } } }]);
  });
});

describe("the calls over A2A", () => {
  it.each(["input", "parameters"])("stand as MCP JSON too, with their arguments under %s", (key) => {
    const one = exchange(1, {});
    const part = { data: { skill: "sync_event_sources", [key]: { delete_missing: true } } };
    one.operation = "SendMessage";
    one.request.body = JSON.stringify({
      method: "SendMessage",
      params: { message: { messageId: "m", parts: [part] } },
    });
    const { calls, curl, typescript } = reproduce([one], { seed: 7, bearer: true });
    expect(calls).toEqual([
      { method: "tools/call", params: { name: "sync_event_sources", arguments: { delete_missing: true } } },
    ]);
    expect(curl).toContain("SendMessage");
    expect(typescript).toContain('method: "SendMessage"');
    expect(typescript).not.toContain("tools/call");
  });
});

describe("quote", () => {
  it("gives one word whatever it holds", () => {
    const word = "a'b''c \\ $x `y` \"z\" \n !";
    expect(execFileSync("sh", ["-c", `printf %s ${quote(word)}`], { encoding: "utf8" })).toBe(word);
  });
});
