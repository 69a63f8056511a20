import { isPath } from "../fuzz/schedule.ts";
import { formatNames, isFormat } from "../report/formats.ts";
import { RELEASES } from "../validation/release.ts";
import {
  account,
  bearer,
  choice,
  flag,
  headers,
  list,
  number,
  type Option,
  pattern,
  shard,
  text,
  version,
} from "./kinds.ts";
import { didYouMean } from "./near.ts";

const unknownFormat = (name: string): string | undefined =>
  isFormat(name) ? undefined : `must be one or more of ${formatNames.join(", ")}.${didYouMean(name, formatNames)}`;

/** Every option of every command, under its name on the command line and in the configuration file. */
export const OPTIONS = {
  config: text("configuration file (default: adcp-conformance.config.json, where there is one)", "FILE"),
  transport: choice("how to talk to the seller (default: auto, which tries MCP and then A2A)", ["auto", "mcp", "a2a"]),
  also: text("the same seller's endpoint for the other transport: both have to agree", "URL"),
  replica: list("another endpoint of the same deployment, over which calls rotate; may be repeated", "URL"),
  "a2a-parameters": flag("put the arguments of a call under parameters, as older A2A sellers ask for"),
  account: account(
    "the account that may be used: an id, or a reference as JSON (default: a sandbox account that the seller lists)",
  ),
  "second-account": account("another account, for rules about their separation"),
  token: bearer("credential, sent as Authorization: Bearer (or in the environment variable ADCP_TOKEN)"),
  "other-token": bearer("credential of somebody else, who may not use the account (or ADCP_OTHER_TOKEN)"),
  header: headers("header of every request; may be repeated"),
  release: choice("AdCP release to ask for (default: 3.1)", RELEASES),
  only: list("only the suites and rules that match; commas, or repeated", "GLOB"),
  skip: list("without the suites and rules that match; commas, or repeated", "GLOB"),
  runs: number("generated sequences (run: 25, or none beside --only; fuzz: 200)", "N", { min: 0, max: 1e6 }),
  "max-requests": number("ends fuzzing after that many requests (default: 2000)", "N", { min: 1, max: 1e9 }),
  seed: number("seed of what is generated (default: random, told in the report)", "N", { min: 0, max: 2 ** 32 - 1 }),
  full: flag("play all suites on every defect, not only those of the rules that it breaks as long as they see it"),
  seeds: number("play every defect with that many seeds (default: 1)", "N", { min: 1, max: 1000 }),
  timeout: number("milliseconds for one complete answer (default: 30000)", "MS", { min: 1, max: 3_600_000 }),
  "max-rps": number("most requests in a second", "N", { min: 0.01, max: 1e6, fraction: true }),
  "max-time": number("seconds after which nothing new is started", "S", { min: 0.1, max: 1e6, fraction: true }),
  "max-wait": number("longest retry_after that is waited for, in seconds (default: 30)", "S", {
    min: 0,
    max: 86_400,
    fraction: true,
  }),
  plan: flag("say what would be sent and written; send nothing that writes"),
  force: flag("run although another run's lease is on the account; init: write over files that are there"),
  ci: choice("for which CI the job is (default: gitlab where there is a .gitlab-ci.yml, else github)", [
    "github",
    "gitlab",
  ]),
  "seller-managed": list("ids of event sources that the seller is known to manage", "ID,ID"),
  format: list(`${formatNames.join(", ")} (default: terminal)`, "NAME,NAME", unknownFormat),
  out: text("folder for the reports (default: reports/<time>); - for standard output", "DIR"),
  baseline: text("file of known failures, which do not fail the run", "FILE"),
  "write-baseline": text("write what fails into a file for --baseline; reasons that stand there are kept", "FILE"),
  rules: version("grade by the rules of that version of this tool; later ones are only noted (default: its own)"),
  "fail-on": choice("the lowest level whose failure makes the run non-conformant (default: must)", ["must", "should"]),
  "allow-destructive": flag("allow what may delete or change event sources of others on the account"),
  "allow-http": flag("allow plain http to hosts other than this one"),
  "no-extra": flag("without the security rules that AdCP itself does not have"),
  shard: shard("play only the K-th of N parts; report puts the parts together"),
  quiet: flag("no progress and no notices"),
  schemas: text("official schemas to validate by, in place of the built-in ones", "DIR"),
  replay: pattern(
    "path of a counterexample, as the report gives it: only those calls, by the same --seed",
    "PATH",
    "a path as findings give it, for instance sequence/17",
    isPath,
  ),
  phase: choice("what self-test plays: scenarios (then generated calls where those see nothing), or fuzz alone", [
    "scenarios",
    "fuzz",
  ]),
  port: number("port to listen on (default: a free one)", "N", { min: 0, max: 65_535 }),
  correct: flag("in self-test, play only the correct sellers"),
  fault: text("serve a seller with this defect; in self-test, play only the defects and freedoms that match", "NAME"),
  variant: list("serve a correct seller that uses this freedom", "NAME"),
  "list-faults": flag("list the defects and what each one breaks"),
  "list-variants": flag("list the freedoms"),
} satisfies Record<string, Option<unknown>>;

export type OptionName = keyof typeof OPTIONS;

/** What was given, on the command line or in the configuration file; no defaults. */
export type Given = {
  [K in OptionName]?: (typeof OPTIONS)[K] extends Option<infer T> ? T : never;
};

export const isOption = (name: string): name is OptionName => Object.hasOwn(OPTIONS, name);

export const isFlag = (name: OptionName): boolean => (OPTIONS[name] as Option<unknown>).placeholder === undefined;
