import type { JsonSchema } from "../../src/validation/index.ts";

type Json = Record<string, unknown>;

const ONE_OF_EACH_TYPE = ["5", "true", 7, 1.5, -1, true, null, [], [null], {}];
const ODD_STRINGS = [
  "",
  " ",
  "a",
  "A",
  "_",
  "-",
  "a b",
  "a\n",
  "\u00e9",
  "\ud83d\ude00",
  "0",
  "3.2-",
  "03.1",
  "3.1.1",
  "#",
  "/",
  "a/b",
  "A/b",
];
const ODD_FORMATS = [
  "2025-01-01",
  "2025-01-01T00:00:00",
  "2025-01-01 00:00:00Z",
  "2025-02-30T00:00:00Z",
  "2025-01-01T00:00:00+02:00",
  "http://a",
  "https://a b",
  "a@b",
  "a@b.c",
];

/**
 * A message with one thing changed, in each way that some keyword of its schema has an opinion on: just inside and just
 * outside every bound, each type, each listed value, each property missing or too many.
 */
export function* variants(schema: JsonSchema, value: unknown): Generator<unknown> {
  yield* ofType(schema);
  if (typeof value === "string") yield* ofString(schema, value);
  if (typeof value === "number") yield* ofNumber(schema);
  if (Array.isArray(value)) yield* ofArray(schema, value);
  else if (isObject(value)) yield* ofObject(schema, value);
  for (const member of (schema.allOf ?? []) as JsonSchema[]) yield* variants(member, value);
  for (const union of [schema.oneOf, schema.anyOf] as (JsonSchema[] | undefined)[]) {
    if (union) yield* ofUnion(union, value);
  }
  if (schema.if) yield* ofCondition(schema, value);
}

function* ofType(schema: JsonSchema): Generator<unknown> {
  if (schema.type) yield* ONE_OF_EACH_TYPE;
  for (const listed of [schema.const === undefined ? [] : schema.const, schema.enum ?? []].flat() as unknown[]) {
    yield listed;
    if (typeof listed === "string") yield* [listed.toUpperCase(), `${listed} `, listed.slice(1)];
    else yield* [!listed, String(listed)];
  }
}

function* ofString({ minLength, maxLength, pattern, format }: JsonSchema, value: string): Generator<unknown> {
  if (minLength !== undefined) yield* ["a".repeat((minLength as number) - 1), "a".repeat(minLength as number)];
  if (maxLength !== undefined) {
    yield* ["a".repeat(maxLength as number), "a".repeat((maxLength as number) + 1)];
    yield "\ud83d\ude00".repeat(maxLength as number);
  }
  if (pattern !== undefined)
    yield* [...ODD_STRINGS, `${value}\n`, ` ${value}`, `${value}!`, value.toUpperCase(), value + value];
  if (format !== undefined) yield* [...ODD_FORMATS, ...ODD_STRINGS, `${value} `];
}

function* ofNumber({ minimum, maximum, exclusiveMinimum }: JsonSchema): Generator<unknown> {
  for (const bound of [minimum, maximum, exclusiveMinimum] as (number | undefined)[]) {
    if (bound !== undefined) yield* [bound - 1, bound - 0.5, bound, bound + 0.5, bound + 1];
  }
}

function* ofArray(schema: JsonSchema, value: unknown[]): Generator<unknown> {
  const { minItems, maxItems, uniqueItems, items } = schema as {
    minItems?: number;
    maxItems?: number;
    uniqueItems?: boolean;
    items?: JsonSchema;
  };
  yield [];
  if (minItems !== undefined) yield* [value.slice(0, minItems - 1), value.slice(0, minItems)];
  if (maxItems !== undefined) {
    yield* [maxItems, maxItems + 1].map((length) => Array.from({ length }, () => value[0]));
  }
  if (uniqueItems) yield [...value, value[0]];
  if (items && value.length > 0) {
    for (const first of variants(items, value[0])) yield [first, ...value.slice(1)];
    yield [...value, null];
  }
}

function* ofObject(schema: JsonSchema, value: Json): Generator<unknown> {
  const { properties = {}, required = [] } = schema as { properties?: Record<string, JsonSchema>; required?: string[] };
  for (const name of new Set([...required, ...Object.keys(properties)])) yield without(value, [name]);
  if (schema.minProperties !== undefined) {
    const entries = Object.entries(value);
    yield* [Object.fromEntries(entries.slice(0, schema.minProperties as number)), {}];
  }
  yield { ...value, x_unknown: 1 };
  for (const [name, property] of Object.entries(properties)) {
    if (!Object.hasOwn(value, name)) continue;
    for (const changed of variants(property, value[name])) yield { ...value, [name]: changed };
  }
  for (const names of excluded(schema.not)) {
    for (const added of [null, []]) yield { ...value, ...Object.fromEntries(names.map((name) => [name, added])) };
  }
}

function* ofUnion(arms: JsonSchema[], value: unknown): Generator<unknown> {
  for (const arm of arms) yield* variants(arm, value);
  if (!isObject(value)) return;
  const names = arms.map(({ required }) => (required ?? []) as string[]);
  yield without(value, names.flat());
  for (const some of names) {
    const own = Object.fromEntries(some.map((name) => [name, value[name] ?? []]));
    const alone = { ...without(value, names.flat()), ...own };
    yield* [{ ...value, ...own }, alone, ...some.map((name) => without(alone, [name]))];
  }
}

function* ofCondition(schema: JsonSchema, value: unknown): Generator<unknown> {
  const met = meet(schema.if as JsonSchema, value);
  yield met;
  if (schema.then) yield* variants(schema.then as JsonSchema, met);
}

/** The value changed so that a condition holds. */
function meet(condition: JsonSchema, value: unknown): unknown {
  let met = value;
  if (condition.const !== undefined) return condition.const;
  if (condition.pattern !== undefined)
    return new RegExp(condition.pattern as string, "u").test(String(met)) ? met : "3.2";
  if (condition.contains) return [...((met ?? []) as unknown[]), meet(condition.contains as JsonSchema, undefined)];
  for (const [name, property] of Object.entries((condition.properties ?? {}) as Record<string, JsonSchema>)) {
    met = { ...(met as Json), [name]: meet(property, (met as Json | undefined)?.[name]) };
  }
  for (const member of (condition.allOf ?? []) as JsonSchema[]) met = meet(member, met);
  const [arm] = (condition.anyOf ?? []) as JsonSchema[];
  return arm ? meet(arm, met) : met;
}

function excluded(not: unknown): string[][] {
  const { required, anyOf } = (not ?? {}) as { required?: string[]; anyOf?: { required: string[] }[] };
  return [...(required ? [required] : []), ...(anyOf ?? []).map((arm) => arm.required)];
}

function without(value: Json, names: string[]): Json {
  return Object.fromEntries(Object.entries(value).filter(([name]) => !names.includes(name)));
}

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
