import type { ErrorObject } from "ajv";
import { depthOf, isWithin, step } from "./pointer.ts";
import type { JsonSchema } from "./schema-files.ts";

/** What a union's failure comes down to, where no single arm explains it. */
export interface UnionNote {
  message: string;
  /** The property that the failure is about, where there is one. */
  property?: string;
}

export interface Focused {
  errors: ErrorObject[];
  notes: Map<ErrorObject, UnionNote>;
}

type Choice = { arm: number } | { note: UnionNote };

/**
 * Reduces the errors of every failed `oneOf` and `anyOf` to those of the arm that the message evidently means, or to the
 * union's own error with a note. `schemaPath`s have to be complete, that is, of a schema without `$ref`.
 */
export function focusUnions(errors: ErrorObject[]): Focused {
  const notes: Focused["notes"] = new Map();
  const unions = errors.filter(({ keyword }) => keyword === "oneOf" || keyword === "anyOf");
  unions.sort((a, b) => a.schemaPath.length - b.schemaPath.length);
  let kept = errors;
  for (const union of unions) {
    if (!kept.includes(union)) continue;
    const inside = kept.filter((error) => armOf(error, union) !== undefined);
    const choice = choose(union, inside);
    if ("note" in choice) {
      notes.set(union, choice.note);
      kept = kept.filter((error) => armOf(error, union) === undefined);
    } else {
      kept = kept.filter((error) => error !== union && (armOf(error, union) ?? choice.arm) === choice.arm);
    }
  }
  return { errors: kept, notes };
}

/** The arm of a union that an error comes from. */
function armOf(error: ErrorObject, union: ErrorObject): number | undefined {
  if (!error.schemaPath.startsWith(`${union.schemaPath}/`) || !isWithin(error.instancePath, union.instancePath)) return;
  return Number.parseInt(error.schemaPath.slice(union.schemaPath.length + 1), 10);
}

function choose(union: ErrorObject, inside: ErrorObject[]): Choice {
  const arms = union.schema as JsonSchema[];
  if (union.keyword === "oneOf" && union.params.passingSchemas) {
    return { note: { message: "must match only one of the alternatives, and matches several" } };
  }
  const byArm = arms.map((_, arm) => inside.filter((error) => armOf(error, union) === arm));
  // An arm without errors of its own (`false`, for instance) explains nothing.
  const explained = byArm.flatMap((of, arm) => (of.length > 0 ? [arm] : []));
  if (explained.length === 0) return { note: { message: "must match one of the alternatives" } };
  return chooseByPresence(union, arms, byArm, explained) ?? chooseByConstant(union, arms, byArm, explained);
}

/** Arms that each require something of their own: what is there says which one is meant. */
function chooseByPresence(
  union: ErrorObject,
  arms: JsonSchema[],
  byArm: ErrorObject[][],
  explained: number[],
): Choice | undefined {
  const own = ownRequirements(arms);
  if (own.some((names) => names.length === 0) || !isObject(union.data)) return undefined;
  const data = union.data;
  const begun = explained.filter((arm) => own[arm]!.some((name) => Object.hasOwn(data, name)));
  if (begun.length === 0) {
    return { note: { message: `must have ${own.map((names) => names.join(" and ")).join(", or ")}` } };
  }
  if (begun.length === 1) return { arm: begun[0]! };
  if (begun.every((arm) => byArm[arm]!.some((error) => excludes(error, union)))) {
    const names = begun.flatMap((arm) => own[arm]!.filter((name) => Object.hasOwn(data, name)));
    return { note: { message: `must not have ${names.join(" and ")} together` } };
  }
  return { arm: best(byArm, begun) };
}

/** Arms told apart by a constant: one whose constant does not hold is not meant. */
function chooseByConstant(union: ErrorObject, arms: JsonSchema[], byArm: ErrorObject[][], explained: number[]): Choice {
  const wrong = (arm: number) => byArm[arm]!.find((error) => error.keyword === "const" && isDirect(error, union));
  const meant = explained.filter((arm) => !wrong(arm));
  if (meant.length > 0) return { arm: best(byArm, meant) };
  const properties = new Set(explained.map((arm) => wrong(arm)?.instancePath));
  if (properties.size > 1 || explained.length < arms.length) return { arm: best(byArm, explained) };
  const values = explained.map((arm) => JSON.stringify(wrong(arm)?.params.allowedValue));
  const [property = ""] = [...properties];
  return {
    note: { message: `must be one of ${values.join(", ")}`, property: property.slice(union.instancePath.length + 1) },
  };
}

/** The arm whose nearest error lies deepest; among those, the one with the fewest. */
function best(byArm: ErrorObject[][], candidates: number[]): number {
  const nearest = (arm: number) => Math.min(...byArm[arm]!.map((error) => depthOf(error.instancePath)));
  return candidates.toSorted((a, b) => nearest(b) - nearest(a) || byArm[a]!.length - byArm[b]!.length)[0]!;
}

/** What each arm requires and not every other arm does. */
function ownRequirements(arms: JsonSchema[]): string[][] {
  const required = arms.map((arm) => (Array.isArray(arm.required) ? (arm.required as string[]) : []));
  return required.map((names) => names.filter((name) => !required.every((others) => others.includes(name))));
}

function excludes(error: ErrorObject, union: ErrorObject): boolean {
  return error.instancePath === union.instancePath && ["not", "additionalProperties"].includes(error.keyword);
}

function isDirect(error: ErrorObject, union: ErrorObject): boolean {
  return depthOf(error.instancePath) === depthOf(union.instancePath) + 1;
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The pointer of a noted union: of the property that the note names, else of the value itself. */
export function notedPointer(union: ErrorObject, note: UnionNote): string {
  return union.instancePath + (note.property === undefined ? "" : step(note.property));
}
