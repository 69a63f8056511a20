import { describe, expect, it } from "vitest";
import { createValidator, type MessageName, type Release, type SchemaIssue } from "../../src/validation/index.ts";
import { ADCP_SCHEMAS } from "./official.ts";

const KEY = "0b8f9a52-6d0c-4c5e-9a55-0d7a6d3f5b11";
const ACCOUNT = { account_id: "acct_1" };
const SOURCE = { event_source_id: "cf_1", action: "created" };

type Case = [title: string, message: MessageName, value: unknown, issues: string[]];

/** What each message is expected to be told, as `pointer keyword message`. */
const CASES: Case[] = [
  ["a valid success", "sync-event-sources-response", { status: "completed", event_sources: [SOURCE] }, []],
  ["a listing of nothing", "sync-event-sources-response", { status: "completed", event_sources: [] }, []],
  [
    "a failure that carries adcp_error too",
    "sync-event-sources-response",
    { status: "failed", errors: [{ code: "X", message: "x" }], adcp_error: { code: "X", message: "x" } },
    [],
  ],
  ["no object", "sync-event-sources-response", null, [" type must be an object"]],
  ["an array", "sync-event-sources-response", [], [" type must be an object"]],
  [
    "neither arm",
    "sync-event-sources-response",
    { status: "completed" },
    [" oneOf must have event_sources, or errors"],
  ],
  [
    "neither arm and no status",
    "sync-event-sources-response",
    {},
    [" oneOf must have event_sources, or errors", "/status required must be present"],
  ],
  [
    "both arms",
    "sync-event-sources-response",
    { status: "completed", event_sources: [SOURCE], errors: [{ code: "X", message: "x" }] },
    [" oneOf must not have event_sources and errors together"],
  ],
  [
    "an empty errors beside event_sources",
    "sync-event-sources-response",
    { status: "completed", event_sources: [SOURCE], errors: [] },
    [" oneOf must not have event_sources and errors together"],
  ],
  [
    "errors null beside event_sources",
    "sync-event-sources-response",
    { status: "completed", event_sources: [SOURCE], errors: null },
    [" oneOf must not have event_sources and errors together"],
  ],
  [
    "a success with bad values",
    "sync-event-sources-response",
    {
      status: "completed",
      event_sources: [{ ...SOURCE, action: "create", health: { status: "good", match_rate: 1.5 } }],
    },
    [
      "/event_sources/0/action enum must be one of created, updated, unchanged, deleted, failed",
      "/event_sources/0/health/match_rate maximum must be at most 1",
    ],
  ],
  [
    "a success whose event_sources is no array",
    "sync-event-sources-response",
    { status: "completed", event_sources: {} },
    ["/event_sources type must be an array"],
  ],
  [
    "a result without its id",
    "sync-event-sources-response",
    { status: "completed", event_sources: [{ action: "created" }] },
    ["/event_sources/0/event_source_id required must be present"],
  ],
  [
    "a value of the wrong type is told once",
    "sync-event-sources-response",
    { status: "completed", event_sources: [{ ...SOURCE, action: 5 }] },
    ["/event_sources/0/action type must be a string"],
  ],
  [
    "an empty failure",
    "sync-event-sources-response",
    { status: "failed", errors: [] },
    ["/errors minItems must have at least 1 item"],
  ],
  [
    "a failure with sandbox",
    "sync-event-sources-response",
    { status: "failed", errors: [{ code: "X", message: "x" }], sandbox: true },
    ["/sandbox not must not be present here"],
  ],
  [
    "forbidden envelope fields",
    "sync-event-sources-response",
    { status: "completed", event_sources: [], task_status: "completed", response_status: "completed" },
    ["/task_status not must not be present here", "/response_status not must not be present here"],
  ],
  [
    "an envelope field that two schemas speak of",
    "sync-event-sources-response",
    { status: "completed", event_sources: [], context: "x" },
    ["/context type must be an object"],
  ],
  [
    "an account named in both ways",
    "sync-event-sources-request",
    { idempotency_key: KEY, account: { ...ACCOUNT, brand: { domain: "a.com" }, operator: "b.com" } },
    ["/account oneOf must not have account_id and brand and operator together"],
  ],
  [
    "an account named in neither way",
    "sync-event-sources-request",
    { idempotency_key: KEY, account: {} },
    ["/account oneOf must have account_id, or brand and operator"],
  ],
  [
    "a brand without operator",
    "sync-event-sources-request",
    { idempotency_key: KEY, account: { brand: { domain: "a.com" } } },
    ["/account/operator required must be present"],
  ],
  [
    "an account id with more",
    "sync-event-sources-request",
    { idempotency_key: KEY, account: { ...ACCOUNT, sandbox: true } },
    ["/account/sandbox additionalProperties must not be present, since this object takes no other properties"],
  ],
  [
    "a short key and an empty list: shape first",
    "sync-event-sources-request",
    { idempotency_key: KEY, event_sources: [] },
    ["/account required must be present", "/event_sources minItems must have at least 1 item"],
  ],
  [
    "a watch milestone that says nothing",
    "log-event-request",
    {
      idempotency_key: KEY,
      event_source_id: "cf_1",
      events: [{ event_id: "1", event_type: "watch_milestone", event_time: "2025-01-01T00:00:00Z", custom_data: {} }],
    },
    ["/events/0/custom_data anyOf must have progress_percent, or progress_seconds"],
  ],
  [
    "half of a user match",
    "log-event-request",
    {
      idempotency_key: KEY,
      event_source_id: "cf_1",
      events: [
        {
          event_id: "1",
          event_type: "lead",
          event_time: "2025-01-01T00:00:00Z",
          user_match: { client_ip: "192.0.2.1" },
        },
      ],
    },
    ["/events/0/user_match/client_user_agent required must be present"],
  ],
  [
    "keys honoured, for how long is not said",
    "get-adcp-capabilities-response",
    capabilities({ supported: true }),
    ["/adcp/idempotency/replay_ttl_seconds required must be present"],
  ],
  [
    "keys neither honoured nor not",
    "get-adcp-capabilities-response",
    capabilities({ supported: "yes" }),
    ["/adcp/idempotency/supported oneOf must be one of true, false"],
  ],
  [
    "keys not honoured for an hour",
    "get-adcp-capabilities-response",
    capabilities({ supported: false, replay_ttl_seconds: 3600 }),
    ["/adcp/idempotency/replay_ttl_seconds not must not be present here"],
  ],
];

