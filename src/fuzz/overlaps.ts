import fc from "fast-check";
import type { Stage } from "../engine/phase.ts";
import type { Step } from "./step.ts";
import { type Draft, drafts, sourceOf } from "./values.ts";

/** Two to four calls at once: on sources that are there, on new ones, beside a deletion, and all under one key. */
export function overlapsFor({ seller, limited }: Stage): fc.Arbitrary<Step[]> {
  const full = limited === undefined;
  const most = full ? 4 : 3;
  const named = (n: number, draft: Draft) => sourceOf(`s${n}`, draft, seller);
  const source = fc.tuple(fc.integer({ min: 1, max: most }), drafts);
  const call = fc.record({
    sources: fc.uniqueArray(source, { minLength: 1, maxLength: 3, selector: ([n]) => n }),
    deletes: full ? fc.nat(5).map((n) => n === 0) : fc.constant(false),
  });
  const calls = fc.array(call, { minLength: 2, maxLength: 4 }).map(
    (all): Step => ({
      do: "overlap",
      calls: all.map(({ sources, deletes }) => ({
        sources: sources.map(([n, draft]) => named(n, draft)),
        ...(deletes && { deletes: true as const }),
      })),
    }),
  );
  const oneKey = fc
    .tuple(drafts, fc.integer({ min: 2, max: 4 }))
    .map(([draft, times]): Step => ({ do: "one key at once", source: named(most, draft), times }));
  const atOnce =
    seller.capabilities.idempotency === true
      ? fc.oneof({ weight: 3, arbitrary: calls }, { weight: 1, arbitrary: oneKey })
      : calls;
  return fc
    .tuple(fc.array(drafts, { maxLength: most - 1 }), atOnce)
    .map(([there, overlap]) => [
      ...(there.length > 0
        ? [{ do: "sync", sources: there.map((draft, n) => named(n + 1, draft)), key: "k1" } as const]
        : []),
      overlap,
    ]);
}
