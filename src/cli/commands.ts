import type { Handler } from "./invocation.ts";
import type { OptionName } from "./options.ts";

export interface Command {
  /** Its positional words, as the help shows them. */
  usage: string;
  about: string;
  /** How many positional words it takes. */
  words: { min: number; max: number };
  options: readonly OptionName[];
  /** Whether this version does not have it yet: it says so, and nothing else. */
  later?: true;
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
  "fail-on",
  "allow-destructive",
  "shard",
  "schemas",
  "quiet",
  "config",
] as const satisfies OptionName[];

/** What is to come: its options are read, then it says so. */
const later = (what: string) => async (): Promise<Handler> => (await import("./commands/later.ts")).later(what);

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
    later: true,
    load: later("the command fuzz"),
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
    usage: "<report> [rule]",
    about: "send the recorded calls of a finding again",
    words: { min: 1, max: 2 },
    options: [...CONNECTION, "account", "second-account", "transport", "format", "out", "quiet", "config"],
    later: true,
    load: later("the command replay"),
  },
  report: {
    usage: "<report..>",
    about: "convert a report to another format",
    words: { min: 1, max: 1000 },
    options: ["format", "out", "baseline", "fail-on", "quiet", "config"],
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
    about: "write a configuration file and a CI workflow",
    words: { min: 0, max: 1 },
    options: ["account", "release", "force", "config"],
    later: true,
    load: later("the command init"),
  },
};

export const isCommand = (name: string): boolean => Object.hasOwn(COMMANDS, name);
