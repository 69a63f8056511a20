/**
 * The programmatic interface: `import { run } from "adcp-conformance"`. It does what the command `run` does, prints nothing, and
 * hands back the report.
 */
import { testSeller } from "../cli/commands/run.ts";
import type { RunEvent } from "../engine/result.ts";
import type { Report } from "../report/report.ts";
import { invocationOf, silentIo } from "./invocation.ts";
import type { RunOptions } from "./options.ts";

export { exitCode } from "../cli/exit.ts";
export { UsageError } from "../cli/usage.ts";
export type { RunEvent } from "../engine/result.ts";
export type { Report, ReportExchange, ReportFinding, ReportRule } from "../report/report.ts";
export type { RunOptions } from "./options.ts";

/**
 * Tests a seller, or the embedded one where no `url` is given. Whatever the seller does is told in the report. Nothing is
 * written to disk that outlasts the run, unless `out` names a folder.
 * @returns the report as `report.json` has it (schema: `adcp-conformance/schemas/report.json`); `exitCode` says what the
 *   command would exit with
 * @throws UsageError for wrong options, before anything is sent
 */
export async function run(options: RunOptions = {}): Promise<Report> {
  const { signal, onEvent, cwd = process.cwd(), ...rest } = options;
  let report: Report | undefined;
  await testSeller(invocationOf(rest, cwd), silentIo(cwd, signal), {
    onEvent: (event: RunEvent) => onEvent?.(event),
    onReport: (one) => {
      report = one;
    },
  });
  if (!report) throw new Error("the run ended without a report");
  return report;
}
