import { boundedText } from "../bound.ts";

const MOST_IDS = 3;
const MOST_OF_A_WORD = 60;

const word = (value: unknown): string =>
  boundedText(typeof value === "string" ? value : (JSON.stringify(value) ?? "nothing"), MOST_OF_A_WORD);

const member = (value: unknown, key: string): unknown =>
  typeof value === "object" && value !== null && Object.hasOwn(value, key)
    ? (value as Record<string, unknown>)[key]
    : undefined;

/** What a call asks for, in a few words: which sources it names, and whether it may delete; empty where that says nothing. */
export function sentBrief(args: unknown): string {
  if (typeof args !== "object" || args === null) return "";
  const sources = member(args, "event_sources");
  const ids = Array.isArray(sources) ? sources.map((one) => word(member(one, "event_source_id") ?? one)) : undefined;
  const more = ids && ids.length > MOST_IDS ? ` and ${ids.length - MOST_IDS} more` : "";
  const named = ids ? (ids.length === 0 ? "no sources" : `${ids.slice(0, MOST_IDS).join(", ")}${more}`) : "";
  const deletes = member(args, "delete_missing");
  return [named, deletes === undefined ? "" : `delete_missing ${word(deletes)}`].filter((one) => one !== "").join(", ");
}

/** What an answer says was done, in a few words: how often which action, or the codes of its errors. */
export function gotBrief(payload: unknown): string {
  const errors = member(payload, "errors");
  if (Array.isArray(errors))
    return `errors: ${errors
      .slice(0, MOST_IDS)
      .map((one) => word(member(one, "code")))
      .join(", ")}`;
  const sources = member(payload, "event_sources");
  if (!Array.isArray(sources)) return "";
  const actions = new Map<string, number>();
  for (const one of sources) {
    const action = word(member(one, "action"));
    actions.set(action, (actions.get(action) ?? 0) + 1);
  }
  return (
    [...actions]
      .slice(0, MOST_IDS * 2)
      .map(([action, count]) => `${count} ${action}`)
      .join(", ") || "no sources"
  );
}
