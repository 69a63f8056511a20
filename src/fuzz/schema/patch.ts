import { isObject, type JsonObject, own } from "../../protocol/json.ts";

/** A change of one JSON value: data, so that it can be recorded and replayed. `pointer` is an RFC 6901 pointer. */
export interface Patch {
  readonly op: "set" | "remove";
  readonly pointer: string;
  /** What `set` puts there. */
  readonly value?: unknown;
}

export function set(pointer: string, value: unknown): Patch {
  return { op: "set", pointer, value };
}

export function remove(pointer: string): Patch {
  return { op: "remove", pointer };
}

/**
 * The value with some changes made, in order; the value itself stays as it is, and unchanged parts are shared. A `set`
 * makes the objects on its way where nothing is, and replaces or appends items of arrays. A `remove` of what is not there
 * changes nothing.
 * @throws Error when a pointer leads through a value that holds nothing, past the end of an array, or removes the root.
 */
export function applyPatches(value: unknown, patches: readonly Patch[]): unknown {
  return patches.reduce((changed, patch) => apply(changed, steps(patch.pointer), patch), value);
}

/** The value at a pointer; undefined where there is none. */
export function valueAt(value: unknown, pointer: string): unknown {
  return steps(pointer).reduce((part, name) => (Array.isArray(part) ? part[Number(name)] : own(part, name)), value);
}

function steps(pointer: string): string[] {
  const names = pointer.split("/").slice(1);
  return names.map((name) => name.replaceAll("~1", "/").replaceAll("~0", "~"));
}

function apply(value: unknown, [name, ...rest]: string[], patch: Patch): unknown {
  if (name === undefined) {
    if (patch.op === "remove") throw new Error("The root of a value cannot be removed.");
    return patch.value;
  }
  if (Array.isArray(value)) return applyToItem(value, name, rest, patch);
  if (value !== undefined && !isObject(value))
    throw new Error(`${patch.pointer} leads through a value without members.`);
  const object = value ?? {};
  if (patch.op === "set") return withMember(object, name, apply(own(object, name), rest, patch));
  if (!Object.hasOwn(object, name)) return object;
  return rest.length === 0 ? withoutMember(object, name) : withMember(object, name, apply(object[name], rest, patch));
}

function applyToItem(items: unknown[], name: string, rest: string[], patch: Patch): unknown[] {
  const index = Number(name);
  if (!/^(0|[1-9]\d*)$/.test(name) || index > items.length) throw new Error(`${patch.pointer} names no item.`);
  if (patch.op === "remove" && (rest.length === 0 || index === items.length)) return items.toSpliced(index, 1);
  return items.toSpliced(index, 1, apply(items[index], rest, patch));
}

/** As an own member whatever its name, `__proto__` too. */
function withMember(object: JsonObject, name: string, value: unknown): JsonObject {
  return Object.defineProperty({ ...object }, name, { value, enumerable: true, writable: true, configurable: true });
}

function withoutMember(object: JsonObject, name: string): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([other]) => other !== name));
}
