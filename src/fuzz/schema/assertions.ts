import type { JsonSchema } from "../../validation/index.ts";
import { step } from "../../validation/pointer.ts";
import type { Label } from "./boundary.ts";
import type { Schema } from "./request-schema.ts";

/** A keyword that can reject a message; each value of an `enum` and each name under `required` is one. */
export type Assertion = Pick<Label, "keyword" | "schemaPointer" | "value">;

const ASSERTIONS = new Set(
  `type enum const minLength maxLength pattern format minimum maximum exclusiveMinimum exclusiveMaximum minItems maxItems
   uniqueItems required minProperties oneOf anyOf not`.split(/\s+/),
);
const LISTED = new Set(["enum", "required"]);

/** Every keyword of a schema that can reject a message, in the schema's order: what coverage is measured against. */
export function assertionsOf(schema: Schema): Assertion[] {
  return [...assertions(schema, "")];
}

function* assertions(schema: JsonSchema, at: string): Generator<Assertion> {
  for (const [keyword, value] of Object.entries(schema)) {
    const schemaPointer = at + step(keyword);
    if (LISTED.has(keyword)) {
      for (const one of value as unknown[]) yield { keyword, schemaPointer, value: one };
    } else if (ASSERTIONS.has(keyword) || (keyword === "additionalProperties" && value === false)) {
      yield { keyword, schemaPointer };
    }
    yield* below(keyword, value, schemaPointer);
  }
}

function* below(keyword: string, value: unknown, at: string): Generator<Assertion> {
  if (["items", "then", "else"].includes(keyword)) yield* assertions(value as JsonSchema, at);
  if (!["properties", "allOf", "oneOf", "anyOf"].includes(keyword)) return;
  for (const [name, child] of Object.entries(value as object)) yield* assertions(child, at + step(name));
}
