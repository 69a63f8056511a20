import { join, resolve } from "node:path";
import { compare, judgeComparison } from "../report/compare.ts";
import { COMPARE_FILES, type CompareFormat, isCompareFormat, renderComparison } from "../report/compare-formats.ts";
import type { Report } from "../report/report.ts";
import { EXIT } from "./exit.ts";
import type { Invocation } from "./invocation.ts";
import type { Io } from "./io.ts";
import { makeFolder, renderOptions } from "./output.ts";
import { UsageError } from "./usage.ts";
import { writeFile } from "./write-file.ts";

const EXIT_OF = { worse: EXIT.notConformant, less: EXIT.couldNotTest, fine: EXIT.conformant } as const;

/** Prints or writes what became of the rules from one report to the other, and gives the exit code of a gate. */
export async function compareReports(before: Report, after: Report, { given }: Invocation, io: Io): Promise<number> {
  const formats = (given.format ?? ["terminal"]).map(known);
  const comparison = compare(before, after);
  const options = renderOptions(io);
  const print = async (format: CompareFormat) => io.stdout.write(await renderComparison(comparison, format, options));
  if (given.out === undefined || given.out === "-") await print(formats[0]!);
  else {
    const folder = resolve(io.cwd, makeFolder(io.cwd, given.out, new Date()));
    for (const format of new Set<CompareFormat>(["json", ...formats])) {
      const file = COMPARE_FILES[format];
      if (file === undefined) await print(format);
      else write(join(folder, file), await renderComparison(comparison, format, options));
    }
    if (!given.quiet) io.stdout.write(`comparison: ${given.out}\n`);
  }
  return EXIT_OF[judgeComparison(comparison, given["fail-on"] ?? "must")];
}

function known(format: string): CompareFormat {
  if (isCompareFormat(format)) return format;
  throw new UsageError(`A comparison has no format ${format}, but ${Object.keys(COMPARE_FILES).join(", ")}.`);
}

function write(path: string, text: string): void {
  try {
    writeFile(path, text);
  } catch (error) {
    throw new UsageError(`The comparison cannot be written to --out: ${(error as NodeJS.ErrnoException).code}.`);
  }
}
