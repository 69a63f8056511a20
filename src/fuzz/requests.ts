import fc from "fast-check";
import type { Stage } from "../engine/phase.ts";
import type { EventSource } from "../protocol/event-source.ts";
import { isObject, type JsonObject, own } from "../protocol/json.ts";
import { arbitraryOf, mutations, type Patch, type Schema } from "./schema/index.ts";
import type { Step, SymbolicSource } from "./step.ts";
import { drafts, sourceOf } from "./values.ts";
import { isSendable, withoutBrand } from "./walk.ts";

/** A generated request as steps, and the labels of what it breaks. */
export interface Generated {
  steps: Step[];
  broken: ReturnType<typeof mutations>[number]["label"][];
}

const DEEPEST = 64;
const MOST_SOURCES = 100;

/** Requests made from the schema: a valid one with whatever it allows, and a well-formed one with a single defect. */
export function requestsFrom(schema: Schema, stage: Stage): fc.Arbitrary<Generated> {
  const { buyer, limited, seller } = stage;
  const full = limited === undefined;
  const near = withoutBrand(schema);
  const kept = { given: { "/account": fc.constant(buyer.account) }, optional: "some" } as const;
  const valid = (text: "plain" | "hostile", batch: number) =>
    arbitraryOf(near, { ...kept, text, batch, omit: ["/delete_missing", "/adcp_version", "/adcp_major_version"] });
  const messages = full
    ? fc.oneof(
        { weight: 4, arbitrary: valid("plain", 3) },
        { weight: 3, arbitrary: valid("hostile", 3) },
        { weight: 1, arbitrary: valid("plain", MOST_SOURCES) },
      )
    : valid("plain", 1);
  const deep = fc.nat(DEEPEST).map(nested);
  return fc
    .tuple(messages, drafts, fc.nat(), fc.option(deep, { freq: 4 }), fc.boolean())
    .map(([message, draft, n, open, ext]) => {
      const sources = sourcesOf(message);
      const patches: Patch[] = open ? [{ op: "set", pointer: ext ? "/ext" : "/context", value: open }] : [];
      const source = sourceOf("s1", draft, seller);
      const request = buyer.request({ event_sources: [source], context: { trace_id: "cf" } });
      const defects = mutations(near, request).filter(isSendable);
      const { label, patches: edits } = defects[n % defects.length] as (typeof defects)[number];
      const { keyword, pointer } = label;
      const account = pointer.startsWith("/account");
      return {
        steps: [
          ...(sources.length > 0 ? [{ do: "odd", sources, patches } as const] : []),
          { do: "defect", sources: account ? [] : [source], keyword, pointer, patches: edits },
        ],
        broken: [label],
      };
    });
}

function sourcesOf(message: unknown): SymbolicSource[] {
  const sources = own(message, "event_sources");
  return (Array.isArray(sources) ? sources : [])
    .filter(isObject)
    .map((source, n) => aligned({ ...source, event_source_id: `s${n + 1}` } as EventSource));
}

/** A category that contradicts the action source says nothing about the seller. */
function aligned({ surface, ...source }: EventSource): EventSource {
  const { action_source } = source;
  if (!surface || action_source === undefined) return { ...source, ...(surface && { surface }) };
  return { ...source, surface: { ...surface, category: action_source } };
}

/** An object of so many levels. */
function nested(levels: number): JsonObject {
  let value: JsonObject = { cf: "bottom" };
  for (let level = 1; level < levels; level++) value = { cf: value };
  return value;
}
