/**
 * Every rule as a test of a seller's own vitest: `import { conformance } from "adcp-conformance/vitest"`. One run, before the
 * first of the tests, decides all of them.
 */
import { beforeAll, describe, type TestContext, test } from "vitest";
import { suites } from "../../suites/index.ts";
import { select } from "../cli/selection.ts";
import { isKnown } from "../report/judge.ts";
import type { Report, ReportRule } from "../report/report.ts";
import { clean } from "../report/sanitize.ts";
import { verdictLine } from "../report/terminal.ts";
import { failureText } from "./failure.ts";
import { type RunOptions, run } from "./index.ts";
import { invocationOf } from "./invocation.ts";

export type { RunOptions } from "./index.ts";

export interface ConformanceOptions extends RunOptions {
  /** The name of the group of tests. */
  name?: string;
  /** Milliseconds that the whole run may take; ten minutes unless given. */
  runTimeout?: number;
}

const RUN_TIMEOUT_MS = 600_000;

/**
 * Registers each rule as a test, by suites. A broken `must` fails (with `failOn: "should"`, a broken `should` too); what warns
 * or is noted passes with an annotation; what is known, not applicable or not tested is skipped with its reason. A last test
 * stands for the verdict of the run: it fails as well when that is inconclusive, so that skipped tests never look like a
 * conformant seller.
 * @param options of the run; where they depend on what `beforeAll` sets up (the port of a seller, for instance), a function that gives them;
 *   then rules that they leave out are registered too, and skipped
 * @param group name and time limit of the group of tests, where the options come from a function
 * @throws UsageError for wrong options
 */
export function conformance(
  options: ConformanceOptions | (() => ConformanceOptions | Promise<ConformanceOptions>),
  group: Pick<ConformanceOptions, "name" | "runTimeout"> = typeof options === "function" ? {} : options,
): void {
  const { name = "AdCP conformance of sync_event_sources", runTimeout = RUN_TIMEOUT_MS } = group;
  const selected = typeof options === "function" ? undefined : selectedBy(options);
  describe(name, () => {
    let report: Report;
    beforeAll(async () => {
      report = await run(runOptions(typeof options === "function" ? await options() : options));
    }, runTimeout);
    for (const suite of suites) {
      const rules = Object.entries(suite.rules).filter(([id]) => selected?.has(id) ?? true);
      if (rules.length === 0) continue;
      describe(suite.name, () => {
        for (const [id, { level, statement }] of rules)
          test(`${id} (${level}) ${statement}`, (context) => judge(report, id, context));
      });
    }
    test("verdict of the run", () => {
      const stale = report.baseline?.stale.length ?? 0;
      if (report.verdict !== "conformant" || report.security === "findings" || stale > 0)
        throw new Failure(verdictLine(report));
    });
  });
}

function runOptions({ name: _, runTimeout: __, ...options }: ConformanceOptions): RunOptions {
  return options;
}

/** @throws UsageError */
function selectedBy(options: ConformanceOptions): ReadonlySet<string> {
  const { signal: _, onEvent: __, cwd = process.cwd(), ...rest } = runOptions(options);
  return select(suites, invocationOf(rest, cwd).given).rules;
}

async function judge(report: Report, id: string, context: TestContext): Promise<void> {
  const rule = report.rules.find((one) => one.id === id);
  if (!rule) return context.skip("the options leave it out");
  if (isKnown(rule)) return context.skip(`known failure: ${clean(rule.findings[0]?.known?.reason ?? "")}`);
  if (rule.verdict === "not_tested" || rule.verdict === "not_applicable")
    return context.skip(`${rule.verdict.replace("_", " ")}: ${clean(rule.reason ?? "")}`);
  if (rule.verdict === "passed") return;
  if (fails(rule, report)) throw new Failure(failureText(rule));
  await context.annotate?.(failureText(rule), rule.verdict === "warned" ? "warning" : "notice");
}

const fails = ({ verdict, security }: ReportRule, { fail_on }: Report): boolean =>
  verdict === "failed" || (verdict === "warned" && (security || fail_on === "should"));

/** Without a stack: what it would show is this file, and the fault is the seller's. */
class Failure extends Error {
  override readonly name = "Failure";
  constructor(message: string) {
    super(message);
    this.stack = `${this.name}: ${message}`;
  }
}
