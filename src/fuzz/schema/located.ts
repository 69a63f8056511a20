import { isObject } from "../../protocol/json.ts";
import type { JsonSchema } from "../../validation/index.ts";
import { step } from "../../validation/pointer.ts";

/** A part of a schema. */
export interface Located {
  readonly schema: JsonSchema;
  /** RFC 6901 pointer into the schema, which has no `$ref`. */
  readonly at: string;
  /** Whether it is an arm of a `oneOf` or `anyOf`. */
  readonly arm?: boolean;
}

/** The schemas that a value's schema consists of, whatever the value: itself and the members of its `allOf`. */
export function conjuncts(node: Located): Located[] {
  return [node, ...listed(node, "allOf").flatMap(conjuncts)];
}

export interface Union {
  readonly keyword: "oneOf" | "anyOf";
  readonly at: string;
  readonly arms: readonly Located[];
  /** The names that each arm requires and not every other arm does: what tells the arms apart. */
  readonly own: readonly (readonly string[])[];
}

export function unionsOf(node: Located): Union[] {
  return (["oneOf", "anyOf"] as const).flatMap((keyword) => {
    const arms = listed(node, keyword).map((arm) => ({ ...arm, arm: true }));
    const required = arms.map(requiredNames);
    const own = required.map((names) => names.filter((name) => !required.every((others) => others.includes(name))));
    return arms.length === 0 ? [] : [{ keyword, at: node.at + step(keyword), arms, own }];
  });
}

export interface Condition {
  readonly test: Located;
  readonly met: Located | undefined;
  readonly unmet: Located | undefined;
}

export function conditionOf(node: Located): Condition | undefined {
  const test = child(node, "if");
  return test && { test, met: child(node, "then"), unmet: child(node, "else") };
}

/** The schemas of each declared property. */
export function propertiesOf(nodes: readonly Located[]): Map<string, Located[]> {
  const properties = new Map<string, Located[]>();
  for (const { schema, at } of nodes) {
    for (const [name, property] of Object.entries((schema.properties ?? {}) as Record<string, JsonSchema>)) {
      const located = { schema: property, at: `${at}/properties${step(name)}` };
      properties.set(name, [...(properties.get(name) ?? []), located]);
    }
  }
  return properties;
}

/** The schemas of every item. */
export function itemsOf(nodes: readonly Located[]): Located[] {
  return nodes.flatMap((node) => child(node, "items") ?? []);
}

export function requiredNames({ schema }: Located): string[] {
  return (schema.required ?? []) as string[];
}

/** Whether an object may have a member of that name, as far as closed objects and `not` have a say. */
export function admits(nodes: readonly Located[], name: string): boolean {
  return nodes.every((node) => {
    const { additionalProperties, properties = {} } = node.schema;
    if (additionalProperties === false && !Object.hasOwn(properties as object, name)) return false;
    return !forbiddenLists(node).some((names) => names.length === 1 && names[0] === name);
  });
}

/** Names that must not all be there: what a `not` over `required` says. */
export function forbiddenLists({ schema }: Located): string[][] {
  const not = (schema.not ?? {}) as JsonSchema;
  return [not, ...((not.anyOf ?? []) as JsonSchema[])].flatMap(({ required }) =>
    Array.isArray(required) ? [required as string[]] : [],
  );
}

/** What a keyword is given in some schemas that all apply, each value once. */
export function valuesOf<T>(nodes: readonly Located[], keyword: string): T[] {
  return [...new Set(nodes.flatMap(({ schema }) => (schema[keyword] === undefined ? [] : [schema[keyword] as T])))];
}

const TYPES = ["object", "array", "string", "number", "integer", "boolean", "null"];

/** The types that a value may have; `integer` only where `number` is not. Empty where nothing is said. */
export function typesOf(nodes: readonly Located[]): string[] {
  const lists = valuesOf<string | string[]>(nodes, "type").map((type) => [type].flat());
  if (lists.length === 0) return [];
  const allows = (list: string[], type: string) =>
    list.includes(type) || (type === "integer" && list.includes("number"));
  const types = TYPES.filter((type) => lists.every((list) => allows(list, type)));
  return types.filter((type) => type !== "integer" || !types.includes("number"));
}

function child({ schema, at }: Located, keyword: string): Located | undefined {
  const part = schema[keyword];
  return isObject(part) ? { schema: part, at: at + step(keyword) } : undefined;
}

function listed({ schema, at }: Located, keyword: string): Located[] {
  const parts = (schema[keyword] ?? []) as JsonSchema[];
  return parts.map((part, index) => ({ schema: part, at: `${at}${step(keyword)}/${index}` }));
}
