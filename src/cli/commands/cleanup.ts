import { existsSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { RunEvent } from "../../engine/result.ts";
import { lines, wrap } from "../../report/layout.ts";
import { clean } from "../../report/sanitize.ts";
import { connectionTo, tokenOf, withoutCredentials } from "../connection.ts";
import { EXIT } from "../exit.ts";
import type { Handler } from "../invocation.ts";
import { columnsOf } from "../io.ts";
import { createProgress } from "../progress.ts";
import { UsageError } from "../usage.ts";

/** Removes what an interrupted run left behind, by the journal beside its report. Exit code 0: nothing of it is left. */
export const cleanupCommand: Handler = async ({ words, configuredUrl, given, explicit }, io) => {
  const { readJournal } = await import("../../engine/journal.ts");
  const folder = folderOf(resolve(io.cwd, words[0]!));
  if (isEmpty(join(folder, "journal.ndjson"))) {
    io.stdout.write("That run wrote nothing: there is nothing to remove.\n");
    return EXIT.conformant;
  }
  const journal = told(() => readJournal(folder));
  const [start] = journal;
  if (start?.type !== "start") throw new UsageError("The journal does not begin with the start of a run.");

  // The journal's URL comes without credentials; where it held some, it has to be given again.
  const hidden = start.url.includes("***");
  const address = words[1] ?? (hidden ? configuredUrl : start.url);
  if (address === undefined)
    throw new UsageError(
      "The seller's URL held a credential, which no report keeps: adcp-conformance cleanup <report> <url>.",
    );
  const connection = await connectionTo(
    address,
    { transport: start.transport, ...given },
    tokenOf(given, explicit, io.env),
  );
  const progress = createProgress(io, { suites: false, quiet: given.quiet ?? false });
  const abort = new AbortController();
  const forget = io.onSignal(() => (abort.signal.aborted ? io.exit(EXIT.interrupted) : abort.abort()));
  const { cleanup } = await import("../../engine/cleanup.ts");
  const result = await cleanup({
    connect: connection.connect,
    url: connection.url,
    ...(given.account && { account: given.account }),
    journal,
    oracle: (await import("../../model/index.ts")).oracle,
    validator: (await import("../../validation/index.ts")).createValidator(),
    allowDestructive: given["allow-destructive"] ?? false,
    on: (event: RunEvent) => progress.on(connection.redactor.value(event) as RunEvent),
    signal: abort.signal,
    force: given.force ?? false,
    maxWait: given["max-wait"] ?? 30,
  })
    .catch((error: unknown) => {
      throw withoutCredentials(error, connection.redactor);
    })
    .finally(() => {
      forget();
      progress.end();
    });

  const { removed, left_behind, reason } = connection.redactor.value(result) as typeof result;
  const columns = columnsOf(io.stdout);
  const names = removed.map((id) => clean(id, 80)).join(", ");
  io.stdout.write(
    lines([
      ...wrap(names || "nothing", columns, "removed: "),
      ...left_behind.flatMap((one) =>
        wrap(clean(one.reason), columns, `left behind: ${clean(one.event_source_id, 80)}: `),
      ),
      ...(reason === undefined ? [] : wrap(clean(reason), columns)),
    ]),
  );
  return reason === undefined && left_behind.length === 0 ? EXIT.conformant : EXIT.couldNotTest;
};

/** The folder of a report that is given as a folder or as one of its files. */
const folderOf = (path: string): string => (existsSync(path) && statSync(path).isFile() ? dirname(path) : path);

const isEmpty = (path: string): boolean => existsSync(path) && statSync(path).size === 0;

function told<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}
