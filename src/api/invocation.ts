import { readConfig } from "../cli/config.ts";
import type { Invocation } from "../cli/invocation.ts";
import type { Io, Output } from "../cli/io.ts";
import type { Option } from "../cli/kinds.ts";
import { didYouMean } from "../cli/near.ts";
import { type Given, OPTIONS, type OptionName } from "../cli/options.ts";
import { UsageError } from "../cli/usage.ts";
import type { RunOptions } from "./options.ts";

type Plain = Omit<RunOptions, "signal" | "onEvent" | "cwd">;

/** The options by the name that they have here. */
export const NAMES: Record<Exclude<keyof Plain, "url" | "config">, OptionName> = {
  account: "account",
  secondAccount: "second-account",
  token: "token",
  header: "header",
  otherToken: "other-token",
  transport: "transport",
  also: "also",
  replica: "replica",
  a2aParameters: "a2a-parameters",
  release: "release",
  only: "only",
  skip: "skip",
  noExtra: "no-extra",
  runs: "runs",
  maxRequests: "max-requests",
  seed: "seed",
  timeout: "timeout",
  maxRps: "max-rps",
  maxTime: "max-time",
  maxWait: "max-wait",
  sellerManaged: "seller-managed",
  allowDestructive: "allow-destructive",
  allowHttp: "allow-http",
  force: "force",
  shard: "shard",
  schemas: "schemas",
  baseline: "baseline",
  rules: "rules",
  failOn: "fail-on",
  out: "out",
  format: "format",
};

/**
 * The options as the command has them, checked as those of a configuration file are.
 * @throws UsageError
 */
export function invocationOf(options: Plain, cwd: string): Invocation {
  const { url, config, ...rest } = options;
  if (url !== undefined && typeof url !== "string") throw new UsageError("url must be a string.");
  const explicit: Given = {};
  for (const [name, value] of Object.entries(rest)) {
    if (value === undefined) continue;
    if (!Object.hasOwn(NAMES, name)) {
      const hint = didYouMean(name, [...Object.keys(NAMES), "url", "config", "cwd", "signal", "onEvent"]);
      throw new UsageError(`There is an unknown option.${hint}`);
    }
    const option = NAMES[name as keyof typeof NAMES];
    Object.assign(explicit, { [option]: read(name, OPTIONS[option], value) });
  }
  const { url: configuredUrl, ...configured } = config === undefined ? {} : readConfig(cwd, config);
  const given = { ...configured, ...explicit };
  return {
    words: url === undefined ? [] : [url],
    ...(configuredUrl !== undefined && { configuredUrl }),
    // A report to standard output goes nowhere, and leaves nothing on disk.
    given: given.out === undefined ? { ...given, out: "-", format: ["json"] } : { ...given, quiet: true },
    explicit: new Set(Object.keys(explicit) as OptionName[]),
  };
}

function read(name: string, option: Option<unknown>, value: unknown): unknown {
  try {
    return option.json(Array.isArray(value) ? [...value] : value);
  } catch (error) {
    if (error instanceof UsageError)
      throw new UsageError(`${name} ${error.message}${/[.?]$/.test(error.message) ? "" : "."}`);
    throw error;
  }
}

const NOWHERE: Output = { write: () => true };

/** Prints nothing; the signal takes the place of those of the process. */
export function silentIo(cwd: string, signal?: AbortSignal): Io {
  return {
    stdout: NOWHERE,
    stderr: NOWHERE,
    env: process.env,
    cwd,
    onSignal(handler) {
      if (signal?.aborted) handler();
      signal?.addEventListener("abort", handler);
      return () => signal?.removeEventListener("abort", handler);
    },
    exit: () => {},
  };
}
