import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fewest, smallest } from "../../src/fuzz/minimise.ts";

const numbers = (length: number) => Array.from({ length }, (_, n) => n);

describe("the fewest items", () => {
  test("are those that it takes, in their order, and no single one can be left out", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 40 }),
        fc.array(fc.nat(39), { minLength: 1, maxLength: 5 }),
        async (length, picked) => {
          const needed = [...new Set(picked.map((n) => n % length))].toSorted((a, b) => a - b);
          const left = await fewest(numbers(length), async (some) => needed.every((n) => some.includes(n)));
          expect(left).toEqual(needed);
        },
      ),
      { seed: 1, numRuns: 100 },
    );
  });

  test("takes far fewer tries than there are subsets", async () => {
    let tries = 0;
    const left = await fewest(numbers(64), async (some) => {
      tries++;
      return some.includes(3) && some.includes(60);
    });
    expect(left).toEqual([3, 60]);
    expect(tries).toBeLessThan(100);
  });

  test("of what shows nothing are all of them", async () => {
    expect(await fewest([1, 2, 3], async () => false)).toEqual([1, 2, 3]);
  });
});

describe("the smallest items", () => {
  test("are replaced by simpler ones as long as the whole shows it", async () => {
    const simpler = (text: string) => [...text].map((_, n) => text.slice(0, n) + text.slice(n + 1));
    const left = await smallest(["xxaxx", "yyyb"], simpler, async ([one, other]) => {
      return one?.includes("a") === true && other?.includes("b") === true;
    });
    expect(left).toEqual(["a", "b"]);
  });
});
