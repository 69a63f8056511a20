import type { Answer } from "../protocol/answer.ts";
import { isObject, type JsonObject, own } from "../protocol/json.ts";
import { TASK } from "../protocol/request.ts";

/** Whether the call was a plain discovery: the task, without event_sources and without delete_missing. */
export const isDiscovery = (answer: Pick<Answer, "tool" | "request">): boolean =>
  answer.tool === TASK &&
  !Object.hasOwn(answer.request, "event_sources") &&
  !Object.hasOwn(answer.request, "delete_missing");

/** Whether the call was a sync that names sources. */
export const isSync = (answer: Pick<Answer, "tool" | "request">): boolean =>
  answer.tool === TASK && Array.isArray(answer.request["event_sources"]);

/** The string ids that a sync request names, repetitions included. */
export function requestedIds(request: JsonObject): string[] {
  const sources = own(request, "event_sources");
  return (Array.isArray(sources) ? sources : [])
    .filter(isObject)
    .map((source) => source["event_source_id"])
    .filter((id): id is string => typeof id === "string");
}
