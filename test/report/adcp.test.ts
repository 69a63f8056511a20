import { describe, expect, it } from "vitest";
import { adcp } from "../../src/report/adcp/adcp.ts";
import { exchange, finding, report, rule } from "./sample.ts";

type Json = Record<string, unknown>;
interface Told {
  step_results: (Json & { step_id: string; validations: Json[]; notices?: Json[]; skip?: Json })[];
  run_summary: Json & { tracks: Json[]; schemas_used: Json[]; not_selected: Json[] };
}

const render = (over = {}) => JSON.parse(adcp(report(over), { columns: 80, colour: false })) as Told;
const step = (told: Told, id: string) => told.step_results.find(({ step_id }) => step_id === id)!;
const failed = (over = {}) => rule("A-1", { verdict: "failed", findings: [finding(over)] });

/** What the runner output contract 2.12.0 asks every result for, by kind of result. */
const REQUIRED = {
  step: ["storyboard_id", "phase_id", "step_id", "task", "passed", "duration_ms", "validations", "extraction"],
  validation: ["check", "passed", "description"],
  failure: ["request", "response", "json_pointer", "expected", "actual", "schema_id", "schema_url"],
  request: ["transport", "operation", "payload"],
  response: ["transport", "payload"],
  skip: ["reason", "detail"],
  notice: ["severity", "code", "message"],
  summary: [
    ...["total_steps", "steps_passed", "steps_failed", "steps_skipped", "steps_not_selected"],
    ...["tracks", "schemas_used", "runner_capability_version"],
  ],
};

/** What the contract asks for and a result lacks. */
function lacks({ step_results, run_summary }: Told): string[] {
  const missing = (kind: keyof typeof REQUIRED, value: unknown) =>
    REQUIRED[kind].filter((key) => !Object.hasOwn(value as object, key)).map((key) => `${kind}: ${key}`);
  const validations = step_results.flatMap((one) => one.validations);
  const failures = validations.filter(({ passed }) => passed === false);
  return [
    ...step_results.flatMap((one) => missing("step", one)),
    ...step_results.flatMap(({ skip }) => (skip ? missing("skip", skip) : [])),
    ...step_results.flatMap(({ notices = [] }) => notices.flatMap((one) => missing("notice", one))),
    ...validations.flatMap((one) => missing("validation", one)),
    ...failures.flatMap((one) => missing("failure", one)),
    ...failures.flatMap(({ request }) => (request ? missing("request", request) : [])),
    ...failures.flatMap(({ response }) => (response ? missing("response", response) : [])),
    ...missing("summary", run_summary),
    ...step_results
      .filter(({ passed, skip, validations: all }) => !passed && !skip && !all.some((one) => one["passed"] === false))
      .map(({ step_id }) => `${step_id}: failed without a failed validation`),
  ];
}

