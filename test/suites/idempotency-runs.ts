import { type SellerOptions, startSeller } from "../../fixtures/seller/start.ts";
import type { RuleResult, RunResult } from "../../src/engine/result.ts";
import { run } from "../../src/engine/run.ts";
import type { Suite } from "../../src/engine/suite.ts";
import { oracle } from "../../src/model/index.ts";
import { createMcpTransport } from "../../src/transport/mcp.ts";
import { createValidator } from "../../src/validation/index.ts";

const validator = createValidator();

export interface Played extends Pick<RunResult, "verdict" | "harness_errors" | "requests"> {
  rule(id: string): RuleResult | undefined;
  /** Ids of the rules that failed or warned. */
  broken: string[];
}

/** Runs some suites on the embedded seller in this process, with its second account beside the first. */
export async function played(suites: readonly Suite[], options: SellerOptions, seed = 1): Promise<Played> {
  const seller = await startSeller(options);
  try {
    const { verdict, harness_errors, requests, rules } = await run({
      url: seller.url,
      connect: (hooks) => createMcpTransport({ url: seller.url, ...hooks }),
      suites,
      oracle,
      validator,
      account: { ...seller.account },
      secondAccount: { ...seller.secondAccount },
      release: options.release ?? "3.1",
      seed,
      only: [],
      skip: [],
      noExtra: false,
      sellerManaged: [],
      allowDestructive: false,
      force: false,
      planOnly: false,
      failOn: "must",
      maxWait: options.fault === undefined ? 30 : 1,
    });
    const broken = rules.filter((one) => one.verdict === "failed" || one.verdict === "warned").map(({ id }) => id);
    return { verdict, harness_errors, requests, broken, rule: (id) => rules.find((one) => one.id === id) };
  } finally {
    await seller.close();
  }
}
