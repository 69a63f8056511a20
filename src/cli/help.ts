import yargs from "yargs";
import { COMMANDS } from "./commands.ts";
import type { Option } from "./kinds.ts";
import { OPTIONS } from "./options.ts";
import { packageInfo } from "./package-info.ts";

/** The help of one command, or of the whole program; ends in a line break. */
export async function help(command: string | undefined, columns: number): Promise<string> {
  const { name } = packageInfo();
  const page = yargs([]).scriptName(name).locale("en").exitProcess(false).help(false).version(false);
  page.wrap(Math.min(columns, 110));
  const chosen = command === undefined ? undefined : COMMANDS[command]!;
  if (chosen) {
    page.usage(`${name} ${command} ${chosen.usage} [options]\n\n${chosen.about}`.replaceAll("  ", " "));
    for (const option of chosen.options) {
      const { about, placeholder } = OPTIONS[option] as Option<unknown>;
      page.option(option, { describe: placeholder ? `${placeholder}: ${about}` : about });
    }
  } else {
    page.usage(
      `${name} <command> [options]\n\nSays whether an AdCP seller's sync_event_sources does what the specification asks.`,
    );
    for (const [word, { usage, about }] of Object.entries(COMMANDS)) page.command(`${word} ${usage}`.trim(), about);
    page.example(`${name} run`, "try it on the embedded seller");
    page.example(`${name} run https://seller.example/mcp --account acct_123`, "test a seller");
    page.epilogue(
      `Options of a command: ${name} help <command>. Exit codes: 0 conformant, 1 not conformant or a security finding, 2 wrong usage, 3 could not test.`,
    );
  }
  return `${(await page.getHelp()).trimEnd()}\n`;
}