function capabilities(idempotency: object) {
  return { status: "completed", adcp: { major_versions: [3], idempotency }, supported_protocols: ["media_buy"] };
}

function told(issues: SchemaIssue[]): string[] {
  return issues.map(({ pointer, keyword, message }) => `${pointer} ${keyword} ${message}`);
}

describe("issues by our schemas", () => {
  const validator = createValidator();
  for (const [title, message, value, issues] of CASES) {
    it(title, () => expect(told(validator.validate(message, "3.1", value))).toEqual(issues));
  }

  it("carry the offending value, and none where a property is missing", () => {
    const issues = validator.validate("sync-event-sources-request", "3.1", {
      idempotency_key: "short",
      account: ACCOUNT,
      event_sources: [{ name: "x" }],
    });
    expect(issues[0]).toMatchObject({ pointer: "/event_sources/0/event_source_id", keyword: "required" });
    expect(issues[0]).not.toHaveProperty("actual");
    expect(issues[1]).toMatchObject({ pointer: "/idempotency_key", keyword: "minLength", actual: "short" });
  });

  it("name the file and the place of the rule", () => {
    const [issue] = validator.validate("sync-event-sources-response", "3.2", {
      status: "completed",
      event_sources: [{ ...SOURCE, health: { status: "ok" } }],
    });
    expect(issue).toMatchObject({
      schema_id: "https://adcp-conformance.dev/schemas/3.2/event-source-health.json",
      schema_path: "/properties/status/enum",
    });
  });

  it("escape names in pointers", () => {
    const [issue] = validator.validate("sync-event-sources-request", "3.1", {
      idempotency_key: KEY,
      account: { account_id: "a", "b/c~d": 1 },
    });
    expect(issue).toMatchObject({ pointer: "/account/b~1c~0d", actual: 1 });
  });

  it("differ by release: 3.0 asks for no status, 3.1 does", () => {
    const answer = { event_sources: [] };
    expect(validator.validate("sync-event-sources-response", "3.0", answer)).toEqual([]);
    expect(told(validator.validate("sync-event-sources-response", "3.1", answer))).toEqual([
      "/status required must be present",
    ]);
  });
});

const named = ADCP_SCHEMAS
  ? "issues by the official schemas"
  : "issues by the official schemas (skipped: ADCP_SCHEMAS is unset)";
describe.skipIf(!ADCP_SCHEMAS)(named, () => {
  for (const [title, message, value, issues] of CASES) {
    it(title, () => {
      const validator = createValidator({ schemas: ADCP_SCHEMAS ?? "" });
      expect(told(validator.validate(message, "3.1" satisfies Release, value))).toEqual(issues);
    });
  }
});
