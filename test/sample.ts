/**
 * Of a long series of cases, every TEST_SAMPLE-th; without that variable, all of them. A second release of Node need not see
 * every defect again.
 */
export function sample<T>(all: readonly T[]): T[] {
  const every = Number(process.env["TEST_SAMPLE"] ?? 1);
  return all.filter((_, n) => n % every === 0);
}
