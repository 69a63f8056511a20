import { isObject, own } from "../protocol/json.ts";

/** The fields that a buyer sets and discovery can show. Order and repetition in lists, and letter case in domains, say nothing. */
export const FIELDS = [
  "name",
  "event_types",
  "action_source",
  "surface",
  "allowed_domains",
  "value_currencies",
] as const;

export type Field = (typeof FIELDS)[number];

const SURFACE_PARTS = ["category", "property_type", "namespace", "property_id"] as const;

/** A source without a value for a field shows it as nothing, null, or an empty list: all the same. */
export function isShown(value: unknown): boolean {
  return value !== undefined && value !== null && !(Array.isArray(value) && value.length === 0);
}

/** Whether two values of a field mean the same. */
export function sameValue(field: Field, a: unknown, b: unknown): boolean {
  if (!isShown(a) || !isShown(b)) return isShown(a) === isShown(b);
  switch (field) {
    case "name":
    case "action_source":
      return a === b;
    case "surface":
      return SURFACE_PARTS.every((part) => (own(a, part) ?? undefined) === (own(b, part) ?? undefined));
    case "allowed_domains":
      return sameSet(a, b, (one) => one.toLowerCase());
    default:
      return sameSet(a, b, (one) => one);
  }
}

function sameSet(a: unknown, b: unknown, normal: (one: string) => string): boolean {
  if (!Array.isArray(a) || !Array.isArray(b)) return false;
  const set = (list: unknown[]) => new Set(list.map((one) => (typeof one === "string" ? normal(one) : one)));
  const [left, right] = [set(a), set(b)];
  return left.size === right.size && [...left].every((one) => right.has(one));
}

/**
 * Whether a shown value contradicts a requested one. What is not shown contradicts nothing, nor does a part of a surface
 * that is not shown.
 */
export function contradicts(field: Field, requested: unknown, shown: unknown): boolean {
  if (!isShown(shown) || requested === undefined) return false;
  if (field !== "surface" || !isObject(requested) || !isObject(shown)) return !sameValue(field, requested, shown);
  return SURFACE_PARTS.some((part) => {
    const [want, got] = [own(requested, part), own(shown, part)];
    return want !== undefined && got !== undefined && got !== null && want !== got;
  });
}
