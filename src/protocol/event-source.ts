import { isObject, type JsonObject, own } from "./json.ts";

/** An event source as a buyer names it in a request. */
export interface EventSource {
  event_source_id: string;
  name?: string;
  event_types?: string[];
  action_source?: string;
  allowed_domains?: string[];
  surface?: { category: string; property_type?: string; namespace?: string; property_id?: string; ext?: JsonObject };
  /** Release 3.2 only. */
  value_currencies?: string[];
}

/** One entry of an answer's `event_sources`; `raw` is what was sent, however odd. */
export interface Row {
  id: string;
  action: string | undefined;
  managedBy: "buyer" | "seller";
  raw: JsonObject;
  /** Position in `event_sources`. */
  index: number;
}

/** Ids of this form are the tool's own, whichever run made them. */
export const isOwnId = (id: string): boolean => id.trim().toLowerCase().startsWith("cf_");

const read = new WeakMap<JsonObject, readonly Row[]>();

/** The readable entries of a payload's `event_sources`: those with a string id. A missing `managed_by` is the buyer's. */
export function rowsOf(payload: JsonObject | undefined): readonly Row[] {
  if (payload === undefined) return [];
  // Many rules look at the rows of one answer, which may be ten thousand.
  const rows = read.get(payload) ?? readRows(payload);
  read.set(payload, rows);
  return rows;
}

function readRows(payload: JsonObject): Row[] {
  const sources = own(payload, "event_sources");
  if (!Array.isArray(sources)) return [];
  return sources.flatMap((raw: unknown, index): Row[] => {
    const id = own(raw, "event_source_id");
    if (!isObject(raw) || typeof id !== "string") return [];
    const action = own(raw, "action");
    return [
      {
        id,
        action: typeof action === "string" ? action : undefined,
        managedBy: own(raw, "managed_by") === "seller" ? "seller" : "buyer",
        raw,
        index,
      },
    ];
  });
}
