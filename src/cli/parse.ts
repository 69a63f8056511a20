import { Parser } from "yargs/helpers";
import { COMMANDS, isCommand } from "./commands.ts";
import { readConfig } from "./config.ts";
import type { Invocation } from "./invocation.ts";
import type { Option } from "./kinds.ts";
import { didYouMean } from "./near.ts";
import { type Given, isFlag, isOption, OPTIONS, type OptionName } from "./options.ts";
import { UsageError } from "./usage.ts";

export type Parsed =
  | { kind: "help"; command?: string }
  | { kind: "version" }
  | { kind: "command"; command: string; invocation: Invocation };

const NAMES = Object.keys(OPTIONS) as OptionName[];

/**
 * Words are kept as they are (no numbers made of them, no negation, no nesting), so that a value read from the command
 * line and one read from a configuration file go through the same checks.
 */
const PARSER = {
  "boolean-negation": false,
  "camel-case-expansion": false,
  "dot-notation": false,
  "duplicate-arguments-array": true,
  "parse-numbers": false,
  "parse-positional-numbers": false,
  "short-option-groups": false,
};

/**
 * Reads the command line and the configuration file.
 * @throws UsageError for anything that is not understood. Words that may be misplaced credentials are not repeated.
 */
export function parse(args: readonly string[], cwd: string): Parsed {
  for (const name of NAMES)
    if (isFlag(name) && args.some((word) => word.startsWith(`--${name}=`) && !/=(true|false)$/.test(word)))
      throw new UsageError(`--${name} takes no value.`);
  const argv = Parser(joinDashes(args), {
    boolean: ["help", "version", ...NAMES.filter(isFlag)],
    string: NAMES.filter((name) => !isFlag(name)),
    alias: { help: ["h"] },
    configuration: PARSER,
  });
  const [command, ...words] = argv._.map(String);
  if (argv.help || (command === "help" && words.length <= 1)) {
    const about = command === "help" ? words[0] : command;
    return about !== undefined && isCommand(about) ? { kind: "help", command: about } : { kind: "help" };
  }
  if (argv.version) return { kind: "version" };
  if (command === undefined && args.length === 0) return { kind: "help" };
  refuseUnknown(argv, args, command);
  if (command === undefined) throw new UsageError(`A command is missing: one of ${Object.keys(COMMANDS).join(", ")}.`);
  if (!isCommand(command)) {
    // A URL alone is the commonest slip; other words may be anything and are not repeated unless they are near a name.
    const hint = /^https?:/.test(command)
      ? " For a URL: adcp-conformance run <url>."
      : didYouMean(command, Object.keys(COMMANDS));
    throw new UsageError(`There is no such command.${hint || ` There are ${Object.keys(COMMANDS).join(", ")}.`}`);
  }
  const { words: count, options, usage } = COMMANDS[command]!;
  if (words.length > count.max) {
    const most = count.max === 0 ? "no word" : count.max === 1 ? "one word" : `${count.max} words`;
    throw new UsageError(`${command} takes ${most}, not ${words.length}: does a value with spaces lack its quotes?`);
  }
  if (words.length < count.min)
    throw new UsageError(`${command} needs ${usage}: adcp-conformance ${command} ${usage}.`);

  const explicit: Given = {};
  for (const name of NAMES) {
    if (argv[name] === undefined) continue;
    if (!options.includes(name)) {
      const owners = Object.keys(COMMANDS).filter((one) => COMMANDS[one]!.options.includes(name));
      throw new UsageError(`--${name} is no option of ${command}, but of ${owners.join(", ")}.`);
    }
    Object.assign(explicit, { [name]: readOption(name, argv[name]) });
  }
  const { url, ...configured } = readConfig(cwd, explicit.config);
  const known = Object.entries(configured).filter(([name]) => options.includes(name as OptionName));
  return {
    kind: "command",
    command,
    invocation: {
      words,
      ...(url !== undefined && { configuredUrl: url }),
      given: { ...Object.fromEntries(known), ...explicit },
      explicit: new Set(Object.keys(explicit) as OptionName[]),
    },
  };
}

/** The parser takes a lone dash for a word; after an option it is that option's value. */
function joinDashes(args: readonly string[]): string[] {
  const joined: string[] = [];
  for (const word of args) {
    const before = joined.at(-1);
    if (word === "-" && before?.startsWith("--") && isOption(before.slice(2)))
      joined[joined.length - 1] = `${before}=-`;
    else joined.push(word);
  }
  return joined;
}

function refuseUnknown(argv: object, args: readonly string[], command: string | undefined): void {
  const unknown = Object.keys(argv).find((key) => !["_", "$0", "help", "h", "version"].includes(key) && !isOption(key));
  if (unknown === undefined) return;
  const options = command !== undefined && isCommand(command) ? COMMANDS[command]!.options : NAMES;
  const written = args.some((word) => word === `--${unknown}` || word.startsWith(`--${unknown}=`));
  const plain = written && /^[A-Za-z]+(-[A-Za-z]+)*$/.test(unknown) && unknown.length <= 24;
  const hint = plain
    ? didYouMean(unknown, options)
        .replaceAll(/(mean|,|or) (?=[a-z])/g, "$1 --")
        .replaceAll("--or --", "or --")
    : "";
  throw new UsageError(`${plain ? `--${unknown} is an unknown option` : "There is an unknown option"}.${hint}`);
}

function readOption(name: OptionName, raw: unknown): unknown {
  const words = (Array.isArray(raw) ? raw : [raw]).map(String);
  if (!isFlag(name) && words.some((word) => word === ""))
    throw new UsageError(
      `--${name} needs a value (one that begins with a dash goes after an equals sign: --${name}=VALUE).`,
    );
  try {
    return (OPTIONS[name] as Option<unknown>).words(words);
  } catch (error) {
    if (error instanceof UsageError)
      throw new UsageError(`--${name} ${error.message}${/[.?]$/.test(error.message) ? "" : "."}`);
    throw error;
  }
}
