/** Whether a smaller candidate still shows what is looked for. */
export type Shows<T> = (candidate: readonly T[]) => Promise<boolean>;

/**
 * Delta debugging (Zeller and Hildebrandt, "Simplifying and isolating failure-inducing input"): the fewest of some items that
 * still show it, in their order, so that no single one can be left out.
 * @param shows told of each candidate at most once
 */
export async function fewest<T>(items: readonly T[], shows: Shows<T>): Promise<T[]> {
  let left = [...items];
  for (let parts = 2; left.length > 1; ) {
    const size = Math.ceil(left.length / parts);
    let cut = false;
    for (let from = 0; from < left.length; from += size) {
      const without = [...left.slice(0, from), ...left.slice(from + size)];
      if (without.length === 0 || !(await shows(without))) continue;
      left = without;
      cut = true;
      break;
    }
    if (cut) parts = Math.max(2, parts - 1);
    else if (size === 1) break;
    else parts = Math.min(left.length, parts * 2);
  }
  return left;
}

/**
 * Replaces one item after another by smaller ones of its own, as long as the whole still shows it.
 * @param smaller simpler forms of an item, the simplest first
 */
export async function smallest<T>(
  items: readonly T[],
  smaller: (item: T) => Iterable<T>,
  shows: Shows<T>,
): Promise<T[]> {
  const left = [...items];
  for (let n = 0; n < left.length; ) {
    let replaced = false;
    for (const simpler of smaller(left[n] as T)) {
      if (!(await shows(left.with(n, simpler)))) continue;
      left[n] = simpler;
      replaced = true;
      break;
    }
    if (!replaced) n++;
  }
  return left;
}
