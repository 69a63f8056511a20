import fc from "fast-check";
import type { JsonSchema } from "../../validation/index.ts";
import { step } from "../../validation/pointer.ts";
import { alternatives } from "./alternatives.ts";
import {
  admits,
  forbiddenLists,
  itemsOf,
  type Located,
  propertiesOf,
  requiredNames,
  typesOf,
  valuesOf,
} from "./located.ts";
import { anyValue, extraMembers, openObject } from "./open-values.ts";
import { listedValues, numbers } from "./scalars.ts";
import { type TextKind, textRules, texts } from "./text.ts";

export interface GenerateOptions {
  /**
   * What stands at some places in place of generated values: by RFC 6901 pointer, in which a step `*` means every item of
   * an array. Such members are always there. `fc.constant` keeps a value as it is. A given value has to fit the schema.
   */
  readonly given?: Readonly<Record<string, fc.Arbitrary<unknown>>>;
  /** Members that are never there, by pointer as in `given`. */
  readonly omit?: readonly string[];
  /** Members of items, by pointer as in `given`, that no two items of an array share. */
  readonly distinct?: readonly string[];
  /** Which optional members there are; `some`, which is the default, adds undeclared members to open objects too. */
  readonly optional?: "all" | "some" | "none";
  /** Default `hostile`. */
  readonly text?: TextKind;
  /** The most items of the arrays right below the root, 1 to 100; default 5. */
  readonly batch?: number;
  /** The most levels of open objects such as `ext`, themselves included, 1 to 64; default 4. */
  readonly depth?: number;
}

type Settings = Required<GenerateOptions>;

/** The most items of an array that the schema does not bound, other than a batch. */
const ITEMS = 4;

/**
 * Values that fit a schema by construction: nothing is filtered and nothing validated afterwards, and a smaller value
 * that fast-check shrinks to fits as well.
 * @throws Error, one sentence, when the schema has something that values cannot be made for.
 */
export function arbitraryOf(schema: JsonSchema, options: GenerateOptions = {}): fc.Arbitrary<unknown> {
  return valuesFor([{ schema, at: "" }], options);
}

/** Values that fit several schemas at once. */
export function valuesFor(nodes: readonly Located[], options: GenerateOptions): fc.Arbitrary<unknown> {
  return value(nodes, "", settingsOf(options));
}

/** Values that fit one of the `alternatives` of a schema. */
export function valuesOfAlternative(flat: readonly Located[], options: GenerateOptions): fc.Arbitrary<unknown> {
  return plainValue(flat, "", settingsOf(options));
}

function settingsOf(options: GenerateOptions): Settings {
  const defaults: Settings = {
    given: {},
    omit: [],
    distinct: [],
    optional: "some",
    text: "hostile",
    batch: 5,
    depth: 4,
  };
  return { ...defaults, ...options };
}

function value(nodes: readonly Located[], path: string, settings: Settings): fc.Arbitrary<unknown> {
  if (Object.hasOwn(settings.given, path)) return settings.given[path]!;
  return oneOf(alternatives(nodes).map((flat) => plainValue(flat, path, settings)));
}

/** A value for schemas without combinators. */
function plainValue(nodes: readonly Located[], path: string, settings: Settings): fc.Arbitrary<unknown> {
  const listed = listedValues(nodes);
  if (listed) return fc.constantFrom(...listed);
  const types = typesOf(nodes);
  if (types.length === 0) {
    if (nodes.some(({ schema }) => schema.properties ?? schema.required)) return object(nodes, path, settings);
    return anyValue(settings.text);
  }
  return oneOf(types.map((type) => ofType(type, nodes, path, settings)));
}

function ofType(type: string, nodes: readonly Located[], path: string, settings: Settings): fc.Arbitrary<unknown> {
  switch (type) {
    case "object":
      return object(nodes, path, settings);
    case "array":
      return array(nodes, path, settings);
    case "string":
      return texts(textRules(nodes), settings.text);
    case "integer":
    case "number":
      return numbers(nodes, type);
    case "boolean":
      return fc.boolean();
    default:
      return fc.constant(null);
  }
}

