import { isObject, type JsonObject, own } from "../protocol/json.ts";

/** One readable entry of a request's `event_sources`. */
export interface Entry {
  id: string;
  index: number;
  source: JsonObject;
}

/** The entries of a request that name a source by a string id. */
export function entriesOf(request: JsonObject): Entry[] {
  const sources = own(request, "event_sources");
  return (Array.isArray(sources) ? sources : []).flatMap((source: unknown, index): Entry[] => {
    const id = own(source, "event_source_id");
    return isObject(source) && typeof id === "string" ? [{ id, index, source }] : [];
  });
}
