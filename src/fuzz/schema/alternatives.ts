import type { JsonSchema } from "../../validation/index.ts";
import { conditionOf, conjuncts, type Located, type Union, unionsOf } from "./located.ts";

/**
 * The ways to fit some schemas at once: for each choice of arms and branches, the schemas without combinators that then
 * apply. A choice brings along what keeps the other arms or branches out, so that a value made for it is one.
 */
export function alternatives(nodes: readonly Located[]): Located[][] {
  let found: Located[][] = [[]];
  for (const node of nodes.flatMap(conjuncts)) {
    found = product(found, [[node]]);
    for (const union of unionsOf(node))
      found = product(
        found,
        union.arms.flatMap((arm, index) => choice(union, arm, index)),
      );
    found = product(found, branches(node));
  }
  return found;
}

function choice({ keyword, own, at }: Union, arm: Located, index: number): Located[][] {
  const others = keyword === "oneOf" ? own.filter((names, other) => other !== index && names.length > 0) : [];
  const exclusion = { not: { anyOf: others.map((required) => ({ required })) } };
  const alone = others.length === 0 ? [[]] : [[{ schema: exclusion, at: `${at}/${index}` }]];
  return product(alternatives([arm]), alone);
}

function branches(node: Located): Located[][] {
  const condition = conditionOf(node);
  if (!condition) return [[]];
  const met = [condition.test, ...(condition.met ? [condition.met] : [])];
  const unmet = [
    { schema: negation(condition.test), at: condition.test.at },
    ...(condition.unmet ? [condition.unmet] : []),
  ];
  return [...alternatives(unmet), ...alternatives(met)];
}

/** A schema for what a condition does not hold of, where the condition is about one property's constant. */
function negation({ schema, at }: Located): JsonSchema {
  const {
    properties = {},
    required = [],
    ...others
  } = schema as {
    properties?: Record<string, JsonSchema>;
    required?: string[];
  };
  const [[name, property] = ["", {}], ...more] = Object.entries(properties);
  const { const: value, ...rest } = property;
  if (value === undefined || [...more, ...Object.keys(others), ...Object.keys(rest)].length > 0) {
    throw new Error(`The condition at ${at} is of a kind that values cannot be made for.`);
  }
  const differs = { properties: { [name]: { not: { const: value } } } };
  // Without `required` a condition holds of objects that lack the property.
  return required.includes(name) ? differs : { ...differs, required: [name] };
}

function product(left: Located[][], right: Located[][]): Located[][] {
  return left.flatMap((a) => right.map((b) => [...a, ...b]));
}
