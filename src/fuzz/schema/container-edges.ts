import { isObject } from "../../protocol/json.ts";
import { step } from "../../validation/pointer.ts";
import { distinctItems, exampleOf } from "./example.ts";
import { admits, forbiddenLists, itemsOf, type Located, propertiesOf, requiredNames, valuesOf } from "./located.ts";
import { type Patch, remove, set } from "./patch.ts";
import type { Edge, Place } from "./place.ts";

/** Both sides of what keywords ask of the number and the difference of an array's items. */
export function* arrayEdges({ schema, at }: Located, place: Place): Generator<Edge> {
  const { value, pointer, active } = place;
  if (!Array.isArray(value)) return;
  const items = itemsLike(value, active);
  const edge = (side: Edge["side"], keyword: string, what: string, changed: unknown[]): Edge => ({
    side,
    keyword,
    at: `${at}/${keyword}`,
    what,
    changes: [set(pointer, changed)],
  });
  const { minItems, maxItems, uniqueItems } = schema as { minItems?: number; maxItems?: number; uniqueItems?: boolean };
  if (minItems !== undefined && minItems > 0) {
    yield edge("invalid", "minItems", "one item fewer than minItems", value.slice(0, minItems - 1));
    yield edge("valid", "minItems", "as many items as minItems", value.slice(0, minItems));
  }
  if (maxItems !== undefined) {
    yield edge("invalid", "maxItems", "one item more than maxItems", items(maxItems + 1));
    if (place.beyond) yield edge("valid", "maxItems", "as many items as maxItems", items(maxItems));
  }
  if (uniqueItems === true) {
    const single = value.length > 0 ? value : items(1);
    const most = Math.min(...valuesOf<number>(active, "maxItems"), single.length + 1);
    if (most > 1) yield edge("invalid", "uniqueItems", "an item twice", [...single.slice(0, most - 1), single[0]]);
    if (place.beyond && most > 1) yield edge("valid", "uniqueItems", "two items that differ", items(2));
  }
}

/** Makes arrays of a length that begin like another one, and go on with small items, since there may be thousands. */
function itemsLike(value: readonly unknown[], nodes: readonly Located[]): (count: number) => unknown[] {
  return (count) => {
    if (count <= value.length) return value.slice(0, count);
    if (valuesOf(nodes, "uniqueItems").includes(true)) return distinctItems(nodes, count);
    const more = exampleOf(itemsOf(nodes));
    return [...value, ...Array.from({ length: count - value.length }, () => more)];
  };
}

/** Members whose names no schema declares. */
const UNDECLARED = ["x_further", "__proto__"];

/** Both sides of what keywords ask of the members of an object. */
export function* objectEdges(node: Located, place: Place): Generator<Edge> {
  const { value } = place;
  if (!isObject(value)) return;
  // What an arm requires is what tells it from the others: see the edges of unions.
  if (!node.arm) yield* requiredEdges(node, place, value);
  yield* countEdges(node, place, value);
  yield* furtherEdges(node, place);
  yield* forbiddenEdges(node, place, value);
  if (place.beyond && node.schema.properties !== undefined) yield* declaredEdges(node, place, value);
}

function* requiredEdges(node: Located, place: Place, value: object): Generator<Edge> {
  for (const name of requiredNames(node)) {
    const pointer = place.pointer + step(name);
    const edge = { keyword: "required", at: `${node.at}/required`, pointer, value: name };
    if (Object.hasOwn(value, name)) {
      yield { ...edge, side: "invalid", what: `${name} is missing`, changes: [remove(pointer)] };
      yield { ...edge, side: "valid", what: `${name} is there`, changes: [] };
    }
  }
}

function* countEdges({ schema, at }: Located, { pointer }: Place, value: object): Generator<Edge> {
  const least = schema.minProperties;
  if (typeof least !== "number" || least === 0) return;
  const edge = { keyword: "minProperties", at: `${at}/minProperties` };
  const cut = (count: number) =>
    Object.keys(value)
      .slice(count)
      .map((name) => remove(pointer + step(name)));
  yield { ...edge, side: "invalid", what: "one member fewer than minProperties", changes: cut(least - 1) };
  yield { ...edge, side: "valid", what: "as many members as minProperties", changes: cut(least) };
}

function* furtherEdges(node: Located, place: Place): Generator<Edge> {
  const closed = node.schema.additionalProperties === false;
  const open = admits(place.active, UNDECLARED[0]!);
  const first = place.active.find(({ schema }) => schema.type === "object");
  if (!closed && !(open && node === first)) return;
  const edge = { keyword: "additionalProperties", at: `${node.at}/additionalProperties` };
  if (closed) yield { ...edge, side: "valid", what: "no undeclared member", changes: [] };
  for (const name of UNDECLARED) {
    const pointer = place.pointer + step(name);
    yield {
      ...edge,
      side: closed ? "invalid" : "valid",
      what: `the undeclared member ${name}`,
      changes: [set(pointer, "further")],
      pointer,
    };
  }
}

function* forbiddenEdges(node: Located, { active, pointer }: Place, value: object): Generator<Edge> {
  const properties = propertiesOf(active);
  for (const names of forbiddenLists(node)) {
    const missing = names.filter((name) => !Object.hasOwn(value, name));
    const edge = { keyword: "not", at: `${node.at}/not`, pointer: pointer + step(names[0]!) };
    const changes = missing.map((name) => set(pointer + step(name), exampleOf(properties.get(name) ?? [])));
    yield { ...edge, side: "valid", what: `no ${names.join(" with ")}`, changes: [] };
    yield { ...edge, side: "invalid", what: `${names.join(" with ")} is there`, changes };
  }
}

/** Every declared member at once, and none but those that are required. */
function* declaredEdges(node: Located, { active, pointer }: Place, value: object): Generator<Edge> {
  const properties = [...propertiesOf(active)].filter(([name]) => admits(active, name));
  const required = new Set(active.flatMap(requiredNames));
  const added: Patch[] = properties
    .filter(([name]) => !Object.hasOwn(value, name))
    .map(([name, schemas]) => set(pointer + step(name), exampleOf(schemas)));
  const edge = { side: "valid", keyword: "properties", at: `${node.at}/properties` } as const;
  if (added.length > 0) yield { ...edge, what: "every declared member", changes: added };
  const least = Math.max(0, ...valuesOf<number>(active, "minProperties"));
  const spare = Object.keys(value).filter((name) => !required.has(name));
  const removed = spare.slice(Math.max(0, least - required.size)).map((name) => remove(pointer + step(name)));
  if (removed.length > 0) yield { ...edge, what: "the required members only", changes: removed };
}
