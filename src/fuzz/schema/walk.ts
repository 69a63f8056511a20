import { isObject, type JsonObject, own } from "../../protocol/json.ts";
import { isWithin, step } from "../../validation/pointer.ts";
import { activeFor, fits } from "./active.ts";
import type { Boundary } from "./boundary.ts";
import { arrayEdges, objectEdges } from "./container-edges.ts";
import { exampleOf, exampleWith } from "./example.ts";
import {
  admits,
  conditionOf,
  conjuncts,
  itemsOf,
  type Located,
  propertiesOf,
  requiredNames,
  unionsOf,
  valuesOf,
} from "./located.ts";
import { applyPatches, type Patch, set, valueAt } from "./patch.ts";
import type { Edge, Place } from "./place.ts";
import type { Schema } from "./request-schema.ts";
import { numberEdges, stringEdges } from "./scalar-edges.ts";
import { typeEdges } from "./type-edges.ts";
import { unionEdges } from "./union-edges.ts";

/** A place on the way through a schema and a message at once. */
interface Stop {
  readonly message: JsonObject;
  readonly pointer: string;
  /** What has been done to the message so that this place is there. */
  readonly setup: readonly Patch[];
  readonly value: unknown;
  /** The schemas of this place, with their combinators. */
  readonly nodes: readonly Located[];
  /** The part of the schema whose keywords are told: the others have been told on another way here. */
  readonly within: string;
  readonly above: readonly Pick<Stop, "nodes" | "pointer">[];
  readonly beyond: boolean;
}

/**
 * Both sides of every keyword along a message and, when `beyond` it, along what the message lacks: optional members, the
 * other arms of unions, branches whose conditions it does not meet.
 */
export function* walk(schema: Schema, message: JsonObject, beyond: boolean): Generator<Boundary> {
  const root = { message, pointer: "", setup: [], value: message, nodes: [{ schema, at: "" }], within: "", above: [] };
  yield* visit({ ...root, beyond });
}

function* visit(stop: Stop): Generator<Boundary> {
  const { pointer, value, beyond } = stop;
  const active = activeFor(stop.nodes, value);
  const told = active.filter(({ at }) => isWithin(at, stop.within));
  const place = { pointer, value, active, beyond };
  for (const node of told) {
    for (const edge of edges(node, place)) {
      if (beyond || edge.side === "invalid") yield boundary(edge, stop);
    }
  }
  if (Array.isArray(value)) yield* visitItems(stop, active, value);
  else if (isObject(value)) yield* visitMembers(stop, active, value);
  if (beyond) yield* visitDetours(stop, told);
}

function* edges(node: Located, place: Place): Generator<Edge> {
  yield* typeEdges(node, place);
  yield* stringEdges(node, place);
  yield* numberEdges(node, place);
  yield* arrayEdges(node, place);
  yield* objectEdges(node, place);
  yield* unionEdges(node, place);
}

function boundary({ side, keyword, at, what, changes, pointer, ...rest }: Edge, stop: Stop): Boundary {
  const patches = [...stop.setup, ...changes];
  return {
    side,
    label: { keyword, pointer: pointer ?? stop.pointer, schemaPointer: at, what, ...rest },
    patches: side === "valid" ? settled(patches, stop) : patches,
  };
}

/** Changes with what the conditions of the schema ask for in return. */
function settled(patches: readonly Patch[], stop: Stop): readonly Patch[] {
  let all = patches;
  for (const { nodes, pointer } of [...stop.above, stop]) {
    for (const node of nodes.flatMap(conjuncts)) {
      const condition = conditionOf(node);
      if (!condition?.met) continue;
      const value = valueAt(applyPatches(stop.message, all), pointer);
      if (!fits(condition.test, value) || fits(condition.met, value)) continue;
      all = [...all, ...members([condition.met], exampleWith(condition.met, nodes), pointer)];
    }
  }
  return all;
}

/** Sets the members that some schemas speak of to those of an example. */
function members(nodes: readonly Located[], example: unknown, pointer: string): Patch[] {
  const names = new Set([...propertiesOf(nodes).keys(), ...nodes.flatMap(requiredNames)]);
  return [...names]
    .filter((name) => own(example, name) !== undefined)
    .map((name) => set(pointer + step(name), own(example, name)));
}

function* visitMembers(stop: Stop, active: readonly Located[], value: JsonObject): Generator<Boundary> {
  for (const [name, nodes] of propertiesOf(active)) {
    if (Object.hasOwn(value, name)) yield* visitChild(stop, nodes, name, value[name], []);
    else if (stop.beyond && admits(active, name)) {
      const example = exampleOf(nodes);
      yield* visitChild(stop, nodes, name, example, [set(stop.pointer + step(name), example)]);
    }
  }
}

function* visitItems(stop: Stop, active: readonly Located[], value: readonly unknown[]): Generator<Boundary> {
  const nodes = itemsOf(active);
  if (!stop.beyond) {
    for (const [index, item] of value.entries()) yield* visitChild(stop, nodes, index, item, []);
  } else if (value.length > 0) {
    // Other items could be what an item of its own kind is changed to.
    const least = Math.max(1, ...valuesOf<number>(active, "minItems"));
    const crowded = valuesOf(active, "uniqueItems").includes(true) && value.length > least;
    yield* visitChild(stop, nodes, 0, value[0], crowded ? [set(stop.pointer, value.slice(0, least))] : []);
  } else {
    const example = exampleOf(nodes);
    yield* visitChild(stop, nodes, 0, example, [set(stop.pointer + step(0), example)]);
  }
}

function* visitChild(
  stop: Stop,
  nodes: readonly Located[],
  name: string | number,
  value: unknown,
  added: readonly Patch[],
): Generator<Boundary> {
  if (!nodes.some(({ at }) => isWithin(at, stop.within))) return;
  yield* visit({
    ...stop,
    pointer: stop.pointer + step(name),
    setup: [...stop.setup, ...added],
    value,
    nodes,
    above: [...stop.above, { nodes: stop.nodes, pointer: stop.pointer }],
  });
}

/** The same place with other arms of its unions, and with its conditions met. */
function* visitDetours(stop: Stop, told: readonly Located[]): Generator<Boundary> {
  for (const node of told) {
    for (const arm of unionsOf(node).flatMap(({ arms }) => arms)) {
      if (fits(arm, stop.value)) continue;
      const value = exampleWith(arm, stop.nodes);
      const detour = { ...stop, value, setup: [...stop.setup, set(stop.pointer, value)], within: arm.at };
      yield* armEdges(node, detour);
      yield* visit(detour);
    }
    const condition = conditionOf(node);
    if (condition?.met && !fits(condition.test, stop.value)) {
      const example = exampleWith(condition.met, stop.nodes);
      const setup = [...stop.setup, ...members([condition.test, condition.met], example, stop.pointer)];
      const value = valueAt(applyPatches(stop.message, setup), stop.pointer);
      yield* visit({ ...stop, value, setup, within: condition.met.at });
    }
  }
}

/** What a union says about one of its arms, which stands below the union in the schema. */
function* armEdges(union: Located, stop: Stop): Generator<Boundary> {
  const place = { ...stop, active: activeFor(stop.nodes, stop.value) };
  for (const edge of unionEdges(union, place)) {
    if (isWithin(edge.at, stop.within)) yield boundary(edge, stop);
  }
}
