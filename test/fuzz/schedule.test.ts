import fc from "fast-check";
import { expect, test } from "vitest";
import { casesIn, schedule, shareOf } from "../../src/fuzz/schedule.ts";

const amounts = fc.record({ edges: fc.nat(30), specials: fc.nat(5), runs: fc.nat(40) });

test("as many cases are announced as there are", () => {
  fc.assert(fc.property(amounts, (some) => casesIn(some) === [...schedule(some)].length));
});

test("every case is in one share, whatever the number of shares", () => {
  fc.assert(
    fc.property(amounts, fc.integer({ min: 1, max: 7 }), (some, n) => {
      const shares = Array.from({ length: n }, (_, k) => [...shareOf(schedule(some), { k: k + 1, n })]);
      const all = [...schedule(some)];
      expect(shares.flat()).toHaveLength(all.length);
      expect(new Set(shares.flat().map((one) => JSON.stringify(one)))).toEqual(
        new Set(all.map((one) => JSON.stringify(one))),
      );
    }),
  );
});

test("a million sequences are not held in memory", () => {
  const first = schedule({ edges: 0, specials: 0, runs: 1e12 }).next();
  expect(first.value).toEqual({ kind: "sequence", n: 0 });
});
