import fc from "fast-check";
import type { JsonSchema } from "../../validation/index.ts";
import { type Located, valuesOf } from "./located.ts";

/** The values that `const` and `enum` leave, without those that `not` takes away; undefined where any value will do. */
export function listedValues(nodes: readonly Located[]): unknown[] | undefined {
  const lists = nodes.flatMap(({ schema }) => [
    ...("const" in schema ? [[schema.const]] : []),
    ...(schema.enum === undefined ? [] : [schema.enum as unknown[]]),
  ]);
  const taken = nodes.flatMap(({ schema }) => {
    const { enum: several = [], ...not } = (schema.not ?? {}) as JsonSchema;
    return [...(several as unknown[]), ...("const" in not ? [not.const] : [])];
  });
  const [first, ...others] = lists;
  if (!first) {
    if (taken.length > 0) throw new Error(`Values other than ${JSON.stringify(taken)} cannot be made without a list.`);
    return undefined;
  }
  return first.filter((one) => others.every((list) => list.includes(one)) && !taken.includes(one));
}

/** Numbers within all bounds. */
export function numbers(nodes: readonly Located[], type: "integer" | "number"): fc.Arbitrary<number> {
  const lowest = (keyword: string) => Math.max(Number.NEGATIVE_INFINITY, ...valuesOf<number>(nodes, keyword));
  const highest = (keyword: string) => Math.min(Number.POSITIVE_INFINITY, ...valuesOf<number>(nodes, keyword));
  const above = lowest("exclusiveMinimum");
  const below = highest("exclusiveMaximum");
  if (type === "integer") {
    const min = Math.max(Number.MIN_SAFE_INTEGER, lowest("minimum"), Math.floor(above) + 1);
    const max = Math.min(Number.MAX_SAFE_INTEGER, highest("maximum"), Math.ceil(below) - 1);
    return fc.integer({ min: Math.ceil(min), max: Math.floor(max) });
  }
  const min = Math.max(lowest("minimum"), above);
  const max = Math.min(highest("maximum"), below);
  const bounds = { min, max, minExcluded: min === above, maxExcluded: max === below };
  return fc.double({ ...bounds, noDefaultInfinity: true, noNaN: true });
}
