import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Option } from "./kinds.ts";
import { JsonSyntaxError, type LocatedJson, parseLocated, position } from "./located-json.ts";
import { didYouMean } from "./near.ts";
import { type Given, isOption, OPTIONS } from "./options.ts";
import { UsageError } from "./usage.ts";

export const CONFIG_FILE = "adcp-conformance.config.json";

/** The options of a configuration file, and the URL of the seller. */
export interface Config extends Given {
  url?: string;
}

/**
 * Reads the configuration file: `file`, or the one of the default name in `directory`, where there is one.
 * @throws UsageError with file, line and column.
 */
export function readConfig(directory: string, file?: string): Config {
  const name = file ?? CONFIG_FILE;
  let text: string;
  try {
    text = readFileSync(resolve(directory, name), "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (file === undefined && code === "ENOENT") return {};
    throw new UsageError(
      `The configuration file ${name} cannot be read: ${code === "ENOENT" ? "there is none" : code}.`,
    );
  }
  return parseConfig(text, name);
}

/** @throws UsageError likewise. */
function parseConfig(text: string, name: string): Config {
  const wrong = (message: string, offset: number): UsageError => {
    const { line, column } = position(text, offset);
    return new UsageError(`${name}:${line}:${column}: ${message}${/[.?]$/.test(message) ? "" : "."}`);
  };
  let located: LocatedJson;
  try {
    located = parseLocated(text);
  } catch (error) {
    if (error instanceof JsonSyntaxError) throw wrong(error.message, error.offset);
    throw error;
  }
  const { value, properties } = located;
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw wrong("an object expected", 0);

  const config: Record<string, unknown> = {};
  for (const [key, given] of Object.entries(value)) {
    const at = properties.get(key)!;
    if (key === "$schema") continue;
    if (key === "url") {
      if (typeof given !== "string") throw wrong('"url" must be a string', at.value);
      config.url = given;
      continue;
    }
    if (!isOption(key) || key === "config") {
      const names = [...Object.keys(OPTIONS).filter((one) => one !== "config"), "url"];
      const hint = didYouMean(key, names);
      // The name of an unknown key is told only where it is evidently a misspelt option: it may be anything.
      throw wrong(hint ? `"${key.slice(0, 60)}" is no option.${hint}` : "this is no option", at.key);
    }
    try {
      config[key] = (OPTIONS[key] as Option<unknown>).json(given);
    } catch (error) {
      if (error instanceof UsageError) throw wrong(`"${key}" ${error.message}`, at.value);
      throw error;
    }
  }
  return config;
}
