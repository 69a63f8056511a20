import type { Answer } from "../src/protocol/answer.ts";
import { isObject, type JsonObject, own } from "../src/protocol/json.ts";

/** The error objects of an answer's payload: those in `errors`, and the `adcp_error` beside or in place of them. */
export function errorObjects({ payload }: Pick<Answer, "payload">): JsonObject[] {
  const listed = own(payload, "errors");
  return [...(Array.isArray(listed) ? listed : []), own(payload, "adcp_error")].filter(isObject);
}
