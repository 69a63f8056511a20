import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { RunEvent } from "../../engine/result.ts";
import { isObject } from "../../protocol/json.ts";
import { type Report, toReport } from "../../report/report.ts";
import { clean } from "../../report/sanitize.ts";
import { type Connection, connectionTo, tokenOf, withoutCredentials } from "../connection.ts";
import { EXIT } from "../exit.ts";
import type { Handler, Invocation } from "../invocation.ts";
import { didYouMean } from "../near.ts";
import { makeFolder, renderOptions } from "../output.ts";
import { outputFormat } from "../output-format.ts";
import { packageInfo } from "../package-info.ts";
import { createProgress } from "../progress.ts";
import { reportFile } from "../report-file.ts";
import { isLoopback, sellerUrl } from "../seller-url.ts";
import { UsageError } from "../usage.ts";
import { validatorOf } from "../validator.ts";
import { writeFile } from "../write-file.ts";

/** Sends the calls of a report's findings again. Exit code 0: all fixed; 1: one fails still; 3: one cannot be told. */
export const replayCommand: Handler = async (invocation, io) => {
  const { given, explicit, words } = invocation;
  const format = outputFormat(given.format, "replay");
  const { rule: word, url } = wordsOf(words);
  const report = reportFile(io.cwd, words[0]!);
  const rule = word === undefined ? undefined : ruleOf(word, report);
  const account = given.account ?? report.target.account;
  if (!isObject(account) || Object.keys(account).length === 0)
    throw new UsageError("The report names no account; say which one may be used with --account.");
  const token = tokenOf(given, explicit, io.env);
  const address = addressOf(report, url, given["allow-http"] ?? false);
  const connection = await connectionTo(
    address,
    { ...given, transport: given.transport ?? report.target.transport },
    token,
  );
  if (url === undefined) mayBeShown(connection, address, invocation);

  const toStdout = given.out === undefined || given.out === "-";
  const folder = toStdout
    ? mkdtempSync(join(tmpdir(), "adcp-conformance-"))
    : resolve(io.cwd, makeFolder(io.cwd, given.out, new Date()));
  const progress = createProgress(io, { suites: false, quiet: given.quiet ?? false });
  if (toStdout) progress.notice(`If this is killed, this removes what it made: adcp-conformance cleanup ${folder}`);
  const abort = new AbortController();
  const forget = io.onSignal(() => (abort.signal.aborted ? io.exit(EXIT.interrupted) : abort.abort()));
  const { replay } = await import("../../replay/replay.ts");
  const { render } = await import("../../replay/text.ts");
  const told = await replay({
    report,
    ...(rule !== undefined && { rule }),
    url: connection.url,
    connect: connection.connect,
    suites: (await import("../../../suites/index.ts")).suites,
    oracle: (await import("../../model/index.ts")).oracle,
    validator: await validatorOf(given.schemas, report.target.release, io.cwd),
    account,
    ...(given["second-account"] && { secondAccount: given["second-account"] }),
    credentials: connection.credentials,
    allowHttp: given["allow-http"] ?? false,
    release: report.target.release,
    sellerManaged: given["seller-managed"] ?? [],
    allowDestructive: given["allow-destructive"] ?? false,
    force: given.force ?? false,
    ...(given["max-rps"] !== undefined && { maxRps: given["max-rps"] }),
    maxWait: given["max-wait"] ?? 30,
    directory: folder,
    signal: abort.signal,
    on: (event) => progress.on(event.type === "request" ? event : (connection.redactor.value(event) as RunEvent)),
    toReport: (result) =>
      toReport(result, packageInfo(), {
        bearer: connection.bearer,
        redact: (value) => connection.redactor.value(value),
      }),
  })
    .catch((error: unknown) => {
      throw withoutCredentials(error, connection.redactor);
    })
    .finally(() => {
      forget();
      progress.end();
    });

  if (toStdout) rmSync(folder, { recursive: true, force: true });
  else writeFile(join(folder, "replay.json"), render(report, told, "json", renderOptions(io)));
  io.stdout.write(render(report, told, format, renderOptions(io)));
  const outcomes = told.results.map(({ outcome }) => outcome);
  if (outcomes.includes("still_failing")) return EXIT.notConformant;
  return outcomes.includes("cannot_tell") || abort.signal.aborted ? EXIT.couldNotTest : EXIT.conformant;
};

/** The rule and the URL, in either order. */
function wordsOf([, ...words]: readonly string[]): { rule?: string; url?: string } {
  const isUrl = (word: string) => /^[a-z][a-z0-9+.-]*:\/\//i.test(word);
  const [rule, ...rules] = words.filter((word) => !isUrl(word));
  const [url, ...urls] = words.filter(isUrl);
  if (rules.length > 0 || urls.length > 0) throw new UsageError("replay takes a report, one rule and one URL.");
  return { ...(rule !== undefined && { rule }), ...(url !== undefined && { url }) };
}

/** The id of a rule that the report has a finding of. @throws UsageError that names near misses */
function ruleOf(word: string, { rules }: Report): string {
  const found = rules.find(({ id }) => id.toUpperCase() === word.toUpperCase());
  const broken = rules.filter(({ findings }) => findings.length > 0).map(({ id }) => clean(id, 40));
  if (found && found.findings.length > 0) return found.id;
  if (found) throw new UsageError(`The report has no finding of ${clean(found.id, 40)}: it is ${found.verdict}.`);
  throw new UsageError(`The report has no such rule.${didYouMean(word, broken)}`);
}

/** Where to send: to the report's seller, and to no other unless one is named. @throws UsageError */
function addressOf({ target }: Report, url: string | undefined, allowHttp: boolean): string {
  if (url !== undefined) return url;
  if (target.url.includes("***"))
    throw new UsageError(
      "The seller's URL held a credential, which no report keeps: adcp-conformance replay <report> [rule] <url>.",
    );
  return sellerUrl(target.url, allowHttp).href;
}

/**
 * A report may come from anybody: what it names as its seller is shown no credentials unless the user named it as well.
 * @throws UsageError
 */
function mayBeShown({ credentials }: Connection, address: string, { configuredUrl }: Invocation): void {
  const url = new URL(address);
  const isConfigured = URL.canParse(configuredUrl ?? "") && new URL(configuredUrl!).origin === url.origin;
  if (!credentials || isConfigured || isLoopback(url)) return;
  throw new UsageError(
    `The report names ${clean(url.origin, 200)} as its seller. If that is who may be shown the credentials, name the URL as well: adcp-conformance replay <report> [rule] <url>.`,
  );
}
