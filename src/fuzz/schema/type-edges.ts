import { type Located, typesOf, valuesOf } from "./located.ts";
import { set } from "./patch.ts";
import type { Edge, Place } from "./place.ts";
import { LONG, textOfLength, textRules } from "./text.ts";

/** Values of each type. What is a number or a truth value as text stands beside them. */
const SAMPLES: readonly [type: string, value: unknown, what: string][] = [
  ["null", null, "null"],
  ["boolean", true, "a boolean"],
  ["integer", 7, "an integer"],
  ["number", 1.5, "a fraction"],
  ["string", "text", "a string"],
  ["array", [], "an empty array"],
  ["object", {}, "an empty object"],
];

/** Both sides of `type`, `enum` and `const`. */
export function* typeEdges(node: Located, place: Place): Generator<Edge> {
  const { schema, at } = node;
  if (schema.type !== undefined) {
    const edge = { keyword: "type", at: `${at}/type` };
    for (const [value, what] of mistyped(place)) {
      yield {
        ...edge,
        side: "invalid",
        what: `${what} in place of ${withArticle(place)}`,
        changes: [set(place.pointer, value)],
      };
    }
    if (place.beyond) {
      for (const [value, what] of welltyped(place)) {
        yield { ...edge, side: "valid", what, changes: [set(place.pointer, value)] };
      }
    }
  }
  if (schema.enum !== undefined) yield* listEdges("enum", schema.enum as unknown[], at, place);
  if ("const" in schema) yield* listEdges("const", [schema.const], at, place);
}

function withArticle({ active }: Place): string {
  const types = typesOf(active).map((type) => `${/^[aio]/.test(type) ? "an" : "a"} ${type}`);
  return types.join(" or ");
}

function* mistyped({ active, value }: Place): Generator<[value: unknown, what: string]> {
  const types = typesOf(active);
  const allows = (type: string) => types.includes(type) || (type === "integer" && types.includes("number"));
  for (const [type, sample, what] of SAMPLES) {
    if (!allows(type)) yield [sample, what];
  }
  if (!types.includes("string") && ["number", "boolean"].includes(typeof value))
    yield [String(value), "the value as text"];
  if (!types.includes("array")) yield [[value], "an array of the value"];
}

function* welltyped({ active, value }: Place): Generator<[value: unknown, what: string]> {
  if (typeof value === "boolean")
    yield* [
      [false, "false"],
      [true, "true"],
    ] as const;
  else yield [value, "a value of the type"];
  if (typeof value !== "string" || valuesOf(active, "enum").length + valuesOf(active, "const").length > 0) return;
  const { least, most, patterns, format } = textRules(active);
  if (patterns.length > 0 || format !== undefined) return;
  if (least === 0) yield ["", "empty text"];
  if (most === Number.POSITIVE_INFINITY) yield [textOfLength(LONG, value, []), `${LONG} characters`];
}

function* listEdges(
  keyword: "enum" | "const",
  values: unknown[],
  at: string,
  { pointer, beyond }: Place,
): Generator<Edge> {
  const edge = { keyword, at: `${at}/${keyword}` };
  for (const value of values) {
    const listed = keyword === "enum" ? { ...edge, value } : edge;
    if (beyond)
      yield { ...listed, side: "valid", what: `the value ${JSON.stringify(value)}`, changes: [set(pointer, value)] };
    const other = typeof value === "string" ? otherCase(value) : value;
    if (values.includes(other)) continue;
    const what = `the value ${JSON.stringify(value)} in another letter case`;
    yield { ...listed, side: "invalid", what, changes: [set(pointer, other)] };
  }
  for (const [other, what] of unlisted(values)) {
    if (!values.includes(other)) yield { ...edge, side: "invalid", what, changes: [set(pointer, other)] };
  }
}

function unlisted([first]: unknown[]): [value: unknown, what: string][] {
  if (typeof first === "number") return [[first + 1_000_003, "an unknown value"]];
  if (typeof first !== "string") return [["x_unknown", "an unknown value"]];
  return [
    ["x_unknown", "an unknown value"],
    ["", "empty text"],
    [`${first} `, "a listed value with a space after it"],
  ];
}

function otherCase(text: string): string {
  return text === text.toUpperCase() ? text.toLowerCase() : text.toUpperCase();
}
