import fc from "fast-check";
import type { Stage } from "../engine/phase.ts";
import type { Step } from "./step.ts";
import { type Draft, drafts, sourceOf } from "./values.ts";

/** Two to four calls at once, on sources that are there, on new ones, and beside a deletion. */
export function overlapsFor({ seller, limited }: Stage): fc.Arbitrary<Step[]> {
  const full = limited === undefined;
  const most = full ? 4 : 3;
  const source = fc.tuple(fc.integer({ min: 1, max: most }), drafts);
  const call = fc.record({
    sources: fc.uniqueArray(source, { minLength: 1, maxLength: 3, selector: ([n]) => n }),
    deletes: full ? fc.nat(5).map((n) => n === 0) : fc.constant(false),
  });
  return fc
    .record({ there: fc.array(drafts, { maxLength: most - 1 }), calls: fc.array(call, { minLength: 2, maxLength: 4 }) })
    .map(({ there, calls }) => {
      const named = ([n, draft]: readonly [number, Draft]) => sourceOf(`s${n}`, draft, seller);
      const standing = there.map((draft, n) => named([n + 1, draft]));
      const overlapping = calls.map(({ sources, deletes }) => ({
        sources: sources.map(named),
        ...(deletes && { deletes: true as const }),
      }));
      return [
        ...(standing.length > 0 ? [{ do: "sync", sources: standing, key: "k1" } as const] : []),
        { do: "overlap", calls: overlapping } as const,
      ];
    });
}
