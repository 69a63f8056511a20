/** How many of some durations lie in one range; `up_to_ms` is its upper bound, and null for the last one. */
export interface Bucket {
  up_to_ms: number | null;
  count: number;
}

/** The same for every run, so that two histograms can be compared and added. */
const BOUNDS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 30_000];

/** Several histograms as one. */
export const addHistograms = (all: readonly (readonly Bucket[])[]): Bucket[] =>
  (all.toSorted((a, b) => b.length - a.length)[0] ?? []).map(({ up_to_ms }, index) => ({
    up_to_ms,
    count: all.reduce((sum, one) => sum + (one[index]?.count ?? 0), 0),
  }));

/** Counts durations in milliseconds. Ranges beyond the last one that holds any are left out. */
export function histogram(durations: readonly number[]): Bucket[] {
  const counts = new Array<number>(BOUNDS.length + 1).fill(0);
  for (const duration of durations) {
    const at = BOUNDS.findIndex((bound) => duration <= bound);
    counts[at === -1 ? BOUNDS.length : at]!++;
  }
  const last = counts.findLastIndex((count) => count > 0);
  return counts.slice(0, last + 1).map((count, index) => ({ up_to_ms: BOUNDS[index] ?? null, count }));
}
