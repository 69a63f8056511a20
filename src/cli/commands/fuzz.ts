import type { Handler } from "../invocation.ts";
import { UsageError } from "../usage.ts";
import { testSeller } from "./run.ts";

/** Generated calls alone, against a seller. */
export const fuzz: Handler = (invocation, io) => {
  if (invocation.words.length === 0 && invocation.configuredUrl === undefined)
    throw new UsageError("The seller's URL is missing: adcp-conformance fuzz <url> --account ID.");
  return testSeller(invocation, io, {}, true);
};
