import { describe, expect, it } from "vitest";
import { planText } from "../../src/cli/plan-text.ts";
import { createProgress } from "../../src/cli/progress.ts";
import type { Plan, RunEvent } from "../../src/engine/result.ts";
import { HOSTILE } from "../report/sample.ts";
import { fakeIo } from "./support.ts";

const plan: Plan = {
  url: "https://seller.example/mcp",
  release: "3.1",
  account: { account_id: "a" },
  mode: "limited",
  reason: "the account holds sources of others (theirs); --allow-destructive lets the run risk them",
  foreign: [{ event_source_id: "theirs", managed_by: "buyer", own: false }],
  seller_managed: [],
  own: [],
  scenarios: [
    { suite: "upsert", name: "one", rules: ["UPS-01"], writes: true, deletes: false },
    { suite: "upsert", name: "two", rules: ["UPS-02"], writes: true, deletes: true, blocked: "not here" },
  ],
  sequences: 25,
  will_stay: ["cf_sentinel"],
};

const EVENTS: RunEvent[] = [
  { type: "connected", url: plan.url, protocol_version: "2025-11-25" },
  { type: "planned", plan },
  { type: "suite_started", suite: "upsert", about: "", scenarios: 3 },
  { type: "request", total: 5 },
  { type: "suite_finished", suite: "upsert", passed: 2, failed: 1, warned: 0, not_tested: 0 },
  { type: "waiting", seconds: 3, why: "the seller asks for it" },
];

function told(over: Parameters<typeof fakeIo>[0], options = { suites: true, quiet: false }, events = EVENTS) {
  const io = fakeIo(over);
  const progress = createProgress(io, options);
  for (const event of events) progress.on(event);
  progress.end();
  return io.text();
}

const cwd = "/";

describe("progress", () => {
  it("goes to standard error, one line for each suite, and says before the first write why a run is limited", () => {
    const { stdout, stderr } = told({ cwd });
    expect(stdout).toBe("");
    expect(stderr).toBe(
      [
        "Limited run: the account holds sources of others (theirs); --allow-destructive lets the run risk",
        "  them.",
        "upsert: 2 passed, 1 failed",
        "waiting 3 s: the seller asks for it",
        "",
      ].join("\n"),
    );
  });

  it("redraws a status line on a terminal, and leaves none behind", () => {
    const { stderr } = told({ cwd, isTTY: true });
    expect(stderr).toContain("upsert: 0 requests, 0 s");
    expect(stderr.endsWith("\r\u001b[2K")).toBe(true);
  });

  it.each([
    ["without a terminal", { cwd, isTTY: false }],
    ["with NO_COLOR", { cwd, isTTY: true, env: { NO_COLOR: "1" } }],
    ["on a dumb terminal", { cwd, isTTY: true, env: { TERM: "dumb" } }],
  ])("has no control sequences %s", (_, over) => {
    expect(told(over).stderr).not.toMatch(/[^\P{Cc}\n]/u);
  });

  it.each([40, 20])("keeps its status line within %i columns", (columns) => {
    const long: RunEvent = {
      type: "suite_started",
      suite: "a-suite-with-a-very-long-name-indeed",
      about: "",
      scenarios: 1,
    };
    const { stderr } = told({ cwd, isTTY: true, columns }, undefined, [long]);
    for (const line of stderr.split(/\r\u001b\[2K/)) expect(line.length).toBeLessThan(columns);
  });

  it("is silent when asked, and tells notices without suites", () => {
    expect(told({ cwd, isTTY: true }, { suites: true, quiet: true }).stderr).toBe("");
    const { stderr } = told({ cwd }, { suites: false, quiet: false });
    expect(stderr).toContain("Limited run");
    expect(stderr).not.toContain("passed");
  });

  it.each(HOSTILE.map((text) => [JSON.stringify(text.slice(0, 30)), text]))("is not moved by %s", (_, text) => {
    const hostile: RunEvent[] = [
      { type: "notice", message: text },
      {
        type: "planned",
        plan: { ...plan, reason: text, foreign: [{ event_source_id: text, managed_by: "buyer", own: false }] },
      },
      { type: "waiting", seconds: 1, why: text },
    ];
    const { stderr } = told({ cwd }, undefined, hostile);
    expect(stderr).not.toMatch(/[\p{Cs}\p{Cf}\p{Zl}\p{Zp}]|[^\P{Cc}\n]/u);
    expect(stderr).not.toMatch(/^\s*::/m);
    expect(stderr).not.toMatch(/##\w*\[/);
    expect(stderr.length).toBeLessThan(5_000);
  });
});

describe("the plan", () => {
  it("says what would be sent, what may not be, what is there, and what would stay", () => {
    const text = planText(plan, 80);
    for (const part of [
      "sources of others: theirs",
      "would stay behind: cf_sentinel",
      "1, of which 1 write",
      "one [writes] UPS-01",
      "two [not sent: not here] UPS-02",
    ])
      expect(text.replaceAll(/\n +/g, " ")).toContain(part);
  });
});
