import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { agent, answer, card, type OnCall } from "../transport/a2a-support.ts";
import { json, result, serve } from "../transport/support.ts";
import { build } from "./built.ts";
import { command, readFolder, STACK } from "./command.ts";
import { reportIssues, runAgainst, temporaryFolder } from "./support.ts";

beforeAll(build);

async function run(url: string, ...args: string[]) {
  const cwd = temporaryFolder();
  const words = ["run", url, "--account", "acct_demo", "--transport", "a2a", "--out", "out", ...args];
  const { code, stdout, stderr } = await command(words, { cwd });
  expect(stdout + stderr).not.toMatch(STACK);
  const report = readFolder(join(cwd, "out")).report();
  expect(reportIssues(report)).toBeNull();
  return { code, report, told: stdout.replaceAll(/\s+/g, " ") };
}

describe("an agent card that cannot be used: exit code 3, and one sentence that says what to do", () => {
  it.each<[string, () => Promise<{ url: string }>, RegExp]>([
    [
      "missing",
      () => serve((_, response) => void response.writeHead(404).end()),
      /No agent card below .*HTTP 404\. Give/,
    ],
    ["no JSON", () => serve((_, response) => void response.writeHead(200).end("{")), /no JSON/],
    ["without an endpoint", () => agent((base) => card(base, { supportedInterfaces: [] })), /names no endpoint\. Give/],
    [
      "that names another host",
      () => agent(() => card("http://localhost:9")),
      /another origin, localhost:9, where credentials do not go\. Give/,
    ],
    [
      "that redirects in a loop",
      () => serve((request, response) => void response.writeHead(302, { location: `${request.url}/x` }).end()),
      /More than 5 redirects/,
    ],
    ["of another kind", () => agent((base) => ({ name: base, skills: "none" })), /no agent card/],
  ])("%s", async (_, start, reason) => {
    const { url } = await start();
    const { code, report, told } = await run(url, "--token", "a-token-of-the-tests");
    expect({ code, reason: report.reason }).toEqual({ code: 3, reason: expect.stringMatching(reason) });
    expect(told).toMatch(reason);
    expect(report.target.transport).toBe("a2a");
  });
});

describe("tasks that come to nothing", () => {
  /** An agent that answers like this once the run asks for the task itself. */
  const answering = (onCall: OnCall) =>
    agent(
      (base) => card(base, { skills: [{ id: "sync_event_sources" }, { id: "get_adcp_capabilities" }] }),
      (call, response, request) => {
        const skill = call.params.message?.parts[0].data.skill;
        if (skill !== "get_adcp_capabilities") return onCall(call, response, request);
        const payload = { status: "completed", adcp: { major_versions: [3] }, supported_protocols: ["media_buy"] };
        answer(response, call, "TASK_STATE_COMPLETED", { artifacts: [{ parts: [{ data: payload }] }] });
      },
    );

  it.each<[string, OnCall, string]>([
    ["never end", (call, response) => answer(response, call, "TASK_STATE_WORKING"), "no_answer"],
    ["are cancelled", (call, response) => answer(response, call, "TASK_STATE_CANCELED"), "unfinished"],
    [
      "are in a state that nobody knows",
      (call, response) => answer(response, call, "TASK_STATE_DREAMING"),
      "unfinished",
    ],
    ["wait for input", (call, response) => answer(response, call, "TASK_STATE_INPUT_REQUIRED"), "unfinished"],
    ["are no tasks", (call, response) => json(response, result(call, { hello: "world" })), "no_payload"],
  ])("%s: the seller fails DSC-01, and the run says that the account could not be seen", async (_, onCall) => {
    const { url } = await answering(onCall);
    const outcome = await runAgainst(url, { account_id: "a" }, { transport: "a2a", client: { timeoutMs: 400 } });
    expect(outcome.result.harness_errors).toEqual([]);
    expect(outcome.code).toBe(1);
    expect(outcome.result.reason).toMatch(/could not be discovered/);
    expect(outcome.result.rules.find(({ id }) => id === "DSC-01")).toMatchObject({
      verdict: "failed",
      findings: [{ message: "a discovery was not answered with sources" }],
    });
    expect(reportIssues(outcome.report)).toBeNull();
  });

  it("refuse the run's credentials by asking for some: exit code 3", async () => {
    const { url } = await answering((call, response) => answer(response, call, "TASK_STATE_AUTH_REQUIRED"));
    const outcome = await runAgainst(url, { account_id: "a" }, { transport: "a2a" });
    expect(outcome.code).toBe(3);
    expect(outcome.result.reason).toMatch(/refused the credentials/);
  });
});
