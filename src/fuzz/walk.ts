import type { Stage } from "../engine/phase.ts";
import { isOwnId } from "../protocol/event-source.ts";
import { isObject, own } from "../protocol/json.ts";
import { type Boundary, boundaries, type Schema } from "./schema/index.ts";
import type { Step, SymbolicSource } from "./step.ts";
import { sourceOf } from "./values.ts";

/** A boundary of the request schema as a step. */
export interface Edge {
  step: Step;
  label: Boundary["label"];
  side: Boundary["side"];
}

const SYMBOL = "s1";
/** A draft with a value for every field. */
const DRAFT = { name: 0, types: [0], domains: [0], kind: 0, property: 0 };

/**
 * Both sides of every keyword and every enum value of the request schema, each a step of its own: one defect of every keyword
 * in every place first, then a second one, and so on. What lies within event_sources comes before the rest, and what lies deep
 * in an account's brand, which is most of the schema, comes last.
 * @param most how many are asked for
 */
export function edgesOf(schema: Schema, stage: Stage, most: number): Edge[] {
  const source = sourceOf(SYMBOL, DRAFT, stage.seller);
  const request = stage.buyer.request({ event_sources: [source], context: { trace_id: "cf" } });
  const edges = (of: Schema) =>
    inTurns(
      boundaries(of, request).flatMap((boundary): Edge[] => {
        const step = boundary.side === "invalid" ? defect(boundary) : odd(boundary);
        return step ? [{ step, label: boundary.label, side: boundary.side }] : [];
      }),
    );
  const near = edges(withoutBrand(schema));
  if (near.length >= most) return near.slice(0, most);
  return [...near, ...edges(schema).filter(({ label }) => isDeep(label))].slice(0, most);

  function defect({ label, patches }: Boundary): Step | undefined {
    if (!isSendable({ patches })) return undefined;
    const { keyword, pointer } = label;
    // A defect of the account rides on a discovery: nobody knows what a seller would write, and where.
    if (pointer.startsWith("/account")) return { do: "defect", sources: [], keyword, pointer, patches };
    return { do: "defect", sources: [sourceOf(SYMBOL, DRAFT, stage.seller)], keyword, pointer, patches };
  }

  function odd({ label, patches }: Boundary): Step | undefined {
    if (patches.length === 0 || !patches.every(({ pointer }) => /^\/event_sources\/0\/./.test(pointer)))
      return undefined;
    if (label.pointer.endsWith("/event_source_id")) return undefined;
    const { action_source, surface, ...rest } = sourceOf(SYMBOL, DRAFT, stage.seller);
    // The two would contradict each other when one of them alone is edited.
    const kind = label.pointer.includes("/surface")
      ? { surface }
      : label.pointer.includes("/action_source")
        ? { action_source }
        : { action_source, surface };
    return { do: "odd", sources: [{ ...rest, ...kind } as SymbolicSource], patches };
  }
}

/** Whether an edit leaves a message that can be sent at all, without text for an id that is not the tool's own. */
export function isSendable({ patches }: Pick<Boundary, "patches">): boolean {
  return patches.every(({ pointer, value }) => {
    // What a whole message is, is the transport's own business.
    if (pointer === "") return false;
    if (pointer.endsWith("/event_source_id")) return typeof value !== "string";
    const sources = pointer === "/event_sources" && Array.isArray(value) ? value : [value];
    return sources.every((source) => !isObject(source) || !isForeign(own(source, "event_source_id")));
  });
}

const isForeign = (id: unknown): boolean => typeof id === "string" && !isOwnId(id) && id !== SYMBOL;

/** Whether something stands deep in an account reference. */
const isDeep = ({ pointer }: Pick<Boundary["label"], "pointer">): boolean => /^\/account\/[^/]+\/./.test(pointer);

/** The schema with nothing said of what stands within the members of an account reference: it takes seconds and 80 MB to look at. */
export function withoutBrand(schema: Schema): Schema {
  const account = own(own(schema, "properties"), "account");
  const arms = own(account, "oneOf");
  if (!isObject(account) || !Array.isArray(arms)) return schema;
  const plain = arms.map((arm: unknown) => {
    const properties = own(arm, "properties");
    if (!isObject(arm) || !isObject(properties)) return arm;
    const types = Object.entries(properties).map(([name, value]) => [name, { type: own(value, "type") }]);
    return { ...arm, properties: Object.fromEntries(types) };
  });
  const properties = own(schema, "properties") as Schema;
  return { ...schema, properties: { ...properties, account: { ...account, oneOf: plain } } };
}

/** Groups by place and keyword, and takes one of each group in turn. */
function inTurns(edges: readonly Edge[]): Edge[] {
  const groups = new Map<string, Edge[]>();
  for (const edge of edges) {
    const { keyword, schemaPointer, pointer } = edge.label;
    // Every value of an enum counts by itself; so does every name that is missing.
    const own = edge.side === "valid" && keyword === "enum" ? JSON.stringify(edge.label.value) : "";
    const key = `${edge.side} ${keyword} ${schemaPointer} ${pointer} ${own}`;
    groups.set(key, [...(groups.get(key) ?? []), edge]);
  }
  const rank = ({ label: { pointer } }: Edge) =>
    pointer.startsWith("/event_sources") ? 0 : /^\/(?:context|ext)/.test(pointer) ? 2 : 1;
  const turns = Math.max(0, ...[...groups.values()].map((group) => group.length));
  const all = Array.from({ length: turns }, (_, turn) => [...groups.values()].flatMap((group) => group[turn] ?? []));
  return all.flatMap((turn) => turn.toSorted((a, b) => rank(a) - rank(b)));
}
