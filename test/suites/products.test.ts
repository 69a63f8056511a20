import { expect, test } from "vitest";
import sellerManaged from "../../suites/seller-managed.ts";
import { play } from "./play.ts";

test("products that measure by themselves need a source of the seller's", async () => {
  const { rule } = await play([sellerManaged], { fault: "products-measure-without-source" });
  expect(rule("SMG-03")).toMatchObject({ verdict: "failed", findings: [{ actual: expect.any(Array) }] });
});

test.each([
  ["products-measure-by-themselves", "passed"],
  ["extra-fields", "not_applicable"],
])("SMG-03 on %s: %s", async (variant, verdict) => {
  const { found, rule } = await play([sellerManaged], { variant });
  expect(found).toEqual([]);
  expect(rule("SMG-03").verdict).toBe(verdict);
});
