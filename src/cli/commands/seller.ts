import { lines, wrap } from "../../report/layout.ts";
import { tokenOf } from "../connection.ts";
import type { Handler } from "../invocation.ts";
import { columnsOf, type Io } from "../io.ts";
import { didYouMean } from "../near.ts";
import { outputFormat } from "../output-format.ts";
import { UsageError } from "../usage.ts";

interface Named {
  name: string;
  about: string;
}

/** Serves the embedded seller until a signal comes. */
export const seller: Handler = async ({ given, explicit }, io) => {
  const format = outputFormat(given.format, "seller");
  const { FAULTS } = await import("../../../fixtures/faults/index.ts");
  const { VARIANTS } = await import("../../../fixtures/variants/index.ts");
  if (given["list-faults"] || given["list-variants"]) {
    const faults = FAULTS.map(({ name, suite, breaks, about }) => ({ name, suite, breaks, about }));
    const variants = VARIANTS.map(({ name, about }) => ({ name, about }));
    printNames(given["list-faults"] ? faults : variants, format, io);
    return 0;
  }
  if (given.fault !== undefined) known(given.fault, FAULTS, "fault");
  for (const name of given.variant ?? []) known(name, VARIANTS, "variant");
  const token = tokenOf(given, explicit, io.env);
  const { startSeller } = await import("../../../fixtures/seller/start.ts");
  const running = await startSeller({
    port: given.port ?? 0,
    ...(given.fault !== undefined && { fault: given.fault }),
    ...(given.variant && { variant: given.variant }),
    ...(given.release && { release: given.release }),
    ...(token !== undefined && { token }),
  }).catch((error: NodeJS.ErrnoException) => {
    if (error.syscall !== "listen") throw error;
    throw new UsageError(`The port ${given.port} cannot be listened on: ${error.code}.`);
  });

  const { url, a2aUrl, account, secondAccount } = running;
  if (format === "json")
    io.stdout.write(`${JSON.stringify({ url, a2a_url: a2aUrl, account, second_account: secondAccount })}\n`);
  else {
    const needed = token === undefined ? "" : ' --token "$ADCP_TOKEN"';
    io.stdout.write(`listening on ${url}\nA2A on ${a2aUrl}\n`);
    io.stdout.write(`accounts: ${account.account_id}, ${secondAccount.account_id}\n`);
    if (token !== undefined) io.stdout.write("It asks for the token that was given with --token or ADCP_TOKEN.\n");
    io.stdout.write(`try: adcp-conformance run ${url} --account ${account.account_id}${needed}\n`);
  }
  await new Promise<void>((stop) => {
    const forget = io.onSignal(() => {
      forget();
      stop();
    });
  });
  await running.close();
  return 0;
};

function known(name: string, all: readonly Named[], kind: "fault" | "variant"): void {
  if (all.some((one) => one.name === name)) return;
  const hint = didYouMean(
    name,
    all.map((one) => one.name),
  );
  throw new UsageError(`--${kind}: there is no such ${kind}.${hint || ` --list-${kind}s shows all of them.`}`);
}

function printNames(
  all: readonly (Named & { suite?: string; breaks?: readonly string[] })[],
  format: string,
  io: Io,
): void {
  if (format === "json") {
    io.stdout.write(`${JSON.stringify(all, null, 2)}\n`);
    return;
  }
  let suite: string | undefined;
  const page: string[] = [];
  for (const one of all) {
    if (one.suite !== suite) page.push(...(page.length > 0 ? [""] : []), `${one.suite}:`);
    suite = one.suite;
    const breaks = one.breaks ? ` (breaks ${one.breaks.join(", ")})` : "";
    page.push(...wrap(`${one.about}${breaks}`, columnsOf(io.stdout), `  ${one.name}: `));
  }
  io.stdout.write(lines(page));
}
