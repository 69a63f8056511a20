import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv, type ValidateFunction } from "ajv";
import addFormats from "ajv-formats";

export interface OfficialSchemas {
  /** The problems of an answer; empty when it is valid. */
  check(release: string, tool: string, body: unknown): string[];
}

/** The official schemas in the folder that ADCP_SCHEMAS names; `why` says for a test's name why there are none. */
export function officialSchemas(): { schemas?: OfficialSchemas; why: string } {
  const folder = process.env.ADCP_SCHEMAS;
  if (folder === undefined || !existsSync(folder)) return { why: " (skipped: ADCP_SCHEMAS is not set)" };
  const compiled = new Map<string, ValidateFunction>();
  const schemas: OfficialSchemas = {
    check(release, tool, body) {
      const file = join(folder, release, `${tool.replaceAll("_", "-")}-response.json`);
      const validate = compiled.get(file) ?? compile(file);
      compiled.set(file, validate);
      return validate(body) ? [] : (validate.errors ?? []).map((error) => `${error.instancePath} ${error.message}`);
    },
  };
  return { schemas, why: "" };
}

function compile(file: string): ValidateFunction {
  const ajv = new Ajv({ strict: false, allErrors: false });
  (addFormats as unknown as (ajv: Ajv) => void)(ajv);
  return ajv.compile(withoutIds(JSON.parse(readFileSync(file, "utf8")), true) as object);
}

/** The bundles repeat the ids of what they inline; ids below the root would collide. */
function withoutIds(schema: unknown, root: boolean): unknown {
  if (Array.isArray(schema)) return schema.map((item) => withoutIds(item, false));
  if (typeof schema !== "object" || schema === null) return schema;
  const kept = Object.entries(schema).filter(([name, value]) => root || name !== "$id" || typeof value !== "string");
  return Object.fromEntries(kept.map(([name, value]) => [name, withoutIds(value, false)]));
}
