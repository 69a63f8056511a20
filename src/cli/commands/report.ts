import { mkdirSync } from "node:fs";
import { resolve } from "node:path";
import { reporter } from "../../report/formats.ts";
import { ReportError, readReport } from "../../report/read.ts";
import type { Handler } from "../invocation.ts";
import { printed, renderOptions, writeFiles } from "../output.ts";
import { notYet, UsageError } from "../usage.ts";

/** Converts a report: to standard output, or with --out into files. */
export const report: Handler = async ({ words, given }, io) => {
  if (words.length > 1) throw notYet("the merging and comparing of reports");
  if (given.baseline !== undefined) throw notYet("--baseline");
  if (given["fail-on"] !== undefined) throw notYet("--fail-on of report");
  const formats = given.format ?? ["terminal"];
  const toStdout = given.out === undefined || given.out === "-";
  if (toStdout && formats.length !== 1)
    throw new UsageError("Several formats do not fit on standard output; --out DIR writes them into a folder.");
  const input = read(resolve(io.cwd, words[0]!));
  const options = renderOptions(io);
  if (toStdout) {
    io.stdout.write((await reporter(formats[0]!))(input, options));
    return 0;
  }
  const folder = resolve(io.cwd, given.out!);
  try {
    mkdirSync(folder, { recursive: true });
    await writeFiles(input, folder, formats, options);
  } catch (error) {
    throw new UsageError(`The reports cannot be written to --out: ${(error as NodeJS.ErrnoException).code}.`);
  }
  io.stdout.write(await printed(input, formats, options));
  if (!given.quiet) io.stdout.write(`report: ${given.out}\n`);
  return 0;
};

function read(path: string) {
  try {
    return readReport(path);
  } catch (error) {
    if (error instanceof ReportError) throw new UsageError(error.message);
    throw error;
  }
}
