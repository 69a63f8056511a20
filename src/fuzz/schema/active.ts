import type { ValidateFunction } from "ajv";
import { Compiler } from "../../validation/compile.ts";
import type { JsonSchema } from "../../validation/index.ts";
import { conditionOf, conjuncts, type Located, unionsOf } from "./located.ts";

const compiler = new Compiler();
const compiled = new WeakMap<JsonSchema, ValidateFunction>();

/** Whether a value fits a part of a schema. */
export function fits({ schema }: Located, value: unknown): boolean {
  let validate = compiled.get(schema);
  if (!validate) {
    validate = compiler.first(schema);
    compiled.set(schema, validate);
  }
  return validate(value) as boolean;
}

/**
 * The schemas that have a say about a value, without combinators: those that always apply, the arms of unions that the
 * value fits, and the branch that each condition leads to.
 */
export function activeFor(nodes: readonly Located[], value: unknown): Located[] {
  return nodes.flatMap(conjuncts).flatMap((node) => {
    const arms = unionsOf(node).flatMap((union) => union.arms.filter((arm) => fits(arm, value)));
    const condition = conditionOf(node);
    const branch = condition && (fits(condition.test, value) ? condition.met : condition.unmet);
    return [node, ...activeFor(branch ? [...arms, branch] : arms, value)];
  });
}
