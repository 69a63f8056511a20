import type { ValidateFunction } from "ajv";
import { Compiler } from "./compile.ts";
import { toIssues } from "./issues.ts";
import { MAX_DEPTH, measure } from "./measure.ts";
import type { Release } from "./release.ts";
import { type ResolvedSchema, resolveRefs } from "./resolve.ts";
import { bundledSchemas, type JsonSchema, ownSchemas, type SchemaFile } from "./schema-files.ts";
import type { MessageName, SchemaIssue, Validator } from "./validator.ts";

export interface ValidatorOptions {
  /**
   * The directory of an official schema bundle to use in place of this package's schemas: `<release>/<message>.json`, or
   * as published, `<release or version>/bundled/<protocol>/<message>.json`.
   */
  schemas?: string;
}

/** Above these sizes a hostile message could yield millions of issues: then only the first is looked for. */
const MAX_NODES = 50_000;
const MAX_ERRORS = 1_000;

interface Entry {
  resolved: ResolvedSchema;
  all?: ValidateFunction;
  first?: ValidateFunction;
}

/**
 * A validator over this package's schemas or over an official bundle. Schemas are read and compiled when they are first
 * needed.
 * @throws Error, one sentence, when `schemas` is no directory; `validate` throws one when a schema file is missing there.
 */
export function createValidator(options: ValidatorOptions = {}): Validator {
  const source = options.schemas === undefined ? ownSchemas() : bundledSchemas(options.schemas);
  const compiler = new Compiler();
  const entries = new Map<string, Entry>();
  const used = new Map<string, SchemaFile>();

  function entryFor(message: MessageName, release: Release): Entry {
    const key = `${release}/${message}`;
    let entry = entries.get(key);
    if (!entry) {
      entry = { resolved: resolveRefs(source.message(message, release), source) };
      entries.set(key, entry);
      for (const file of entry.resolved.files) used.set(file.path, file);
    }
    return entry;
  }

  function errorsOf(entry: Entry, value: unknown, nodes: number) {
    if (nodes <= MAX_NODES) {
      entry.all ??= compiled(entry, (schema) => compiler.all(schema));
      if (entry.all(value)) return [];
      const errors = entry.all.errors ?? [];
      if (errors.length <= MAX_ERRORS) return errors;
    }
    entry.first ??= compiled(entry, (schema) => compiler.first(schema));
    return entry.first(value) ? [] : (entry.first.errors ?? []);
  }

  return {
    validate(message, release, value): SchemaIssue[] {
      const entry = entryFor(message, release);
      const { nodes, tooDeepAt } = measure(value);
      if (tooDeepAt !== undefined) return [tooDeep(tooDeepAt, entry)];
      return toIssues(errorsOf(entry, value, nodes), entry.resolved.origins);
    },
    used() {
      return [...used.values()].map(({ id, digest }) => ({ id, digest }));
    },
  };
}

function compiled({ resolved }: Entry, compile: (schema: JsonSchema) => ValidateFunction): ValidateFunction {
  try {
    return compile(resolved.schema);
  } catch (error) {
    throw new Error(`The schema file ${resolved.files[0]!.path} cannot be compiled: ${(error as Error).message}.`);
  }
}

/** No schema limits depth, yet a value that programs cannot walk is no answer. */
function tooDeep(pointer: string, { resolved }: Entry): SchemaIssue {
  return {
    pointer,
    keyword: "depth",
    message: `must not be nested more than ${MAX_DEPTH} levels deep`,
    schema_id: resolved.files[0]!.id,
    schema_path: "",
  };
}
