import { findFault } from "../../fixtures/faults/index.ts";
import { startSeller } from "../../fixtures/seller/start.ts";
import type { RuleResult, RunResult } from "../../src/engine/result.ts";
import { run } from "../../src/engine/run.ts";
import type { Suite } from "../../src/engine/suite.ts";
import { oracle } from "../../src/model/index.ts";
import { createMcpTransport } from "../../src/transport/mcp.ts";
import { createValidator } from "../../src/validation/index.ts";
import type { Release } from "../../src/validation/release.ts";

const TOKEN = "a-token-of-the-tests-0123456789";
const validator = createValidator();

export interface PlayOptions {
  fault?: string;
  variant?: string | string[];
  release?: Release;
  token?: boolean;
  account?: Record<string, unknown>;
  seed?: number;
  /** Sources of somebody else on the first account. */
  foreign?: readonly { event_source_id: string }[];
}

export interface Played {
  result: RunResult;
  rule(id: string): RuleResult;
  /** Ids of the rules that failed or warned, and what the harness itself got wrong. */
  found: string[];
  /** Ids of the rules that carry a verdict. */
  tested: string[];
}

/** Runs some suites, in this process, against the embedded seller. A fault brings the set-up that it needs. */
export async function play(suites: readonly Suite[], options: PlayOptions = {}): Promise<Played> {
  const needed = options.fault === undefined ? {} : (findFault(options.fault).setup ?? {});
  const release = options.release ?? needed.release ?? "3.1";
  const token = options.token ?? needed.token ?? false;
  const account = options.account ?? needed.account;
  const seller = await startSeller({
    release,
    ...(options.fault !== undefined && { fault: options.fault }),
    ...(options.variant !== undefined && { variant: options.variant }),
    ...(token && { token: TOKEN }),
    ...(options.foreign && { accounts: { acct_demo: options.foreign } }),
  });
  try {
    const headers: Record<string, string> = token ? { authorization: `Bearer ${TOKEN}` } : {};
    const result = await run({
      url: seller.url,
      connect: (hooks) => createMcpTransport({ url: seller.url, headers, ...hooks }),
      credentials: token,
      suites,
      oracle,
      validator,
      account: account ?? seller.account,
      release,
      seed: options.seed ?? 1,
      only: [],
      skip: [],
      noExtra: false,
      sellerManaged: [],
      allowDestructive: false,
      force: false,
      planOnly: false,
      failOn: "must",
      maxWait: 5,
    });
    const rules = new Map(result.rules.map((one) => [one.id, one]));
    return {
      result,
      rule(id) {
        const one = rules.get(id);
        if (!one) throw new Error(`no rule ${id}`);
        return one;
      },
      found: [
        ...result.rules.filter(({ verdict }) => verdict === "failed" || verdict === "warned").map(({ id }) => id),
        ...result.harness_errors.map(({ message }) => message),
      ],
      tested: result.rules
        .filter(({ verdict }) => verdict !== "not_applicable" && verdict !== "not_tested")
        .map(({ id }) => id),
    };
  } finally {
    await seller.close();
  }
}
