import type { Io } from "./io.ts";
import type { Given, OptionName } from "./options.ts";

/** What a command is called with: its words, and its options with those of the configuration file merged in. */
export interface Invocation {
  words: readonly string[];
  /** The seller's URL of the configuration file. */
  configuredUrl?: string;
  given: Given;
  /** What stood on the command line itself. */
  explicit: ReadonlySet<OptionName>;
}

/** Does what the command says and gives the exit code. @throws UsageError */
export type Handler = (invocation: Invocation, io: Io) => Promise<number>;
