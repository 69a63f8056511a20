import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Release } from "./release.ts";
import type { MessageName } from "./validator.ts";

/** A JSON Schema (draft-07) as parsed. */
export type JsonSchema = { [keyword: string]: unknown };

/** One schema file as read. */
export interface SchemaFile {
  /** Its `$id`, or its path where it has none. */
  id: string;
  path: string;
  /** SHA-256 of the file's octets, in hexadecimal. */
  digest: string;
  document: JsonSchema;
}

/** Where a validator takes its schemas from. */
export interface SchemaSource {
  /** @throws Error, one sentence, when there is no such file or when it is no JSON object. */
  message(name: MessageName, release: Release): SchemaFile;
  /** The file that a relative reference in `from` names. */
  referenced(reference: string, from: SchemaFile): SchemaFile;
}

/** The schemas of this package. */
export function ownSchemas(): SchemaSource {
  return { message: (name, release) => ownSchema(name, release), referenced };
}

/**
 * One of this package's own files, `event-type` of 3.1 for instance.
 * @throws Error when the release has no such file.
 */
export function ownSchema(name: string, release: Release): SchemaFile {
  return readSchema(join(packageRoot(), "schemas", release, `${name}.json`));
}

/** Whether this package has a file of that name for a release. */
export function hasOwnSchema(name: string, release: Release): boolean {
  return existsSync(join(packageRoot(), "schemas", release, `${name}.json`));
}

/**
 * An official bundle in a directory, laid out as `<release>/<message>.json` or as published,
 * `<release or version>/bundled/<protocol>/<message>.json`.
 * @throws Error when the directory does not exist.
 */
export function bundledSchemas(directory: string): SchemaSource {
  if (!statSync(directory, { throwIfNoEntry: false })?.isDirectory()) {
    throw new Error(`The schema directory ${directory} does not exist.`);
  }
  return {
    message(name, release) {
      const protocol = name.startsWith("get-adcp-capabilities") ? "protocol" : "media-buy";
      for (const folder of releaseFolders(directory, release)) {
        for (const path of [join(folder, `${name}.json`), join(folder, "bundled", protocol, `${name}.json`)]) {
          if (existsSync(path)) return readSchema(path);
        }
      }
      throw new Error(`The schema directory ${directory} holds no ${name}.json for release ${release}.`);
    },
    referenced,
  };
}

/** `<dir>/3.1`, then the versions of that release (`<dir>/3.1.19`), newest first. */
function releaseFolders(directory: string, release: Release): string[] {
  const versions = readdirSync(directory)
    .filter((name) => name.startsWith(`${release}.`))
    .sort((a, b) => b.localeCompare(a, "en", { numeric: true }));
  return [release, ...versions].map((name) => join(directory, name));
}

function referenced(reference: string, from: SchemaFile): SchemaFile {
  if (/^[a-z]+:|^\//i.test(reference))
    throw new Error(`The schema ${from.path} refers to ${reference}, not a file beside it.`);
  return readSchema(join(dirname(from.path), reference));
}

const filesRead = new Map<string, SchemaFile>();

function readSchema(path: string): SchemaFile {
  const known = filesRead.get(path);
  if (known) return known;
  let octets: Buffer;
  try {
    octets = readFileSync(path);
  } catch {
    throw new Error(`The schema file ${path} cannot be read.`);
  }
  const document = parseObject(octets, path);
  const id = typeof document.$id === "string" ? document.$id : path;
  const file = { id, path, digest: createHash("sha256").update(octets).digest("hex"), document };
  filesRead.set(path, file);
  return file;
}

function parseObject(octets: Buffer, path: string): JsonSchema {
  let parsed: unknown;
  try {
    parsed = JSON.parse(octets.toString("utf8"));
  } catch {
    parsed = undefined;
  }
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) {
    throw new Error(`The schema file ${path} is not a JSON object.`);
  }
  return parsed as JsonSchema;
}

let root: string | undefined;

/** The nearest folder above this file that holds a package.json: the same from `src/` and from `dist/src/`. */
function packageRoot(): string {
  if (root) return root;
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, "package.json"))) {
    const above = dirname(folder);
    if (above === folder) throw new Error("The package that holds the schemas was not found.");
    folder = above;
  }
  root = folder;
  return folder;
}
