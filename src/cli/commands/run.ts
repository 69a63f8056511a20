import { randomInt } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Plan, RunEvent } from "../../engine/result.ts";
import type { RunSetup } from "../../engine/setup.ts";
import { staleLines } from "../../report/baseline/stale.ts";
import { reporter } from "../../report/formats.ts";
import { lines } from "../../report/layout.ts";
import { type Report, toReport } from "../../report/report.ts";
import { verdictLine } from "../../report/terminal.ts";
import { type BaselineOptions, baselineOptions } from "../baseline.ts";
import { type Connection, connectionTo, tokenOf, withoutCredentials } from "../connection.ts";
import { type EmbeddedSeller, startEmbeddedSeller } from "../embedded-seller.ts";
import { EXIT, exitCode } from "../exit.ts";
import { fuzzPhase } from "../fuzz-phase.ts";
import { collector } from "../garbage.ts";
import type { Handler, Invocation } from "../invocation.ts";
import { columnsOf, type Io } from "../io.ts";
import type { Given } from "../options.ts";
import { makeFolder, printed, renderOptions, writeFiles } from "../output.ts";
import { packageInfo } from "../package-info.ts";
import { planText } from "../plan-text.ts";
import { createProgress, type Progress } from "../progress.ts";
import { gradedSuites, select } from "../selection.ts";
import { UsageError } from "../usage.ts";
import { validatorOf } from "../validator.ts";

/** Tests a seller, or the embedded one, and reports. */
export const run: Handler = (invocation, io) => testSeller(invocation, io);

/** Who listens to a run besides the terminal. */
export interface Taps {
  onEvent?(event: RunEvent): void;
  onReport?(report: Report): void;
}

/** The same for a program, which hears of the report itself. @param generatedOnly whether the scenarios are left out */
export async function testSeller(
  invocation: Invocation,
  io: Io,
  taps: Taps = {},
  generatedOnly = false,
): Promise<number> {
  const { given, explicit } = invocation;
  const formats = given.format ?? ["terminal"];
  const toStdout = given.out === "-";
  if (toStdout && formats.length !== 1)
    throw new UsageError(`--out - writes one format, but --format names ${formats.length}.`);

  const address = invocation.words[0] ?? invocation.configuredUrl;
  const token = tokenOf(given, explicit, io.env);
  const otherToken = tokenOf(given, explicit, io.env, "other-token");
  // Before anything is loaded or started: a slip in the URL should be told at once.
  if (address !== undefined) await connectionTo(address, given, token);

  const suites = gradedSuites((await import("../../../suites/index.ts")).suites, given.rules);
  const selected = select(suites, given);
  const baseline = baselineOptions(given, suites, io.cwd);
  const release = given.release ?? "3.1";
  const progress = createProgress(io, { suites: !toStdout && !given.plan, quiet: given.quiet ?? false });
  for (const glob of selected.idle) progress.notice(`--skip ${glob} matches no suite and no rule.`);

  let embedded: EmbeddedSeller | undefined;
  try {
    if (address === undefined) embedded = await startEmbeddedSeller({ release }, token, io.env);
    const own = embedded && (given.transport === "a2a" ? embedded.a2aUrl : embedded.url);
    const connection = await connectionTo(address ?? own!, given, token, otherToken);
    const setup: Omit<RunSetup, "on" | "signal" | "directory"> = {
      url: connection.url,
      connect: connection.connect,
      ...(connection.connectAlso && { connectAlso: connection.connectAlso }),
      replicas: connection.replicas,
      suites,
      oracle: (await import("../../model/index.ts")).oracle,
      validator: await validatorOf(given.schemas, release, io.cwd),
      ...accountOf(given, embedded),
      ...secondAccount(given, embedded),
      credentials: connection.credentials,
      ...(otherToken !== undefined && { otherToken }),
      allowHttp: given["allow-http"] ?? false,
      release,
      seed: given.seed ?? randomInt(2 ** 32),
      only: selected.only,
      skip: selected.skip,
      noExtra: selected.noExtra,
      sellerManaged: given["seller-managed"] ?? [],
      allowDestructive: given["allow-destructive"] ?? false,
      force: given.force ?? false,
      planOnly: given.plan ?? false,
      failOn: given["fail-on"] ?? "must",
      ...(given["max-rps"] !== undefined && { maxRps: given["max-rps"] }),
      ...(given["max-time"] !== undefined && { maxTime: given["max-time"] }),
      maxWait: given["max-wait"] ?? 30,
      ...(given.shard && { shard: given.shard }),
      ...(await fuzzPhase(given, generatedOnly, io.cwd)),
    };
    return await carryOut({ invocation, io, taps, connection, baseline, progress, formats, toStdout }, setup);
  } finally {
    progress.end();
    await embedded?.stop();
  }
}

