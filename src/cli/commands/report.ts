import { mkdirSync } from "node:fs";
import { resolve } from "node:path";
import { fileOf, reporter } from "../../report/formats.ts";
import { judged } from "../../report/judge.ts";
import { areShards, merge } from "../../report/merge.ts";
import type { Report } from "../../report/report.ts";
import { type BaselineOptions, baselineOptions } from "../baseline.ts";
import { EXIT, exitCode } from "../exit.ts";
import type { Handler, Invocation } from "../invocation.ts";
import type { Io } from "../io.ts";
import { checkFormats, renderOptions, writeFiles } from "../output.ts";
import { asUsage, reportFile } from "../report-file.ts";
import { UsageError } from "../usage.ts";

/** Converts one report, merges those of shards, or compares two: to standard output, or with --out into files. */
export const report: Handler = async (invocation, io) => {
  const { words, given, explicit } = invocation;
  const formats = given.format ?? ["terminal"];
  if (toStdout(invocation) && formats.length !== 1)
    throw new UsageError("Several formats do not fit on standard output; --out DIR writes them into a folder.");
  const inputs = words.map((word) => reportFile(io.cwd, word));
  const { suites } = await import("../../../suites/index.ts");
  const baseline = baselineOptions(given, suites, io.cwd);
  const [first, second] = inputs;
  if (second && !areShards(inputs)) {
    if (inputs.length > 2)
      throw new UsageError("Two reports are compared, and those of shards (--shard K/N) merged: these are neither.");
    if (explicit.has("write-baseline"))
      throw new UsageError("A baseline is written of one report, not of a comparison.");
    const { compareReports } = await import("../compare.ts");
    return compareReports(baseline.apply(first!), baseline.apply(second), invocation, io);
  }
  checkFormats(formats);
  const order = suites.flatMap(({ rules }) => Object.keys(rules));
  const whole = second ? asUsage(() => merge(inputs, order)) : first!;
  const gated = baseline.apply(given["fail-on"] === undefined ? whole : judged(whole, given["fail-on"]));
  await deliver(gated, invocation, io);
  save(baseline, gated, invocation, io);
  // A report that is only shown again is shown, whatever it says.
  const isGate = second !== undefined || explicit.has("baseline") || explicit.has("fail-on");
  return isGate ? exitCode(gated) : EXIT.conformant;
};

const toStdout = ({ given }: Invocation): boolean => given.out === undefined || given.out === "-";

async function deliver(input: Report, invocation: Invocation, io: Io): Promise<void> {
  const { given } = invocation;
  const { format: formats = ["terminal"] } = given;
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

function save(baseline: BaselineOptions, gated: Report, { given }: Invocation, { stderr }: Io): void {
  const saved = baseline.save(gated);
  if (saved !== undefined && !given.quiet) stderr.write(`${saved}\n`);
}
