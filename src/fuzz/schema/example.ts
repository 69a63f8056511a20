import fc from "fast-check";
import { alternatives } from "./alternatives.ts";
import { valuesFor, valuesOfAlternative } from "./arbitrary.ts";
import { itemsOf, type Located } from "./located.ts";

const PLAIN = { optional: "none", text: "plain" } as const;

/** A small plain value that fits some schemas; the same one each time. */
export function exampleOf(nodes: readonly Located[]): unknown {
  return first(valuesFor(nodes, PLAIN));
}

const examples = new WeakMap<object, Map<string, unknown>>();

/** As `exampleOf`, for the choice of arms and branches that one schema is part of; undefined where none is. */
export function exampleWith(choice: Located, nodes: readonly Located[]): unknown {
  const known = examples.get(choice.schema) ?? new Map<string, unknown>();
  examples.set(choice.schema, known);
  const place = nodes.map(({ at }) => at).join(" ");
  if (!known.has(place)) {
    const flat = alternatives(nodes).find((one) => one.some(({ schema }) => schema === choice.schema));
    known.set(place, flat && first(valuesOfAlternative(flat, PLAIN)));
  }
  return known.get(place);
}

/** So many items, no two alike, for an array of some schemas. */
export function distinctItems(nodes: readonly Located[], count: number): unknown[] {
  const item = valuesFor(itemsOf(nodes), PLAIN);
  return first(fc.uniqueArray(item, { minLength: count, maxLength: count, selector: (one) => JSON.stringify(one) }));
}

function first<T>(arbitrary: fc.Arbitrary<T>): T {
  return fc.sample(arbitrary, { numRuns: 1, seed: 1 })[0]!;
}
