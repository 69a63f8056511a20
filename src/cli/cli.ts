import { COMMANDS } from "./commands.ts";
import { EXIT } from "./exit.ts";
import { columnsOf, type Io } from "./io.ts";
import { parse } from "./parse.ts";
import { UsageError } from "./usage.ts";

/** Runs one command line (without node and script) and gives the exit code. Never throws. */
export async function cli(args: readonly string[], io: Io): Promise<number> {
  try {
    const parsed = parse(args, io.cwd);
    if (parsed.kind === "help") {
      const { help } = await import("./help.ts");
      io.stdout.write(await help(parsed.command, columnsOf(io.stdout)));
      return EXIT.conformant;
    }
    if (parsed.kind === "version") {
      const { packageInfo } = await import("./package-info.ts");
      io.stdout.write(`${packageInfo().version}\n`);
      return EXIT.conformant;
    }
    const handler = await COMMANDS[parsed.command]!.load();
    return await handler(parsed.invocation, io);
  } catch (error) {
    if (error instanceof UsageError) {
      io.stderr.write(`adcp-conformance: ${error.message}\n`);
      return EXIT.usage;
    }
    const { clean } = await import("../report/sanitize.ts");
    const told = error instanceof Error ? (error.stack ?? error.message) : String(error);
    io.stderr.write("adcp-conformance: a defect of this tool, not of the seller:\n");
    for (const line of told.split("\n").slice(0, 20)) io.stderr.write(`  ${clean(line, 300)}\n`);
    return EXIT.couldNotTest;
  }
}
