import type { Outcome } from "./support.ts";

/** The calls of a run without what is made anew each time: keys, times, and the ids of the run and of nobody. */
export function script({ exchanges, result }: Outcome): string[] {
  const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
  return exchanges
    .toSorted((a, b) => a.n - b.n)
    .map(({ operation, tool, request }) => {
      const body = JSON.parse(request.body ?? "{}");
      return `${operation} ${tool ?? ""} ${JSON.stringify(body.params ?? null)}`
        .replaceAll(result.run_id, "<run>")
        .replaceAll(result.run_id.toUpperCase(), "<run>")
        .replaceAll(UUID, "<uuid>")
        .replaceAll(/[0-9a-f]{15,}/g, (nonce) => `<nonce of ${nonce.length}>`)
        .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, "<time>");
    });
}
