import { isObject, type JsonObject, own as ownMember } from "../../protocol/json.ts";
import { step } from "../../validation/pointer.ts";
import { fits } from "./active.ts";
import { exampleWith } from "./example.ts";
import { type Located, type Union, unionsOf } from "./located.ts";
import { applyPatches, type Patch, remove, set } from "./patch.ts";
import type { Edge, Place } from "./place.ts";

/**
 * Both sides of `oneOf` and `anyOf` whose arms each require members of their own: none of them, a part of one, several at
 * once. Unions that are told apart otherwise have no edges here.
 */
export function* unionEdges(node: Located, place: Place): Generator<Edge> {
  const { value } = place;
  if (!isObject(value)) return;
  for (const union of unionsOf(node)) {
    if (union.own.some((names) => names.length === 0)) continue;
    yield* noneEdges(union, place, value);
    yield* partEdges(union, place, value);
    yield* severalEdges(union, place, value);
  }
}

function* noneEdges({ keyword, at, own }: Union, { pointer }: Place, value: JsonObject): Generator<Edge> {
  const edge = { keyword, at };
  const present = [...new Set(own.flat())].filter((name) => Object.hasOwn(value, name));
  yield { ...edge, side: "valid", what: "one of the alternatives", changes: [] };
  yield {
    ...edge,
    side: "invalid",
    what: "none of the alternatives",
    changes: present.map((name) => remove(pointer + step(name))),
  };
}

/** An arm of which a member is missing: told as such only where what is left still says which arm is meant. */
function* partEdges({ arms, own }: Union, place: Place, value: JsonObject): Generator<Edge> {
  for (const [index, arm] of arms.entries()) {
    if (!fits(arm, value)) continue;
    for (const name of own[index]!) {
      const pointer = place.pointer + step(name);
      const rest = applyPatches(value, [remove(step(name))]) as JsonObject;
      const begun = own.flatMap((names, other) => (names.some((one) => Object.hasOwn(rest, one)) ? [other] : []));
      const edge = { keyword: "required", at: `${arm.at}/required`, pointer, value: name };
      if (begun.length !== 1 || begun[0] !== index || arms.some((other) => fits(other, rest))) continue;
      yield { ...edge, side: "invalid", what: `${name} is missing`, changes: [remove(pointer)] };
      yield { ...edge, side: "valid", what: `${name} is there`, changes: [] };
    }
  }
}

function* severalEdges({ keyword, at, arms }: Union, place: Place, value: JsonObject): Generator<Edge> {
  for (const [index, arm] of arms.entries()) {
    if (fits(arm, value)) continue;
    const changes = additions(arm, place, value);
    const fitting = arms.filter((one) => fits(one, applyPatches(value, changes.relative))).length;
    const broken = keyword === "oneOf" && fitting !== 1;
    if (!broken && fitting < 2) continue;
    const what = `alternative ${index + 1} beside another one`;
    yield { side: broken ? "invalid" : "valid", keyword, at, what, changes: changes.absolute };
  }
}

/** What an arm requires and a value lacks. */
function additions(arm: Located, place: Place, value: JsonObject): { relative: Patch[]; absolute: Patch[] } {
  const example = exampleWith(arm, [...contextOf(place), arm]);
  const names = ((arm.schema.required ?? []) as string[]).filter((name) => !Object.hasOwn(value, name));
  const patches = (prefix: string) => names.map((name) => set(prefix + step(name), ownMember(example, name)));
  return { relative: patches(""), absolute: patches(place.pointer) };
}

/** The schemas at a place that hold whichever arm is chosen, without their combinators. */
function contextOf({ active }: Place): Located[] {
  return active
    .filter(({ arm }) => !arm)
    .map(({ schema: { oneOf: _oneOf, anyOf: _anyOf, allOf: _allOf, if: _if, ...schema }, at }) => ({ schema, at }));
}
