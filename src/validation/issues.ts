import type { ErrorObject } from "ajv";
import { describe } from "./describe.ts";
import { depthOf, step } from "./pointer.ts";
import type { Origin } from "./resolve.ts";
import type { JsonSchema } from "./schema-files.ts";
import { focusUnions, notedPointer } from "./unions.ts";
import type { SchemaIssue } from "./validator.ts";

/** Keywords that say the message has the wrong shape come before those that say a value is wrong. */
const SHAPE_KEYWORDS = ["oneOf", "anyOf", "not", "required", "type", "additionalProperties"];

/** Turns ajv's errors into issues, most telling first. */
export function toIssues(errors: ErrorObject[], origins: WeakMap<object, Origin>): SchemaIssue[] {
  const { errors: focused, notes } = focusUnions(errors);
  const issues = focused.flatMap((error) => {
    const note = notes.get(error);
    if (!note) return locate(error).map((where) => issue(error, where, describe(error), origins));
    const actual = note.property === undefined ? error.data : member(error.data, note.property);
    return [issue(error, { pointer: notedPointer(error, note), actual }, note.message, origins)];
  });
  return withoutRepetition(issues).sort(mostTellingFirst);
}

interface Place {
  pointer: string;
  actual?: unknown;
}

/** Where an error lies: at the value, or at the property that is missing or should be. */
function locate(error: ErrorObject): Place[] {
  const { keyword, params, instancePath, data } = error;
  const at = (name: string): Place => ({ pointer: instancePath + step(name), actual: member(data, name) });
  if (keyword === "required") return [{ pointer: instancePath + step(params.missingProperty) }];
  if (keyword === "additionalProperties") return [at(params.additionalProperty)];
  if (keyword === "not") {
    const forbidden = forbiddenNames(error.schema as JsonSchema, data);
    if (forbidden.length > 0) return forbidden.map(at);
  }
  // The branch that `if` led to has its own errors.
  if (keyword === "if") return [];
  return [{ pointer: instancePath, actual: data }];
}

/** The properties that a `not` over `required` lists objects to. */
function forbiddenNames(not: JsonSchema, data: unknown): string[] {
  if (typeof data !== "object" || data === null) return [];
  const lists = [not, ...((not.anyOf as JsonSchema[] | undefined) ?? [])].map(({ required }) => required);
  return lists.flatMap((names) =>
    Array.isArray(names) && names.every((name) => Object.hasOwn(data, name)) ? names.slice(0, 1) : [],
  );
}

function issue(error: ErrorObject, place: Place, message: string, origins: WeakMap<object, Origin>): SchemaIssue {
  const origin = error.parentSchema && origins.get(error.parentSchema);
  return {
    pointer: place.pointer,
    keyword: error.keyword,
    message: error.keyword === "not" && place.pointer !== error.instancePath ? "must not be present here" : message,
    ...("actual" in place && { actual: place.actual }),
    schema_id: origin?.file.id ?? "",
    schema_path: origin ? origin.pointer + step(error.keyword) : error.schemaPath.slice(1),
  };
}

/** Drops what was said already, and what else is wrong with a value that has the wrong type. */
function withoutRepetition(issues: SchemaIssue[]): SchemaIssue[] {
  const mistyped = new Set(issues.filter(({ keyword }) => keyword === "type").map(({ pointer }) => pointer));
  const said = new Set<string>();
  return issues.filter(({ pointer, keyword, message }) => {
    if (mistyped.has(pointer) && keyword !== "type") return false;
    const key = JSON.stringify([pointer, keyword, message]);
    return !said.has(key) && said.add(key);
  });
}

function mostTellingFirst(a: SchemaIssue, b: SchemaIssue): number {
  return rank(a) - rank(b) || depthOf(a.pointer) - depthOf(b.pointer);
}

function rank({ keyword }: SchemaIssue): number {
  const index = SHAPE_KEYWORDS.indexOf(keyword);
  return index === -1 ? SHAPE_KEYWORDS.length : index;
}

function member(data: unknown, name: string): unknown {
  return (data as Record<string, unknown>)[name];
}
