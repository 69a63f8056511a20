import type { JsonObject } from "../../protocol/json.ts";
import { depthOf } from "../../validation/pointer.ts";
import type { Boundary, Mutation } from "./boundary.ts";
import type { Schema } from "./request-schema.ts";
import { walk } from "./walk.ts";

/**
 * Both sides of every keyword and of every enum value, one defect each, as edits of a valid message: always the same list,
 * those near the root of the message first. Valid ones change what the message asks for, its account and `delete_missing`
 * too, so that a caller has to see to what may be sent.
 */
export function boundaries(schema: Schema, base: JsonObject): Boundary[] {
  return [...walk(schema, base, true)].sort((a, b) => depthOf(a.label.pointer) - depthOf(b.label.pointer));
}

/** Every single defect of a valid message, as an edit of it: what the keywords say about the values that are there. */
export function mutations(schema: Schema, message: JsonObject): Mutation[] {
  return [...walk(schema, message, false)].map(({ label, patches }) => ({ label, patches }));
}
