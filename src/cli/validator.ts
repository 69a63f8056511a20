import { resolve } from "node:path";
import type { Release } from "../validation/release.ts";
import type { MessageName, Validator } from "../validation/validator.ts";
import { UsageError } from "./usage.ts";

/**
 * The validator of a run: by official schemas where `schemas` names a folder of them.
 * @throws UsageError
 */
export async function validatorOf(schemas: string | undefined, release: Release, cwd: string): Promise<Validator> {
  const { createValidator } = await import("../validation/index.ts");
  if (schemas === undefined) return createValidator();
  try {
    const validator = createValidator({ schemas: resolve(cwd, schemas) });
    // A bundle that lacks a file should be told before anything is sent.
    for (const message of MESSAGES) validator.validate(message, release, {});
    return validator;
  } catch (error) {
    throw new UsageError(`--schemas: ${(error as Error).message}`);
  }
}

const MESSAGES: readonly MessageName[] = [
  "sync-event-sources-request",
  "sync-event-sources-response",
  "log-event-request",
  "log-event-response",
  "get-adcp-capabilities-response",
];
