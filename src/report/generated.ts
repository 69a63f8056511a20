import { boundedText } from "./bound.ts";

const MOST = 30;
const MOST_OF_A_TEXT = 1_000;

export interface Fact {
  name: string;
  text: string;
  /** What was not reached, where it tells how much was. */
  missing: string[];
}

/** What fuzzing did, as names and short texts: whatever a report says of it, in its order. */
export function factsOf(fuzz: object): Fact[] {
  return Object.entries(fuzz)
    .filter(([key]) => key !== "warnings")
    .slice(0, MOST)
    .map(([key, value]) => ({
      name: boundedText(key.replaceAll("_", " "), 60),
      text: boundedText(told(value) || "none", MOST_OF_A_TEXT),
      missing: missingOf(value),
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
  const { visited, of } = value as { visited?: unknown; of?: unknown };
  if (typeof visited === "number" && typeof of === "number") return `${visited} of ${of}`;
  const entries = Object.entries(value).slice(0, MOST);
  return entries.map(([key, one]) => `${key} ${typeof one === "string" ? one : JSON.stringify(one)}`).join(", ");
}

function missingOf(value: unknown): string[] {
  const missing = typeof value === "object" && value !== null && "missing" in value ? value.missing : undefined;
  return (Array.isArray(missing) ? missing : []).slice(0, MOST).map((one) => boundedText(told(one), 300));
}
