import { step } from "./pointer.ts";
import type { JsonSchema, SchemaFile, SchemaSource } from "./schema-files.ts";

/** Where a subschema was written. */
export interface Origin {
  file: SchemaFile;
  /** RFC 6901 pointer into the file. */
  pointer: string;
}

export interface ResolvedSchema {
  /** The schema without `$ref`, `$id`, `$schema` and definitions; a subschema that is used twice is one object. */
  schema: JsonSchema;
  /** The origin of each subschema in `schema`. */
  origins: WeakMap<object, Origin>;
  /** The file itself and every file it draws on. */
  files: SchemaFile[];
}

const SCHEMA_MAPS = new Set(["properties", "patternProperties"]);
const PLAIN_DATA = new Set(["const", "enum", "default", "examples"]);
const DROPPED = new Set(["$id", "$schema", "$defs", "definitions"]);

/**
 * Puts what each `$ref` names in its place, across files and within one. Keywords beside a `$ref` are dropped, as
 * draft-07 says.
 * @throws Error, one sentence, when a reference names nothing or leads back to itself.
 */
export function resolveRefs(file: SchemaFile, source: SchemaSource): ResolvedSchema {
  const origins: ResolvedSchema["origins"] = new WeakMap();
  const files = new Set<SchemaFile>([file]);
  const resolved = new Map<string, JsonSchema | "in progress">();

  function follow(reference: string, from: SchemaFile): JsonSchema {
    const [path = "", fragment = ""] = reference.split("#");
    const target = path === "" ? from : source.referenced(path, from);
    const pointer = decodeURIComponent(fragment);
    const key = `${target.path}#${pointer}`;
    const known = resolved.get(key);
    if (known === "in progress") throw new Error(`The schema ${target.path} refers to itself at ${reference}.`);
    if (known) return known;
    files.add(target);
    resolved.set(key, "in progress");
    const schema = build(lookUp(target, pointer), target, pointer);
    resolved.set(key, schema);
    return schema;
  }

  function build(node: JsonSchema, from: SchemaFile, pointer: string): JsonSchema {
    if (typeof node.$ref === "string") return follow(node.$ref, from);
    const built: JsonSchema = {};
    for (const [keyword, value] of Object.entries(node)) {
      const here = pointer + step(keyword);
      if (PLAIN_DATA.has(keyword)) built[keyword] = value;
      else if (SCHEMA_MAPS.has(keyword)) built[keyword] = mapped(value as JsonSchema, from, here);
      else if (!DROPPED.has(keyword)) built[keyword] = child(value, from, here);
    }
    origins.set(built, { file: from, pointer });
    return built;
  }

  function child(value: unknown, from: SchemaFile, pointer: string): unknown {
    if (Array.isArray(value)) return value.map((item, index) => child(item, from, pointer + step(index)));
    return isObject(value) ? build(value, from, pointer) : value;
  }

  function mapped(schemas: JsonSchema, from: SchemaFile, pointer: string): JsonSchema {
    return Object.fromEntries(
      Object.entries(schemas).map(([name, schema]) => [name, child(schema, from, pointer + step(name))]),
    );
  }

  return { schema: build(file.document, file, ""), origins, files: [...files] };
}

function lookUp(file: SchemaFile, pointer: string): JsonSchema {
  let node: unknown = file.document;
  for (const name of pointer.split("/").slice(1)) {
    node = (node as JsonSchema | undefined)?.[name.replaceAll("~1", "/").replaceAll("~0", "~")];
  }
  if (!isObject(node)) throw new Error(`The schema ${file.path} has nothing at #${pointer}.`);
  return node;
}

function isObject(value: unknown): value is JsonSchema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