interface Stage {
  invocation: Invocation;
  io: Io;
  taps: Taps;
  connection: Connection;
  baseline: BaselineOptions;
  progress: Progress;
  formats: readonly string[];
  toStdout: boolean;
}

async function carryOut(stage: Stage, setup: Omit<RunSetup, "on" | "signal" | "directory">): Promise<number> {
  const { invocation, io, connection, progress, formats, toStdout } = stage;
  const { given } = invocation;
  const folder = toStdout || setup.planOnly ? undefined : makeFolder(io.cwd, given.out, new Date());
  const engine = await import("../../engine/run.ts");

  let plan: Plan | undefined;
  const tidy = setup.phaseOnly ? collector() : undefined;
  const on = (event: RunEvent): void => {
    if (event.type === "request") tidy?.(event.total);
    if (event.type === "planned") plan = event.plan;
    const told = event.type === "request" ? event : (connection.redactor.value(event) as RunEvent);
    progress.on(told);
    stage.taps.onEvent?.(told);
  };
  const abort = new AbortController();
  const forget = io.onSignal(() => {
    if (abort.signal.aborted) return io.exit(EXIT.interrupted);
    abort.abort();
    progress.notice("Stopping: the account is put in order first; a second signal ends at once.");
  });
  // A run that writes no report to disk still keeps its journal there until it is over: it may be killed.
  const scratch = toStdout && !setup.planOnly ? mkdtempSync(join(tmpdir(), "adcp-conformance-")) : undefined;
  if (scratch !== undefined && invocation.words.length > 0)
    progress.notice(`If this run is killed, this removes what it made: adcp-conformance cleanup ${scratch}`);
  const directory = folder === undefined ? scratch && { directory: scratch } : { directory: resolve(io.cwd, folder) };
  const result = await engine
    .run({ ...setup, ...directory, signal: abort.signal, on })
    .catch((error: unknown) => {
      throw withoutCredentials(error, connection.redactor);
    })
    .finally(forget);
  progress.end();
  if (scratch !== undefined) rmSync(scratch, { recursive: true, force: true });

  const report = stage.baseline.apply(
    toReport(result, packageInfo(), {
      bearer: connection.bearer,
      ...(given.rules !== undefined && { rulesVersion: given.rules }),
      redact: (value) => connection.redactor.value(value),
    }),
  );
  if (setup.planOnly && plan) {
    const told = connection.redactor.value(plan) as Plan;
    const asJson = formats.length === 1 && formats[0] === "json";
    io.stdout.write(asJson ? `${JSON.stringify(told, null, 2)}\n` : planText(told, columnsOf(io.stdout)));
    return abort.signal.aborted ? EXIT.couldNotTest : EXIT.conformant;
  }
  stage.taps.onReport?.(report);
  await deliver(report, stage, folder);
  const saved = stage.baseline.save(report);
  if (saved !== undefined) progress.notice(saved);
  return exitCode(report, abort.signal.aborted);
}

/** Writes the report where the options want it. */
async function deliver(report: Report, { invocation, io, formats, toStdout }: Stage, folder?: string): Promise<void> {
  const options = renderOptions(io);
  if (folder !== undefined) await writeFiles(report, resolve(io.cwd, folder), formats, options);
  if (toStdout) {
    io.stdout.write((await reporter(formats[0]!))(report, options));
    return;
  }
  const { given } = invocation;
  const inFull = formats.includes("terminal") && (given.format !== undefined || !given.quiet);
  if (!inFull) io.stdout.write(lines([...staleLines(report), verdictLine(report)]));
  io.stdout.write(await printed(report, inFull ? formats : formats.filter((name) => name !== "terminal"), options));
  if (folder !== undefined && !given.quiet) io.stdout.write(`report: ${folder}\n`);
}

/** Without one, the seller is asked for a sandbox account; the embedded one has an account for this. */
function accountOf(given: Given, embedded: EmbeddedSeller | undefined): Pick<RunSetup, "account"> {
  const account = given.account ?? embedded?.account;
  return account ? { account } : {};
}

/** The embedded seller has a second account, which a run without a URL may use too. */
function secondAccount(given: Given, embedded: EmbeddedSeller | undefined): Pick<RunSetup, "secondAccount"> {
  const account = given["second-account"] ?? (given.account === undefined ? embedded?.secondAccount : undefined);
  return account ? { secondAccount: account } : {};
}
