import { isMap, isSeq, LineCounter, type Node, parseDocument } from "yaml";
import { isObject } from "../../protocol/json.ts";

/** One known failure: of a rule, or of a rule in one scenario. */
export interface BaselineEntry {
  rule: string;
  /** As a finding gives it, or the word `fuzz` for all that was generated. */
  scenario?: string;
  reason: string;
  /** The last day on which it is accepted, YYYY-MM-DD. */
  expires?: string;
}

export interface Baseline {
  /** The file's name, for messages. */
  file: string;
  /** `line`: where it begins in the file, from 1. */
  entries: readonly (BaselineEntry & { line: number })[];
}

/** What is wrong with a baseline: one sentence that begins with file and line. */
export class BaselineError extends Error {
  override readonly name = "BaselineError";
}

const KEYS = ["rule", "scenario", "reason", "expires"] as const;
const FORM = "{rule, reason} with an optional scenario and expires";

/**
 * Reads a baseline: a YAML or JSON list of known failures.
 * @throws BaselineError
 */
export function parseBaseline(text: string, file: string): Baseline {
  const lines = new LineCounter();
  const wrong = (message: string, offset = 0) =>
    new BaselineError(`${file}:${text === "" ? 1 : lines.linePos(offset).line}: ${message}.`);
  const document = read(() => parseDocument(text, { lineCounter: lines, prettyErrors: false }), file);
  const [error] = document.errors;
  // The parser's own words may quote the file.
  if (error) throw wrong("this is neither well-formed YAML nor JSON", error.pos[0]);
  const { contents } = document;
  if (contents === null) return { file, entries: [] };
  if (!isSeq(contents)) throw wrong(`a list of known failures is expected, each of them ${FORM}`, contents.range?.[0]);
  const entries = contents.items.map((item) => {
    const node = item as Node;
    const offset = node.range?.[0] ?? 0;
    const value = isMap(node) ? read(() => node.toJS(document, { maxAliasCount: 10 }), file) : undefined;
    const problem = problemOf(value);
    if (problem !== undefined) throw wrong(problem, offset);
    return { ...(value as BaselineEntry), line: lines.linePos(offset).line };
  });
  const twice = entries.find((entry, index) => entries.findIndex((one) => isSame(one, entry)) < index);
  if (twice) throw new BaselineError(`${file}:${twice.line}: the entry stands here twice.`);
  return { file, entries };
}

export const isSame = (a: BaselineEntry, b: BaselineEntry): boolean => a.rule === b.rule && a.scenario === b.scenario;

/** Depth and aliases may be too much for the parser: that is the file's fault. */
function read<T>(work: () => T, file: string): T {
  try {
    return work();
  } catch {
    throw new BaselineError(`${file}: this is neither well-formed YAML nor JSON.`);
  }
}

function problemOf(value: unknown): string | undefined {
  if (!isObject(value)) return `an entry is ${FORM}`;
  if (Object.keys(value).some((key) => !KEYS.some((known) => known === key))) return `an entry is ${FORM}, and no more`;
  const texts = KEYS.filter((key) => Object.hasOwn(value, key));
  for (const key of ["rule", "reason"] as const) {
    if (!texts.includes(key)) return `an entry needs a ${key}`;
  }
  const bad = texts.find((key) => typeof value[key] !== "string" || value[key].trim() === "");
  if (bad) return `${bad} must be a text that is not empty`;
  const { expires } = value as { expires?: string };
  return expires === undefined || isDate(expires) ? undefined : "expires must be a date of the form YYYY-MM-DD";
}

const isDate = (text: string): boolean =>
  /^\d{4}-\d\d-\d\d$/.test(text) && new Date(`${text}T00:00:00Z`).toJSON()?.startsWith(text) === true;
