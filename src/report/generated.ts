import { boundedText } from "./bound.ts";

const MOST = 30;
const MOST_OF_A_TEXT = 1_000;

/** What fuzzing did, as names and short texts: whatever a report says of it, in its order. */
export function factsOf(fuzz: object): { name: string; text: string }[] {
  return Object.entries(fuzz)
    .filter(([key]) => key !== "warnings")
    .slice(0, MOST)
    .map(([key, value]) => ({
      name: boundedText(key.replaceAll("_", " "), 60),
      text: boundedText(told(value) || "none", MOST_OF_A_TEXT),
    }));
}

/** What makes the phase worth less than it looks. */
export function warningsOf({ warnings }: { warnings?: unknown }): string[] {
  return (Array.isArray(warnings) ? warnings : []).slice(0, MOST).map((one) => boundedText(told(one), MOST_OF_A_TEXT));
}

/** Words in place of JSON. How much of something was seen is told as `3 of 5`. */
function told(value: unknown): string {
  if (typeof value === "string") return value;
  if (Array.isArray(value)) return value.slice(0, MOST).map(told).join("; ");
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "";
  const { visited, of, missing } = value as { visited?: unknown; of?: unknown; missing?: unknown };
  if (typeof visited !== "number" || typeof of !== "number") {
    return Object.entries(value)
      .slice(0, MOST)
      .map(([key, one]) => `${key} ${typeof one === "string" ? one : JSON.stringify(one)}`)
      .join(", ");
  }
  const left = Array.isArray(missing) && missing.length > 0 ? `; not: ${missing.map(String).join(", ")}` : "";
  return `${visited} of ${of}${left}`;
}