function object(nodes: readonly Located[], path: string, settings: Settings): fc.Arbitrary<unknown> {
  const properties = propertiesOf(nodes);
  const given = (name: string) => Object.hasOwn(settings.given, path + step(name));
  const required = new Set(nodes.flatMap(requiredNames));
  if (properties.size === 0 && required.size === 0 && admits(nodes, "x")) {
    return openObject(settings.optional === "none" ? 0 : settings.depth, settings.text);
  }
  const banned = new Set(nodes.flatMap(forbiddenLists).flatMap((names) => names.slice(0, 1)));
  const names = [...new Set([...properties.keys(), ...required])].filter(
    (name) =>
      required.has(name) || (admits(nodes, name) && !banned.has(name) && !settings.omit.includes(path + step(name))),
  );
  const members = Object.fromEntries(
    names.map((name) => [name, value(properties.get(name) ?? [], path + step(name), settings)]),
  );
  const always = names.filter((name) => settings.optional === "all" || required.has(name) || given(name));
  const free = names.filter((name) => !always.includes(name));
  const least = Math.max(0, ...valuesOf<number>(nodes, "minProperties")) - always.length;
  const record = withMembers(members, always, free, least, settings);
  const open = settings.optional === "some" && admits(nodes, "x_");
  if (!open) return record;
  const undeclared = extraMembers(new Set([...properties.keys(), ...banned]), settings.text);
  return fc.tuple(record, undeclared).map(([known, extra]) => ({ ...known, ...extra }));
}

/** Objects with some members always and of the free ones at least so many. */
function withMembers(
  members: Record<string, fc.Arbitrary<unknown>>,
  always: string[],
  free: string[],
  least: number,
  { optional }: Settings,
): fc.Arbitrary<Record<string, unknown>> {
  const record = (required: string[], others: string[]) =>
    fc.record(Object.fromEntries([...required, ...others].map((name) => [name, members[name]!])), {
      requiredKeys: required,
      noNullPrototype: true,
    });
  if (optional !== "some") return record([...always, ...free.slice(0, Math.max(0, least))], []);
  if (least <= 0) return record(always, free);
  return fc.subarray(free, { minLength: least }).chain((chosen) => record([...always, ...chosen], []));
}

function array(nodes: readonly Located[], path: string, settings: Settings): fc.Arbitrary<unknown> {
  const item = value(itemsOf(nodes), `${path}/*`, settings);
  const minLength = Math.max(0, ...valuesOf<number>(nodes, "minItems"));
  const most = Math.min(Number.POSITIVE_INFINITY, ...valuesOf<number>(nodes, "maxItems"));
  const isBatch = path.lastIndexOf("/") === 0;
  const usual = settings.optional === "none" ? minLength : Math.max(minLength, Math.min(most, ITEMS));
  const lengths = (maxLength: number) => listOf(item, { minLength, maxLength }, nodes, path, settings);
  if (!isBatch || settings.optional === "none") return lengths(usual);
  const batch = Math.max(minLength, Math.min(most, settings.batch));
  if (batch <= usual) return lengths(batch);
  // Messages of a usual size come first, since large ones are slow to send.
  return fc.oneof(
    { withCrossShrink: true },
    { weight: 5, arbitrary: lengths(usual) },
    { weight: 1, arbitrary: lengths(batch) },
  );
}

function listOf(
  item: fc.Arbitrary<unknown>,
  lengths: { minLength: number; maxLength: number },
  nodes: readonly Located[],
  path: string,
  { distinct }: Settings,
): fc.Arbitrary<unknown> {
  const names = distinct.flatMap((pointer) =>
    pointer.startsWith(`${path}/*/`) ? [pointer.slice(path.length + 3)] : [],
  );
  const apart: ((item: unknown) => unknown)[] = names.map((name) => (one) => (one as Record<string, unknown>)[name]);
  if (valuesOf(nodes, "uniqueItems").includes(true)) apart.push((one) => JSON.stringify(one));
  const [selector, another] = apart;
  if (another) throw new Error(`The items of ${path} can be told apart in one way only.`);
  // Without a size fast-check would keep to some ten items.
  const bounds = { ...lengths, size: "max" } as const;
  return selector ? fc.uniqueArray(item, { ...bounds, selector }) : fc.array(item, bounds);
}

function oneOf(arbitraries: fc.Arbitrary<unknown>[]): fc.Arbitrary<unknown> {
  const [only, ...others] = arbitraries;
  return only && others.length === 0 ? only : fc.oneof({ withCrossShrink: true }, ...arbitraries);
}
