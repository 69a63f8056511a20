import type { Endpoint, SellerFacts } from "../src/engine/seller.ts";
import type { Closed, SellerCheck } from "../src/engine/suite.ts";

type Kind = Endpoint["transport"];

const NAMES: Record<Kind, string> = { mcp: "MCP", a2a: "A2A" };

/** The endpoint of the seller that speaks a transport: the run's own, or the other one. */
export const endpointOver = (kind: Kind, seller: SellerFacts): Endpoint | undefined =>
  [seller, seller.also].find((one) => one?.transport === kind);

export const notOver = (kind: Kind): Closed => ({ not_applicable: `the run does not speak ${NAMES[kind]}` });

/** Closes rules about the answers of one transport where the run does not speak it. */
export const onlyOver = <Id extends string>(kind: Kind, rules: readonly Id[]): Record<Id, SellerCheck> =>
  Object.fromEntries(
    rules.map((rule) => [rule, (seller: SellerFacts) => (endpointOver(kind, seller) ? undefined : notOver(kind))]),
  ) as Record<Id, SellerCheck>;
