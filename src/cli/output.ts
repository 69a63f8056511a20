import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileOf, hasReporter, reporter } from "../report/formats.ts";
import type { Report } from "../report/report.ts";
import type { RenderOptions } from "../report/reporter.ts";
import { columnsOf, type Io, mayStyle } from "./io.ts";
import { notYet, UsageError } from "./usage.ts";
import { writeFile } from "./write-file.ts";

/** @throws UsageError for formats of a later version */
export function checkFormats(formats: readonly string[]): void {
  const missing = formats.find((name) => !hasReporter(name));
  if (missing !== undefined) throw notYet(`the format ${missing}`);
}

/**
 * Makes the folder of a run: the given one, or a new one named after the time, below `reports`.
 * @throws UsageError when it cannot be written
 */
export function makeFolder(cwd: string, out: string | undefined, now: Date): string {
  const time = now
    .toISOString()
    .replaceAll(":", "-")
    .replace(/\.\d+Z$/, "Z");
  try {
    if (out !== undefined) {
      mkdirSync(resolve(cwd, out), { recursive: true });
      return out;
    }
    mkdirSync(resolve(cwd, "reports"), { recursive: true });
    for (let copy = 1; ; copy++) {
      const name = join("reports", copy === 1 ? time : `${time}-${copy}`);
      try {
        mkdirSync(resolve(cwd, name));
        return name;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      }
    }
  } catch (error) {
    throw new UsageError(`The folder for the reports cannot be made: ${(error as NodeJS.ErrnoException).code}.`);
  }
}

export function renderOptions({ stdout, env }: Io): RenderOptions {
  return { columns: columnsOf(stdout), colour: mayStyle(stdout, env) };
}

/** Writes report.json and the other formats that are files. Each is complete or not there. */
export async function writeFiles(
  report: Report,
  folder: string,
  formats: readonly string[],
  options: RenderOptions,
): Promise<void> {
  for (const name of new Set(["json", ...formats])) {
    const file = fileOf(name);
    if (file === undefined) continue;
    const render = await reporter(name);
    writeFile(join(folder, file), render(report, options));
  }
}
