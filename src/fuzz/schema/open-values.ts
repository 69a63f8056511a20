import fc from "fast-check";
import { type TextKind, texts, textsMatching } from "./text.ts";

/** Names that objects lend to their members where software is careless, and others that break it. */
const HOSTILE_NAMES = ["__proto__", "constructor", "toString", "", " ", "\u0000", "\ud800", "a.b", "a/b~", "$ref", "0"];

const FREE_TEXT = { least: 0, most: Number.POSITIVE_INFINITY, patterns: [], format: undefined };

function scalar(text: TextKind): fc.Arbitrary<unknown> {
  return fc.oneof(
    { withCrossShrink: true },
    { weight: 4, arbitrary: texts(FREE_TEXT, text) },
    { weight: 2, arbitrary: fc.integer() },
    fc.constantFrom(true, false, null, 0.5, -0.25, Number.MAX_SAFE_INTEGER),
  );
}

function names(text: TextKind): fc.Arbitrary<string> {
  const plain = textsMatching(/^x_[a-z0-9]{1,8}$/u);
  return text === "plain"
    ? plain
    : fc.oneof({ withCrossShrink: true }, { weight: 3, arbitrary: plain }, fc.constantFrom(...HOSTILE_NAMES));
}

/** Any JSON value, two levels deep at most. */
export function anyValue(text: TextKind): fc.Arbitrary<unknown> {
  const flat = scalar(text);
  const listed = fc.array(flat, { maxLength: 3 });
  return fc.oneof(
    { withCrossShrink: true },
    { weight: 3, arbitrary: flat },
    listed,
    members(names(text), fc.oneof(flat, listed), 3),
  );
}

/** Objects of which nothing is declared, nested up to so many levels, themselves included; none means empty. */
export function openObject(levels: number, text: TextKind): fc.Arbitrary<unknown> {
  if (levels === 0) return fc.constant({});
  const shallow = members(names(text), levels > 2 ? anyValue(text) : scalar(text), 3);
  if (levels <= 3) return shallow;
  const deep = fc
    .tuple(fc.integer({ min: 1, max: levels }), fc.boolean(), scalar(text))
    .map(([depth, lists, leaf]) => nested(depth, lists, leaf));
  return fc.oneof({ withCrossShrink: true }, { weight: 2, arbitrary: shallow }, deep);
}

/** An object with so many levels, each within the one before; with lists, every other level is an array. */
function nested(levels: number, lists: boolean, leaf: unknown): unknown {
  let value = leaf;
  for (let level = levels; level > 0; level--) value = lists && level % 2 === 0 ? [value] : { deeper: value };
  return value;
}

/** Up to two members under names that are not taken. */
export function extraMembers(taken: ReadonlySet<string>, text: TextKind): fc.Arbitrary<Record<string, unknown>> {
  const free = (name: string): string => (taken.has(name) ? free(`${name}_`) : name);
  return fc.oneof(
    { withCrossShrink: true },
    { weight: 3, arbitrary: fc.constant({}) },
    members(names(text).map(free), anyValue(text), 2),
  );
}

/** Built from entries, so that `__proto__` is a member like any other. */
function members(
  name: fc.Arbitrary<string>,
  value: fc.Arbitrary<unknown>,
  most: number,
): fc.Arbitrary<Record<string, unknown>> {
  return fc
    .uniqueArray(fc.tuple(name, value), { maxLength: most, selector: ([key]) => key })
    .map((entries) => Object.fromEntries(entries));
}
