import { join, resolve } from "node:path";
import { globToRegExp } from "../../engine/select.ts";
import { escapeUnsafe } from "../../report/sanitize.ts";
import type { SelfTest } from "../../selftest/result.ts";
import { EXIT } from "../exit.ts";
import type { Handler } from "../invocation.ts";
import type { Io } from "../io.ts";
import { didYouMean } from "../near.ts";
import { makeFolder, renderOptions } from "../output.ts";
import { packageInfo } from "../package-info.ts";
import { select } from "../selection.ts";
import { notYet, UsageError } from "../usage.ts";
import { writeFile } from "../write-file.ts";

const FORMATS = ["terminal", "json", "markdown"] as const;

/** Runs the suites on the defects and the freedoms of the embedded seller, and says which rule caught which defect. */
export const selfTestCommand: Handler = async ({ given }, io) => {
  const format = formatOf(given.format);
  const { suites } = await import("../../../suites/index.ts");
  const { only, skip, noExtra, idle } = select(suites, given);
  for (const glob of idle) io.stderr.write(`--skip ${escapeUnsafe(glob)} matches no suite and no rule.\n`);
  const names = given.fault === undefined ? [] : given.fault.split(",");
  await refuseIdle(names);
  const toStdout = given.out === "-";
  const folder = given.out === undefined || toStdout ? undefined : makeFolder(io.cwd, given.out, new Date());
  const seed = given.seed ?? 1;

  const { selfTest } = await import("../../selftest/self-test.ts");
  const abort = new AbortController();
  const forget = io.onSignal(() => {
    if (abort.signal.aborted) return io.exit(EXIT.interrupted);
    abort.abort();
  });
  const progress = progressOn(io, given.quiet ?? false);
  const told = await selfTest({
    tool: packageInfo(),
    names,
    only,
    skip,
    noExtra,
    ...(given.release && { release: given.release }),
    ...(given.transport && given.transport !== "auto" && { transport: given.transport }),
    full: given.full ?? false,
    ...(given.phase && { phase: given.phase }),
    correct: given.correct ?? false,
    ...(given.runs !== undefined && { runs: given.runs }),
    seeds: Array.from({ length: given.seeds ?? 1 }, (_, n) => (seed + n) % 2 ** 32),
    signal: abort.signal,
    onPlayed: (played, done, all) => progress.say(`${done} of ${all} runs, ${played.case.name}`),
  }).finally(() => {
    forget();
    progress.end();
  });

  if (folder !== undefined) {
    writeFile(resolve(io.cwd, folder, "self-test.json"), await render(told, "json", io));
    writeFile(resolve(io.cwd, folder, "self-test.md"), await render(told, "markdown", io));
  }
  io.stdout.write(await render(told, format, io));
  if (folder !== undefined && format === "terminal" && !given.quiet)
    io.stdout.write(`${join(folder, "self-test.md")}, ${join(folder, "self-test.json")}\n`);
  if (abort.signal.aborted) return EXIT.couldNotTest;
  return told.passed ? EXIT.conformant : EXIT.notConformant;
};

type Format = (typeof FORMATS)[number];

function formatOf(formats: readonly string[] = ["terminal"]): Format {
  if (formats.length !== 1) throw new UsageError(`self-test prints one format, but --format names ${formats.length}.`);
  const format = FORMATS.find((one) => one === formats[0]);
  if (!format) throw notYet(`the format ${formats[0]} for self-test`);
  return format;
}

/** @throws UsageError for a glob that matches no fault and no variant */
async function refuseIdle(globs: readonly string[]): Promise<void> {
  if (globs.length === 0) return;
  const { FAULTS } = await import("../../../fixtures/faults/index.ts");
  const { VARIANTS } = await import("../../../fixtures/variants/index.ts");
  const names = [...FAULTS, ...VARIANTS].map(({ name }) => name);
  const wrong = globs.find((glob) => !names.some((name) => globToRegExp(glob).test(name)));
  if (wrong === undefined) return;
  throw new UsageError(
    `--fault matches no fault and no variant.${didYouMean(wrong, names) || " adcp-conformance seller --list-faults shows them."}`,
  );
}

async function render(told: SelfTest, format: Format, io: Io): Promise<string> {
  if (format === "json") return `${JSON.stringify(told, null, 2)}\n`;
  if (format === "markdown") return (await import("../../selftest/markdown.ts")).toMarkdown(told);
  return (await import("../../selftest/text.ts")).toText(told, renderOptions(io));
}

function progressOn({ stderr }: Io, quiet: boolean) {
  const shown = stderr.isTTY === true && !quiet;
  return {
    say: (text: string) =>
      shown && stderr.write(`\r\u001b[K${text.slice(0, Math.max(20, (stderr.columns ?? 80) - 1))}`),
    end: () => shown && stderr.write("\r\u001b[K"),
  };
}
