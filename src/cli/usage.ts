/** Wrong usage or configuration. The message is one sentence without credentials; the exit code is 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

export const notYet = (what: string): UsageError => new UsageError(`This version does not have ${what} yet.`);
