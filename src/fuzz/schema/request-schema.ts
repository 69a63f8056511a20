import type { JsonSchema, MessageName, Release } from "../../validation/index.ts";
import { resolveRefs } from "../../validation/resolve.ts";
import { bundledSchemas, ownSchemas } from "../../validation/schema-files.ts";

/** A request's schema as one tree without `$ref`, to be read and not changed. Equal parts may be one object. */
export type Schema = JsonSchema;

export type RequestName = Extract<MessageName, "sync-event-sources-request" | "log-event-request">;

/**
 * The schema of a request in a release: this package's own, or that of an official bundle in a directory.
 * @throws Error, one sentence, when the directory does not hold it.
 */
export function requestSchema(name: RequestName, release: Release, bundle?: string): Schema {
  const source = bundle === undefined ? ownSchemas() : bundledSchemas(bundle);
  return resolveRefs(source.message(name, release), source).schema;
}
