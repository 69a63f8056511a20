import { existsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { fullName } from "../engine/scenarios.ts";
import type { Suite } from "../engine/suite.ts";
import { applyBaseline } from "../report/baseline/apply.ts";
import { type Baseline, BaselineError, parseBaseline } from "../report/baseline/parse.ts";
import { toBaseline } from "../report/baseline/write.ts";
import { ReadError, readBounded } from "../report/read-bounded.ts";
import type { Report } from "../report/report.ts";
import type { Given } from "./options.ts";
import { UsageError } from "./usage.ts";
import { writeFile } from "./write-file.ts";

/** A baseline is written by people. */
const MOST_OF_A_BASELINE = 2 ** 20;

export interface BaselineOptions {
  /** The report outside the baseline that was given. */
  apply(report: Report): Report;
  /** Writes the file that --write-baseline names, if any, and says so in one line. */
  save(report: Report): string | undefined;
}

/**
 * Reads the files of --baseline and --write-baseline before anything is sent.
 * @throws UsageError
 */
export function baselineOptions(
  given: Pick<Given, "baseline" | "write-baseline">,
  suites: readonly Suite[],
  cwd: string,
): BaselineOptions {
  const names = {
    rules: new Set(suites.flatMap(({ rules }) => Object.keys(rules))),
    scenarios: new Set(suites.flatMap((suite) => suite.scenarios.map((scenario) => fullName(suite, scenario)))),
  };
  const { baseline: name, "write-baseline": target } = given;
  const baseline = name === undefined ? undefined : read(name, cwd);
  const earlier = target === undefined ? undefined : target === name ? baseline : read(target, cwd, true);
  if (target !== undefined && !existsSync(dirname(resolve(cwd, target))))
    throw new UsageError(`The baseline ${target} cannot be written: its folder does not exist.`);
  const now = new Date();
  const apply = (report: Report, one: Baseline) => applyBaseline(report, one, names, { now });
  return {
    apply: (report) => (baseline ? apply(report, baseline) : report),
    save(report) {
      if (target === undefined) return undefined;
      const { text, entries } = toBaseline(earlier ? apply(report, earlier) : report, now, {
        earlier,
        json: target.endsWith(".json"),
      });
      const path = resolve(cwd, target);
      try {
        writeFile(path, text);
      } catch (error) {
        throw new UsageError(`The baseline cannot be written: ${(error as NodeJS.ErrnoException).code}.`);
      }
      return `baseline: ${target} (${entries.length} ${entries.length === 1 ? "entry" : "entries"})`;
    },
  };
}

function read(name: string, cwd: string, mayBeMissing: true): Baseline | undefined;
function read(name: string, cwd: string): Baseline;
function read(name: string, cwd: string, mayBeMissing = false): Baseline | undefined {
  try {
    return parseBaseline(readBounded(resolve(cwd, name), MOST_OF_A_BASELINE), name);
  } catch (error) {
    if (error instanceof ReadError && error.missing && mayBeMissing) return undefined;
    if (error instanceof ReadError) throw new UsageError(`The baseline ${name} ${error.message}.`);
    if (error instanceof BaselineError) throw new UsageError(error.message);
    throw error;
  }
}
