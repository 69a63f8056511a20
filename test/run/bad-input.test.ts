import { writeFileSync } from "node:fs";
import { createServer as createHttp } from "node:http";
import { createServer as createTcp } from "node:net";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import type { Report } from "../../src/report/report.ts";
import { listen } from "../transport/support.ts";
import { build } from "./built.ts";
import { command, readFolder, STACK } from "./command.ts";
import { before } from "./front.ts";
import { buyersOn } from "./others.ts";
import { embedded, type Json, reportIssues, temporaryFolder } from "./support.ts";

beforeAll(build);

const answering = async (status: number, type: string, body: string): Promise<string> => {
  const server = createHttp((_request, response) => response.writeHead(status, { "content-type": type }).end(body));
  return `http://127.0.0.1:${await listen(server)}/mcp`;
};

/** A port where nothing listens any more. */
async function freePort(): Promise<number> {
  const server = createTcp();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function run(url: string, ...args: string[]) {
  const cwd = temporaryFolder();
  const ended = await command(["run", url, "--account", "acct_demo", "--out", "out", ...args], { cwd });
  expect(ended.stderr).not.toMatch(STACK);
  expect(ended.stdout).not.toMatch(STACK);
  const folder = readFolder(join(cwd, "out"));
  if (!folder.has("report.json")) return { ...ended, report: undefined };
  const report = folder.report();
  expect(reportIssues(report)).toBeNull();
  return { ...ended, report };
}

const failed = (report: Report | undefined): string[] =>
  (report?.rules ?? []).filter(({ verdict }) => verdict === "failed").map(({ id }) => id);

describe("a seller that cannot be reached or is none: exit code 3, and one sentence that says what to do", () => {
  it.each<[string, () => Promise<string>, RegExp]>([
    [
      "nothing listens",
      async () => `http://127.0.0.1:${await freePort()}/mcp`,
      /No connection to .*ECONNREFUSED.* Check the address and the port/,
    ],
    [
      "a name that does not exist",
      async () => "https://seller.invalid/mcp",
      /Check (the spelling of the host|the address)/,
    ],
    [
      "https where http is spoken",
      async () => (await answering(200, "text/plain", "ok")).replace("http:", "https:"),
      /TLS with .* failed/,
    ],
    [
      "a web page",
      () => answering(200, "text/html", "<!doctype html><h1>Welcome</h1>"),
      /web page, not with MCP.*often it ends in \/mcp/,
    ],
    [
      "JSON that is no MCP",
      () => answering(200, "application/json", '{"hello":"world"}'),
      /no answer to the JSON-RPC request/,
    ],
    ["no such path", () => answering(404, "text/plain", "Not found"), /There is no MCP server at .*HTTP 404/],
    ["broken inside", () => answering(500, "text/plain", "Oops"), /HTTP 500.* try again later/],
    [
      "credentials refused (401)",
      () => answering(401, "application/json", "{}"),
      /refused the credentials .*HTTP 401.* token/,
    ],
    [
      "credentials refused (403)",
      () => answering(403, "text/plain", "no"),
      /refused the credentials .*HTTP 403.* token/,
    ],
    [
      "a server that closes without a word",
      async () =>
        `http://127.0.0.1:${await listen(createTcp((socket) => socket.on("data", () => socket.destroy())))}/mcp`,
      /Check that this port speaks HTTP/,
    ],
  ])("%s", async (_, address, reason) => {
    const { code, stdout, report } = await run(await address());
    expect(code).toBe(3);
    expect(stdout.replaceAll(/\s+/g, " ")).toMatch(reason);
    expect(report).toMatchObject({
      verdict: "inconclusive",
      reason: expect.stringMatching(reason),
      account: { before: null },
    });
    expect(report!.rules.every(({ verdict }) => verdict === "not_tested" || verdict === "not_applicable")).toBe(true);
  });

  it("silence: over with --timeout", async () => {
    const port = await listen(createTcp(() => {}));
    const { code, report } = await run(`http://127.0.0.1:${port}/mcp`, "--timeout", "300");
    expect({ code, reason: report?.reason }).toEqual({
      code: 3,
      reason: expect.stringMatching(/not complete in time/),
    });
  });
});

describe("a run that may not use the account: exit code 3, nothing written", () => {
  it.each<[string, (seen: { tool?: string }) => { status: number; body: string } | undefined, RegExp]>([
    [
      "401 at the first call",
      ({ tool }) => (tool === "sync_event_sources" ? { status: 401, body: "{}" } : undefined),
      /refused the credentials .*--token or ADCP_TOKEN/,
    ],
    [
      "403 at the first call",
      ({ tool }) => (tool === "sync_event_sources" ? { status: 403, body: "no" } : undefined),
      /refused the credentials .*--token or ADCP_TOKEN/,
    ],
    [
      "401 at every call",
      ({ tool }) => (tool === undefined ? undefined : { status: 401, body: "{}" }),
      /refused the credentials .*--token or ADCP_TOKEN/,
    ],
  ])("%s", async (_, refusal, reason) => {
    const seller = await embedded();
    const url = await before(seller, (seen, response) => {
      const answer = refusal(seen);
      const headers = { "content-type": "application/json", "www-authenticate": "Bearer" };
      if (answer) response.writeHead(answer.status, headers).end(answer.body);
      return answer !== undefined;
    });
    const { code, report } = await run(url);
    expect({ code, reason: report?.reason, failed: failed(report) }).toEqual({
      failed: [],
      code: 3,
      reason: expect.stringMatching(reason),
    });
    expect(buyersOn(seller)).toEqual([]);
  });

  it("the wrong token", async () => {
    const seller = await embedded({ token: "the-right-token" });
    const { code, report, stdout } = await run(seller.url, "--token", "a-wrong-token-for-sure");
    expect({ code, reason: report?.reason }).toEqual({
      code: 3,
      reason: expect.stringMatching(/refused the credentials/),
    });
    expect(stdout + JSON.stringify(report)).not.toContain("a-wrong-token-for-sure");
    const right = await run(seller.url, "--token", "the-right-token", "--only", "discovery");
    expect(right.code).toBe(0);
  });

  it.each([
    ["an unknown one", "acct_nobody", /ACCOUNT_NOT_FOUND.*--account/],
    ["a suspended one", "acct_suspended", /ACCOUNT_SUSPENDED.*--account/],
  ])("%s", async (_, account, reason) => {
    const seller = await embedded();
    const { code, report } = await run(seller.url, "--account", account);
    expect({ code, reason: report?.reason, failed: failed(report) }).toEqual({
      failed: [],
      code: 3,
      reason: expect.stringMatching(reason),
    });
    expect(report!.totals.must.failed).toBe(0);
  });
});

describe("a seller that does not offer the task", () => {
  const edited = (edit: (result: Json, tool: string | undefined) => void) => async () => {
    const seller = await embedded();
    const url = await before(seller, async ({ rpc, tool }, response, forward) => {
      if (rpc !== "tools/list" && tool !== "get_adcp_capabilities") return false;
      const { status, headers, body } = await forward();
      const message = JSON.parse(body);
      edit(message.result, tool);
      response.writeHead(status, headers).end(JSON.stringify(message));
      return true;
    });
    return { seller, url };
  };
  const unlisted = (result: Json): void => {
    if (Array.isArray(result["tools"]))
      result["tools"] = result["tools"].filter(({ name }) => name !== "sync_event_sources");
  };
  const undeclared = (result: Json, tool?: string): void => {
    if (tool === undefined) return;
    const payload = result["structuredContent"] as { media_buy: Json };
    delete payload.media_buy["conversion_tracking"];
    result["content"] = [];
  };

  it("lists no tool and declares no conversion tracking: inconclusive, and told why", async () => {
    const { url, seller } = await edited((result, tool) => {
      unlisted(result);
      undeclared(result, tool);
    })();
    const { code, report } = await run(url);
    expect({ code, reason: report?.reason }).toEqual({
      code: 3,
      reason: expect.stringMatching(/does not offer sync_event_sources/),
    });
    expect(buyersOn(seller)).toEqual([]);
  });

  it("lists no tool and declares conversion tracking: a finding, and the tool is called all the same", async () => {
    const { url } = await edited(unlisted)();
    const { code, report } = await run(url);
    expect(code).toBe(1);
    const failed = report!.rules.filter(({ verdict }) => verdict === "failed").map(({ id }) => id);
    expect(failed.toSorted()).toEqual(["CAP-02", "MCP-01"]);
    expect(report!.rules.find(({ id }) => id === "UPS-01")?.verdict).toBe("passed");
  });

  it("has capabilities that cannot be read: a finding, and the run goes on", async () => {
    const { url } = await edited((result, tool) => {
      if (tool === undefined) return;
      result["structuredContent"] = { hello: "world" };
      result["content"] = [];
    })();
    const { code, report } = await run(url);
    expect(code).toBe(1);
    expect(report!.rules.find(({ id }) => id === "CAP-01")?.verdict).toBe("failed");
    expect(report!.rules.find(({ id }) => id === "UPS-01")?.verdict).toBe("passed");
  });
});

describe("wrong usage: exit code 2, before anything is sent, no report", () => {
  const url = "http://127.0.0.1:9/mcp";
  it.each<[string, string[], RegExp]>([
    ["an unknown option", ["run", url, "--acount", "a"], /--acount is an unknown option.*--account/],
    ["an unknown command", ["runn", url], /no such command.*run/],
    ["a replica that is no URL", ["run", url, "--replica", "x"], /--replica: The URL has to begin with https/],
    ["an unknown rule", ["run", url, "--account", "a", "--only", "UPS-99"], /UPS-99/],
    [
      "a selection that leaves nothing",
      ["run", url, "--account", "a", "--only", "UPS-01", "--skip", "upsert"],
      /nothing|no rule|none/i,
    ],
    ["an account that is no JSON", ["run", url, "--account", '{"account_id":'], /--account is no well-formed JSON/],
    ["plain http elsewhere", ["run", "http://seller.example/mcp", "--account", "a"], /--allow-http/],
    ["no URL at all", ["run", "seller.example", "--account", "a"], /https:\/\//],
    [
      "a release of tomorrow",
      ["run", url, "--account", "a", "--release", "4.0"],
      /--release must be one of 3\.0, 3\.1, 3\.2/,
    ],
    ["an unknown fault", ["seller", "--fault", "create-not-stord"], /no such fault.*create-not-stored/],
    ["explaining an unknown rule", ["explain", "UPS-1"], /no such rule/],
  ])("%s", async (_, args, said) => {
    const cwd = temporaryFolder();
    const { code, stdout, stderr } = await command(args, { cwd });
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(said);
    expect(stderr).not.toMatch(STACK);
    expect(stderr.trim().split("\n")).toHaveLength(1);
  });

  it.each<[string, string, RegExp]>([
    ["is no JSON", '{\n  "release": "3.1",\n  "account": acct_1\n}', /config\.json:3:14: /],
    ["has an unknown option", '{\n  "acount": "a"\n}', /config\.json:2:3: .*account/],
    [
      "has a wrong value",
      '{\n  "account": "a",\n  "timeout": "soon"\n}',
      /config\.json:3:14: "timeout" must be a whole number/,
    ],
  ])("a configuration file that %s is told with its line", async (_, text, said) => {
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, "adcp-conformance.config.json"), text);
    const { code, stderr } = await command(["run", url], { cwd });
    expect(code).toBe(2);
    expect(stderr).toMatch(said);
    expect(stderr).not.toMatch(STACK);
  });
});
