/** How much of a value that a seller chose goes into a report. */
export interface Bounds {
  text: number;
  entries: number;
  depth: number;
}

const REPORT_BOUNDS: Bounds = { text: 4_000, entries: 200, depth: 24 };

/** At most this many values in all, so that wide and deep together stay small. */
const MAX_VALUES = 5_000;

/**
 * A copy of a JSON value that is no larger than the bounds. What was left out is said in its place.
 * `__proto__` stays an ordinary key.
 */
export function bounded(value: unknown, bounds: Bounds = REPORT_BOUNDS): unknown {
  let values = 0;
  const copy = (one: unknown, depth: number): unknown => {
    if (typeof one === "string") return boundedText(one, bounds.text);
    if (typeof one === "bigint") return one.toString();
    if (typeof one !== "object" || one === null) return one;
    if (depth >= bounds.depth || ++values > MAX_VALUES) return "... (not shown: too deep or too much)";
    const room = bounds.entries;
    if (Array.isArray(one)) {
      const kept = one.slice(0, room).map((entry) => copy(entry, depth + 1));
      return one.length > room ? [...kept, `... (${one.length} entries)`] : kept;
    }
    const result: Record<string, unknown> = {};
    const set = (key: string, entry: unknown) =>
      Object.defineProperty(result, key, { value: entry, enumerable: true, configurable: true, writable: true });
    const keys = Object.keys(one);
    for (const key of keys.slice(0, room)) {
      const entry = copy((one as Record<string, unknown>)[key], depth + 1);
      if (entry !== undefined) set(boundedText(key, 200), entry);
    }
    if (keys.length > room) set("...", `(${keys.length} properties)`);
    return result;
  };
  return copy(value, 0);
}

export const boundedText = (text: string, most: number): string =>
  text.length <= most ? text : `${text.slice(0, most)}... (${text.length} characters)`;
