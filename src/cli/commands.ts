import type { Handler } from "./invocation.ts";
import type { OptionName } from "./options.ts";

export interface Command {
  /** Its positional words, as the help shows them. */
  usage: string;
  about: string;
  /** How many positional words it takes. */
  words: { min: number; max: number };
  options: readonly OptionName[];
  load(): Promise<Handler>;
}

const CONNECTION = ["token", "header", "timeout", "allow-http", "max-wait", "max-rps", "a2a-parameters"] as const;
const SELECTION = ["only", "skip", "no-extra"] as const;
const RUN = [
  "transport",
  "also",
  "replica",
  "account",
  "second-account",
  "other-token",
  ...CONNECTION,
  "release",
  ...SELECTION,
  "runs",
  "max-requests",
  "seed",
  "max-time",
  "plan",
  "force",
  "seller-managed",
  "format",
  "out",
  "baseline",
  "write-baseline",
  "rules",
  "fail-on",
  "allow-destructive",
  "shard",
  "schemas",
  "quiet",
  "config",
] as const satisfies OptionName[];

export const COMMANDS: Record<string, Command> = {
  run: {
    usage: "[url]",
    about: "test a seller, rule by rule; without a URL, the embedded seller",
    words: { min: 0, max: 1 },
    options: RUN,
    load: async () => (await import("./commands/run.ts")).run,
  },
  fuzz: {
    usage: "<url>",
    about: "generated requests and sequences only",
    words: { min: 0, max: 1 },
    options: [...RUN, "replay"],
    load: async () => (await import("./commands/fuzz.ts")).fuzz,
  },
  list: {
    usage: "",
    about: "the rules, by suite",
    words: { min: 0, max: 0 },
    options: [...SELECTION, "release", "format", "config"],
    load: async () => (await import("./commands/list.ts")).list,
  },
  explain: {
    usage: "<rule>",
    about: "one rule: what it asks for, where it stands, what checks it",
    words: { min: 1, max: 1 },
    options: ["format", "config"],
    load: async () => (await import("./commands/explain.ts")).explain,
  },
  replay: {
    usage: "<report> [rule] [url]",
    about: "send the calls of a report's findings again, and say which are fixed",
    words: { min: 1, max: 3 },
    options: [
      ...CONNECTION,
      "account",
      "second-account",
      "seller-managed",
      "transport",
      "allow-destructive",
      "force",
      "schemas",
      "format",
      "out",
      "quiet",
      "config",
    ],
    load: async () => (await import("./commands/replay.ts")).replayCommand,
  },
  report: {
    usage: "<report..>",
    about: "show or convert a report, merge those of shards, compare two",
    words: { min: 1, max: 1000 },
    options: ["format", "out", "baseline", "write-baseline", "fail-on", "quiet", "config"],
    load: async () => (await import("./commands/report.ts")).report,
  },
  cleanup: {
    usage: "<report> [url]",
    about: "remove what an interrupted run left behind",
    words: { min: 1, max: 2 },
    options: [...CONNECTION, "account", "transport", "allow-destructive", "force", "quiet", "config"],
    load: async () => (await import("./commands/cleanup.ts")).cleanupCommand,
  },
  seller: {
    usage: "",
    about: "serve the embedded seller",
    words: { min: 0, max: 0 },
    options: ["port", "fault", "variant", "release", "token", "list-faults", "list-variants", "format", "config"],
    load: async () => (await import("./commands/seller.ts")).seller,
  },
  "self-test": {
    usage: "",
    about: "run the suites on every defect of the embedded seller",
    words: { min: 0, max: 0 },
    options: [
      ...SELECTION,
      "fault",
      "full",
      "transport",
      "phase",
      "correct",
      "runs",
      "release",
      "seed",
      "seeds",
      "format",
      "out",
      "quiet",
      "config",
    ],
    load: async () => (await import("./commands/self-test.ts")).selfTestCommand,
  },
  init: {
    usage: "[url]",
    about: "write a configuration file and a CI job",
    words: { min: 0, max: 1 },
    options: ["account", "release", "ci", "force"],
    load: async () => (await import("./commands/init.ts")).init,
  },
};

export const isCommand = (name: string): boolean => Object.hasOwn(COMMANDS, name);
