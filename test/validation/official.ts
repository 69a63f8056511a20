import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Ajv } from "ajv";
import formats from "ajv-formats";
import type { JsonSchema, MessageName, Release } from "../../src/validation/index.ts";

/** A folder with `<release>/<message>.json`, official schemas; unset where they are not at hand. */
export const ADCP_SCHEMAS = process.env.ADCP_SCHEMAS;

/** The official schemas of 3.0 that a development dependency carries. */
export const SDK_SCHEMAS = fileURLToPath(
  new URL("../../node_modules/@adcp/sdk/dist/lib/schemas-data", import.meta.url),
);

export const MESSAGES: readonly MessageName[] = [
  "sync-event-sources-request",
  "sync-event-sources-response",
  "log-event-request",
  "log-event-response",
  "get-adcp-capabilities-response",
];

/** The verdict of an official schema, compiled by ajv as it stands: nothing of this package takes part. */
export function officialVerdict(
  directory: string,
  message: MessageName,
  release: Release,
): (value: unknown) => boolean {
  const protocol = message.startsWith("get-adcp") ? "protocol" : "media-buy";
  const flat = join(directory, release, `${message}.json`);
  const path = existsSync(flat) ? flat : join(directory, release, "bundled", protocol, `${message}.json`);
  const ajv = new Ajv({ strict: false, validateSchema: false, logger: false });
  formats.default(ajv);
  const validate = ajv.compile(JSON.parse(readFileSync(path, "utf8")));
  return (value) => validate(value) as boolean;
}

export const OWN_SCHEMAS = fileURLToPath(new URL("../../schemas", import.meta.url));

/** This package's own schema files of a release. */
export function ownSchemaFiles(release: Release): { name: string; document: JsonSchema }[] {
  const folder = join(OWN_SCHEMAS, release);
  return readdirSync(folder).map((name) => ({
    name,
    document: JSON.parse(readFileSync(join(folder, name), "utf8")) as JsonSchema,
  }));
}
