import { isVersion } from "../engine/rule-versions.ts";
import type { Shard } from "../engine/scenarios.ts";
import { JsonSyntaxError, parseLocated } from "./located-json.ts";
import { didYouMean } from "./near.ts";
import { UsageError } from "./usage.ts";

/** One option: how its words on the command line, or its value in a configuration file, become a value. */
export interface Option<T> {
  about: string;
  /** How the help names the value; absent for a switch. */
  placeholder?: string;
  choices?: readonly string[];
  /**
   * Reads the words given on the command line, one for each occurrence (no word of a switch gets here).
   * @throws UsageError that says what the value must be, never what it was: a value may be a misplaced credential.
   */
  words(words: readonly string[]): T;
  /** Reads the value from a configuration file. @throws UsageError likewise. */
  json(value: unknown): T;
}

const mustBe = (what: string): UsageError => new UsageError(`must be ${what}`);

/** An option of one word: the last occurrence counts. */
function single<T>(about: string, placeholder: string, what: string, read: (word: string) => T | undefined): Option<T> {
  const one = (word: string): T => {
    const value = read(word);
    if (value === undefined) throw mustBe(what);
    return value;
  };
  return {
    about,
    placeholder,
    words: (words) => one(words.at(-1)!),
    json: (value) => {
      if (typeof value !== "string") throw mustBe(what);
      return one(value);
    },
  };
}

export const flag = (about: string): Option<boolean> => ({
  about,
  words: (words) => words.at(-1) !== "false",
  json: (value) => {
    if (typeof value !== "boolean") throw mustBe("true or false");
    return value;
  },
});

export const text = (about: string, placeholder: string): Option<string> =>
  single(about, placeholder, "a text that is not empty", (word) => word || undefined);

/** A version of this tool. */
export const version = (about: string): Option<string> =>
  single(about, "VERSION", "a version of the form 1.2.3", (word) => (isVersion(word) ? word : undefined));

/** A part of a whole run. */
export const shard = (about: string): Option<Shard> =>
  single(about, "K/N", "of the form K/N, K from 1 to N", (word) => {
    const [, k, n] = /^([1-9]\d{0,3})\/([1-9]\d{0,3})$/.exec(word)?.map(Number) ?? [];
    return k !== undefined && n !== undefined && k <= n ? { k, n } : undefined;
  });

export const pattern = (
  about: string,
  placeholder: string,
  what: string,
  fits: (word: string) => boolean,
): Option<string> => single(about, placeholder, what, (word) => (fits(word) ? word : undefined));

export function choice<const T extends string>(about: string, choices: readonly T[]): Option<T> {
  const isChoice = (word: unknown): word is T => choices.some((one) => one === word);
  const one = (word: unknown): T => {
    if (isChoice(word)) return word;
    const hint = typeof word === "string" ? didYouMean(word, choices) : " It is a string, so it needs double quotes.";
    throw new UsageError(`must be one of ${choices.join(", ")}.${hint}`);
  };
  return { about, placeholder: choices.join("|"), choices, words: (words) => one(words.at(-1)), json: one };
}

/** A number from `min` to `max`; whole unless `fraction` is set. */
export function number(
  about: string,
  placeholder: string,
  { min, max, fraction = false }: { min: number; max: number; fraction?: boolean },
): Option<number> {
  const what = `${fraction ? "a number" : "a whole number"} from ${min} to ${max}`;
  const check = (value: unknown): number => {
    const fits = typeof value === "number" && value >= min && value <= max && (fraction || Number.isInteger(value));
    if (!fits) throw mustBe(what);
    return value;
  };
  return {
    about,
    placeholder,
    words: (words) => check(/^\d+(\.\d+)?$/.test(words.at(-1)!) ? Number(words.at(-1)) : undefined),
    json: check,
  };
}

/** Words separated by commas; the option may be repeated. */
export function list(
  about: string,
  placeholder: string,
  choices?: (word: string) => string | undefined,
): Option<string[]> {
  const split = (words: readonly string[]): string[] => {
    const parts = words.flatMap((word) => word.split(",")).map((word) => word.trim());
    if (parts.length === 0 || parts.includes("")) throw mustBe("a list of words, separated by commas");
    for (const part of parts) {
      const wrong = choices?.(part);
      if (wrong) throw new UsageError(wrong);
    }
    return [...new Set(parts)];
  };
  return {
    about,
    placeholder,
    words: split,
    json: (value) => {
      if (typeof value === "string") return split([value]);
      if (Array.isArray(value) && value.every((one) => typeof one === "string")) return split(value);
      throw mustBe("a string, or an array of strings");
    },
  };
}

/** An account: an id, or the account reference as it stands in requests. */
export function account(about: string): Option<Record<string, unknown>> {
  const reference = (value: unknown): Record<string, unknown> => {
    if (typeof value === "string" && value.trim() !== "") return { account_id: value.trim() };
    if (typeof value === "object" && value !== null && !Array.isArray(value) && Object.keys(value).length > 0)
      return value as Record<string, unknown>;
    throw mustBe("an account id, or a JSON object that refers to an account");
  };
  const word = (given: string): Record<string, unknown> => {
    if (!given.trimStart().startsWith("{")) return reference(given);
    try {
      return reference(parseLocated(given).value);
    } catch (error) {
      if (!(error instanceof JsonSyntaxError)) throw error;
      throw new UsageError(`is no well-formed JSON: ${error.message} at character ${error.offset + 1}`);
    }
  };
  return { about, placeholder: "ID|JSON", words: (words) => word(words.at(-1)!), json: reference };
}

const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;
/** Headers that frame the message: setting them breaks it. */
const RESERVED = new Set([
  "connection",
  "content-length",
  "host",
  "keep-alive",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/** HTTP headers, names in lower case. */
export function headers(about: string): Option<Record<string, string>> {
  const collect = (entries: readonly (readonly [string, string])[]): Record<string, string> => {
    const result: Record<string, string> = {};
    for (const [name, value] of entries) {
      const key = name.trim().toLowerCase();
      if (!HEADER_NAME.test(key)) throw mustBe("'Name: value' with a valid header name before the colon");
      if (!HEADER_VALUE.test(value)) throw new UsageError(`has a value for ${key} that no HTTP header can hold`);
      if (RESERVED.has(key)) throw new UsageError(`cannot set ${key}, which belongs to the connection`);
      result[key] = value.trim();
    }
    return result;
  };
  const line = (word: unknown): readonly [string, string] => {
    const colon = typeof word === "string" ? word.indexOf(":") : -1;
    if (typeof word !== "string" || colon < 1) throw mustBe("of the form 'Name: value'");
    return [word.slice(0, colon), word.slice(colon + 1)];
  };
  return {
    about,
    placeholder: "'K: V'",
    words: (words) => collect(words.map(line)),
    json: (value) => {
      if (Array.isArray(value)) return collect(value.map(line));
      if (typeof value === "string") return collect([line(value)]);
      if (typeof value !== "object" || value === null) throw mustBe("an object of header names and values");
      return collect(
        Object.entries(value).map(([name, one]) => {
          if (typeof one !== "string") throw mustBe("an object whose values are strings");
          return [name, one] as const;
        }),
      );
    },
  };
}

/** A credential for the `Authorization: Bearer` header. */
export const bearer = (about: string): Option<string> =>
  single(about, "T", "a token of visible ASCII characters without spaces", (word) => {
    const value = word.trim().replace(/^bearer\s+/i, "");
    return /^[\x21-\x7e]+$/.test(value) ? value : undefined;
  });
