import { findFault } from "../../fixtures/faults/index.ts";
import { startSeller } from "../../fixtures/seller/start.ts";
import type { RuleResult, RunResult } from "../../src/engine/result.ts";
import { run } from "../../src/engine/run.ts";
import type { Suite } from "../../src/engine/suite.ts";
import { oracle } from "../../src/model/index.ts";
import { createA2aTransport } from "../../src/transport/a2a.ts";
import { createMcpTransport } from "../../src/transport/mcp.ts";
import { createValidator } from "../../src/validation/index.ts";
import type { Release } from "../../src/validation/release.ts";

const TOKEN = "a-token-of-the-tests-0123456789";
const OTHER_TOKEN = "a-token-of-somebody-else-0123456789";
const validator = createValidator();

export interface PlayOptions {
  fault?: string;
  variant?: string | string[];
  release?: Release;
  token?: boolean;
  /** The run also has the token of somebody who may not use its account. */
  stranger?: boolean;
  transport?: "mcp" | "a2a";
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
  const stranger = options.stranger ?? needed.stranger ?? false;
  const overA2a = (needed.transport ?? options.transport) === "a2a";
  const account = options.account ?? needed.account;
  const seller = await startSeller({
    release,
    ...(options.fault !== undefined && { fault: options.fault }),
    ...(options.variant !== undefined && { variant: options.variant }),
    ...(token && { token: TOKEN }),
    ...(stranger && { strangerToken: OTHER_TOKEN }),
    ...(options.foreign && { accounts: { acct_demo: options.foreign } }),
  });
  try {
    const url = overA2a ? seller.a2aUrl : seller.url;
    const headers: Record<string, string> = token ? { authorization: `Bearer ${TOKEN}` } : {};
    const result = await run({
      url,
      connect: (hooks) => (overA2a ? createA2aTransport : createMcpTransport)({ url, headers, ...hooks }),
      credentials: token,
      ...(stranger && { otherToken: OTHER_TOKEN }),
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
