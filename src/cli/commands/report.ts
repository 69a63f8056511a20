import { mkdirSync } from "node:fs";
import { resolve } from "node:path";
import { fileOf, reporter } from "../../report/formats.ts";
import { judged } from "../../report/judge.ts";
import { areShards, merge } from "../../report/merge.ts";
import { ReportError, readReport } from "../../report/read.ts";
import type { Report } from "../../report/report.ts";
import { baselineOptions } from "../baseline.ts";
import { EXIT, exitCode } from "../exit.ts";
import type { Handler, Invocation } from "../invocation.ts";
import type { Io } from "../io.ts";
import { checkFormats, renderOptions, writeFiles } from "../output.ts";
import { notYet, UsageError } from "../usage.ts";

/** Converts one report, or merges those of shards: to standard output, or with --out into files. */
export const report: Handler = async (invocation, io) => {
  const { words, given } = invocation;
  const formats = given.format ?? ["terminal"];
  checkFormats(formats);
  if (toStdout(invocation) && formats.length !== 1)
    throw new UsageError("Several formats do not fit on standard output; --out DIR writes them into a folder.");
  const inputs = words.map((word) => told(() => readReport(resolve(io.cwd, word))));
  if (inputs.length > 1 && !areShards(inputs)) throw notYet("the comparing of reports");
  const { suites } = await import("../../../suites/index.ts");
  const baseline = baselineOptions(given, suites, io.cwd);
  const order = suites.flatMap(({ rules }) => Object.keys(rules));
  const whole = inputs.length > 1 ? told(() => merge(inputs, order)) : inputs[0]!;
  const gated = baseline.apply(given["fail-on"] === undefined ? whole : judged(whole, given["fail-on"]));
  await deliver(gated, invocation, formats, io);
  const saved = baseline.save(gated);
  if (saved !== undefined && !given.quiet) io.stderr.write(`${saved}\n`);
  // A report that is only shown again is shown, whatever it says.
  const asksForGate = inputs.length > 1 || invocation.explicit.has("baseline") || invocation.explicit.has("fail-on");
  return asksForGate ? exitCode(gated) : EXIT.conformant;
};

const toStdout = ({ given }: Invocation): boolean => given.out === undefined || given.out === "-";

async function deliver(input: Report, invocation: Invocation, formats: readonly string[], io: Io): Promise<void> {
  const { given } = invocation;
  const options = renderOptions(io);
  if (toStdout(invocation)) {
    io.stdout.write((await reporter(formats[0]!))(input, options));
    return;
  }
  const folder = resolve(io.cwd, given.out!);
  try {
    mkdirSync(folder, { recursive: true });
    await writeFiles(input, folder, formats, options);
  } catch (error) {
    throw new UsageError(`The reports cannot be written to --out: ${(error as NodeJS.ErrnoException).code}.`);
  }
  if (formats.some((name) => fileOf(name) === undefined)) io.stdout.write((await reporter("terminal"))(input, options));
  if (!given.quiet) io.stdout.write(`report: ${given.out}\n`);
}

function told<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof ReportError) throw new UsageError(error.message);
    throw error;
  }
}
