import fc from "fast-check";
import type { JsonSchema } from "../../src/validation/index.ts";

/** Which optional properties a generated message has. */
export type Fill = "all" | "some" | "none";

/**
 * Messages that fit a schema without `$ref`, for each choice of arms at its root. Conditions (`if`) are left to chance, so
 * a few messages do not fit: the caller asks the schema itself.
 */
export function messages(schema: JsonSchema, fill: Fill): fc.Arbitrary<unknown>[] {
  return alternatives(schema).map((flat) => value(flat, fill));
}

/** A value that fits every one of some schemas. */
function conjunction(schemas: JsonSchema[], fill: Fill): fc.Arbitrary<unknown> {
  const arms = schemas.map(alternatives).reduce(product, [[]]);
  return fc.oneof(...arms.map((flat) => value(flat, fill)));
}

/** The schemas that a schema amounts to for each choice of arms, without combinators. */
function alternatives({ allOf, oneOf, anyOf, ...rest }: JsonSchema): JsonSchema[][] {
  let found: JsonSchema[][] = [[rest]];
  for (const member of (allOf ?? []) as JsonSchema[]) found = product(found, alternatives(member));
  for (const union of [oneOf, anyOf] as (JsonSchema[] | undefined)[]) {
    if (union) found = product(found, union.flatMap(alternatives));
  }
  return found;
}

function product(left: JsonSchema[][], right: JsonSchema[][]): JsonSchema[][] {
  return left.flatMap((a) => right.map((b) => [...a, ...b]));
}

function value(flat: JsonSchema[], fill: Fill): fc.Arbitrary<unknown> {
  const has = (keyword: string) => flat.find((schema) => keyword in schema)?.[keyword];
  if (has("const") !== undefined) return fc.constant(has("const"));
  if (has("enum")) return fc.constantFrom(...(has("enum") as unknown[]));
  const type = has("type") ?? (has("properties") ? "object" : "null");
  if (Array.isArray(type)) return fc.oneof(...type.map((one) => value([{ type: one }], fill)));
  switch (type) {
    case "object":
      return object(flat, fill);
    case "array":
      return array(flat, fill);
    case "string":
      return string(Object.assign({}, ...flat));
    case "integer":
    case "number":
      return number(Object.assign({}, ...flat));
    case "boolean":
      return fc.boolean();
    default:
      return fc.constant(null);
  }
}

function object(flat: JsonSchema[], fill: Fill): fc.Arbitrary<unknown> {
  const banned = new Set(flat.flatMap(bannedNames));
  const required = new Set(flat.flatMap((schema) => (schema.required ?? []) as string[]));
  const properties: Record<string, JsonSchema[]> = {};
  for (const schema of flat) {
    for (const [name, property] of Object.entries((schema.properties ?? {}) as Record<string, JsonSchema>)) {
      if (!banned.has(name)) properties[name] = [...(properties[name] ?? []), property];
    }
  }
  if (Object.keys(properties).length === 0 && required.size === 0) {
    return fill === "none"
      ? fc.constant({})
      : fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 1 }), { maxKeys: 3 });
  }
  const members = Object.entries(properties)
    .filter(([name]) => fill !== "none" || required.has(name))
    .map(([name, schemas]) => [name, conjunction(schemas, fill)] as const);
  return fc.record(Object.fromEntries(members), {
    noNullPrototype: true,
    requiredKeys: members.map(([name]) => name).filter((name) => fill === "all" || required.has(name)),
  });
}

function bannedNames({ not }: JsonSchema): string[] {
  const { required, anyOf } = (not ?? {}) as JsonSchema;
  return [{ required }, ...((anyOf ?? []) as JsonSchema[])].flatMap((schema) => (schema.required ?? []) as string[]);
}

function array(flat: JsonSchema[], fill: Fill): fc.Arbitrary<unknown> {
  const { items = {}, minItems = 0, maxItems, uniqueItems } = Object.assign({}, ...flat);
  const item = conjunction([items], fill);
  const minLength = fill === "none" ? minItems : Math.max(1, minItems);
  const maxLength = Math.min(maxItems ?? 3, minLength + 2);
  return uniqueItems
    ? fc.uniqueArray(item, { minLength, maxLength, comparator: "SameValue" })
    : fc.array(item, { minLength, maxLength });
}

const ODD_STRINGS = [
  "",
  " ",
  "\u0000",
  "\ud83d\ude00",
  "\ud800",
  "\u202e",
  "__proto__",
  "constructor",
  "a".repeat(300),
];

function string({ format, pattern, minLength = 0, maxLength = 400 }: JsonSchema): fc.Arbitrary<string> {
  const expression = new RegExp((pattern as string | undefined) ?? "", "u");
  return formatted(format, pattern).filter((text) => {
    const length = [...text].length;
    return expression.test(text) && length >= (minLength as number) && length <= (maxLength as number);
  });

  function formatted(name: unknown, source: unknown): fc.Arbitrary<string> {
    if (name === "uri") return fc.webUrl({ validSchemes: ["https"] });
    if (name === "email") return fc.emailAddress();
    if (name === "date-time") {
      return fc
        .date({ min: new Date("2000-01-01T00:00:00Z"), max: new Date("2100-01-01T00:00:00Z"), noInvalidDate: true })
        .map((date) => date.toISOString());
    }
    if (typeof source === "string") return fc.stringMatching(expression);
    const least = minLength as number;
    return fc.oneof(
      { weight: 3, arbitrary: fc.string({ minLength: least, maxLength: least + 20 }) },
      fc.string({ unit: "binary", minLength: least, maxLength: least + 20 }),
      ...(least <= 1 ? [fc.constantFrom(...ODD_STRINGS.filter((text) => text.length >= least))] : []),
    );
  }
}

function number({ type, minimum, exclusiveMinimum, maximum }: JsonSchema): fc.Arbitrary<number> {
  const min = (minimum ?? exclusiveMinimum ?? -1000) as number;
  const max = (maximum ?? min + 100_000) as number;
  if (type === "integer") return fc.integer({ min, max });
  return fc.double({ min, max, minExcluded: exclusiveMinimum !== undefined, noNaN: true });
}