describe("results in the shape of AdCP's runner output contract", () => {
  it("have what it asks for, for every kind of run", () => {
    expect(lacks(render())).toEqual([]);
    expect(lacks(render({ rules: [failed({ schema_id: "s" })] }))).toEqual([]);
    expect(lacks(render({ rules: [failed({ exchanges: [] })] }))).toEqual([]);
    expect(lacks(render({ rules: [], verdict: "inconclusive", reason: "the seller cannot be reached" }))).toEqual([]);
    expect(lacks({ step_results: [{ step_id: "a", validations: [{}] }], run_summary: {} } as never)).not.toEqual([]);
  });

  it("tell of a failure the call and its answer, where and what was wrong", () => {
    const [validation] = step(render(), "UPS-12").validations;
    expect(validation).toMatchObject({
      id: "UPS-12",
      check: "field_value",
      severity: "required",
      json_pointer: "/event_sources/0/action",
      expected: "a rejection",
      actual: { event_source_id: "cf_1", action: "created" },
      request: {
        transport: "mcp",
        operation: "sync_event_sources",
        payload: { account: { account_id: "acct_demo" }, event_sources: [{ event_source_id: "a" }] },
        url: "https://seller.example/mcp",
      },
      schema_id: null,
    });
    expect(validation!["request"]).not.toHaveProperty("headers");
  });

  it("tell of a broken schema which one, and where it can be fetched", () => {
    const id = "https://adcp-conformance.dev/schemas/3.1/sync-event-sources-response.json";
    const [validation] = step(render({ rules: [failed({ schema_id: id })] }), "A-1").validations;
    expect(validation).toMatchObject({
      check: "response_schema",
      expected: id,
      actual: [{ instance_path: "/event_sources/0/action", message: "a rejection" }],
      schema_id: id,
      schema_url: "https://adcontextprotocol.org/schemas/v3/media-buy/sync-event-sources-response.json",
    });
  });

  it.each([
    ["a result", '{"jsonrpc":"2.0","id":2,"result":{"structuredContent":{"a":1},"content":[]}}', "structured_content"],
    ["a text", '{"jsonrpc":"2.0","id":2,"result":{"content":[{"type":"text","text":"{}"}]}}', "text_fallback"],
    ["prose", '{"jsonrpc":"2.0","id":2,"result":{"content":[{"type":"text","text":"no"}]}}', "none"],
    ["an error alone", '{"jsonrpc":"2.0","id":2,"result":{"structuredContent":{"adcp_error":{}}}}', "error"],
    ["an error of the protocol", '{"jsonrpc":"2.0","id":2,"error":{"code":-32602}}', "error"],
    ["a stream", 'data: {"jsonrpc":"2.0","id":2,"result":{"structuredContent":{"a":1}}}\n\n', "structured_content"],
    ["a page", "<html>", "none"],
  ])("say where a client finds %s", (_, body, path) => {
    const two = exchange(2, {});
    two.response!.body = body;
    const one = step(render({ rules: [failed()], exchanges: [exchange(1, {}), two] }), "A-1");
    expect(one["extraction"]).toMatchObject({ path });
    const [{ response }] = one.validations as [{ response: Json }];
    if (path === "structured_content")
      expect(response).toMatchObject({ transport: "mcp", payload: { isError: false, structuredContent: { a: 1 } } });
    if (body === "<html>") expect(response).toMatchObject({ transport: "http", payload: "<html>" });
  });

  it("count warnings, notes and what was not tested apart from failures", () => {
    const told = render();
    expect(step(told, "UPS-05")).toMatchObject({
      passed: true,
      validations: [{ passed: false, severity: "advisory" }],
    });
    expect(step(told, "UPS-09")).toMatchObject({
      passed: true,
      validations: [],
      notices: [{ severity: "info", code: "ups_09" }],
    });
    expect(step(told, "DEL-01")).toMatchObject({
      passed: false,
      skip: { reason: "prerequisite_failed", detail: "run: nothing may be deleted on this account" },
    });
    expect(step(told, "ACC-07").skip).toEqual({ reason: "not_applicable", detail: "no second account was given" });
    expect(told.run_summary).toMatchObject({
      total_steps: 8,
      steps_passed: 3,
      steps_failed: 2,
      steps_skipped: 3,
      skipped_by_reason: { prerequisite_failed: 2, not_applicable: 1 },
      validations_advisory_failed: 1,
    });
    expect(told.run_summary.tracks).toContainEqual({
      ...{ track: "duplicates", status: "failed" },
      ...{ steps_passed: 3, steps_failed: 1, steps_skipped: 3 },
    });
    expect(told.run_summary.not_selected).toContainEqual(
      expect.objectContaining({ step_id: "UPS-02", reason: "explicit_scope_excluded" }),
    );
    expect(told.run_summary.not_selected).toHaveLength(told.run_summary["steps_not_selected"] as number);
  });

  it("do not let a run that could not test look like one without failures", () => {
    const told = render({ rules: [], verdict: "inconclusive", reason: "the seller cannot be reached" });
    expect(told.run_summary).toMatchObject({ total_steps: 1, steps_failed: 1 });
    expect(step(told, "run")).toMatchObject({ passed: false, error: "the seller cannot be reached" });
  });

  it("tell defects of the runner as notices, which fail nothing", () => {
    const told = render({
      rules: [rule("A-1")],
      verdict: "conformant",
      harness_errors: [{ scenario: "a", message: "b" }],
    });
    expect(told.run_summary).toMatchObject({ steps_failed: 0, notices: [{ code: "runner_defect", message: "a: b" }] });
  });
});
