import { onTestFinished } from "vitest";
import { findFault } from "../../fixtures/faults/index.ts";
import { type RunningSeller, type SellerOptions, startSeller } from "../../fixtures/seller/start.ts";
import { type FuzzOptions, fuzzing } from "../../src/fuzz/fuzz.ts";
import { type Choices, type Outcome, runAgainst } from "../run/support.ts";

/** A little of everything. */
export const LITTLE: FuzzOptions = { runs: 6, edges: 20, maxRequests: 600 };

export interface Fuzzed extends Outcome {
  seller: RunningSeller;
}

/** Generated calls alone against an embedded seller of its own. */
export async function fuzz(
  seller: SellerOptions,
  options: Partial<FuzzOptions> = {},
  choices: Choices = {},
): Promise<Fuzzed> {
  const running = await startSeller(seller);
  onTestFinished(() => running.close());
  const needed = seller.fault === undefined ? {} : (findFault(seller.fault).setup ?? {});
  const outcome = await runAgainst(running.url, needed.account ?? running.account, {
    phase: fuzzing({ ...LITTLE, ...options }),
    phaseOnly: true,
    ...choices,
  });
  return { ...outcome, seller: running };
}
