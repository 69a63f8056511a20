import { boundedText } from "./bound.ts";

const MOST = 30;
const MOST_OF_A_TEXT = 1_000;

/** What fuzzing did, as names and short texts: whatever a report says of it, in its order. */
export function factsOf(fuzz: Record<string, unknown>): { name: string; text: string }[] {
  return Object.entries(fuzz)
    .filter(([key]) => key !== "warnings")
    .slice(0, MOST)
    .map(([key, value]) => ({
      name: boundedText(key.replaceAll("_", " "), 60),
      text: boundedText(told(value), MOST_OF_A_TEXT),
    }));
}

/** What makes the phase worth less than it looks. */
export function warningsOf({ warnings }: Record<string, unknown>): string[] {
  return (Array.isArray(warnings) ? warnings : []).slice(0, MOST).map((one) => boundedText(told(one), MOST_OF_A_TEXT));
}

/** How much of something was seen is told as `3 of 5`. */
function told(value: unknown): string {
  if (typeof value === "string") return value;
  const { visited, of, missing } = (value ?? {}) as { visited?: unknown; of?: unknown; missing?: unknown };
  if (typeof visited !== "number" || typeof of !== "number") return JSON.stringify(value) ?? "";
  const left = Array.isArray(missing) && missing.length > 0 ? `; not: ${missing.map(String).join(", ")}` : "";
  return `${visited} of ${of}${left}`;
}
