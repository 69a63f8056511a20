import type { Answer } from "../protocol/answer.ts";
import type { Capabilities } from "../protocol/capabilities.ts";
import type { AgentCard } from "../transport/transport.ts";
import type { Release } from "../validation/release.ts";

/** One endpoint of the seller, and what it offers. */
export interface Endpoint {
  url: string;
  transport: "mcp" | "a2a";
  /** Names of the offered tools. */
  tools: readonly string[];
  /** The exchange that listed the tools, and why the list could not be read, where it could not. */
  toolsExchange: number;
  toolsProblem?: string;
  /** The agent card, where the endpoint speaks A2A. */
  card?: AgentCard;
}

/** What is known of the seller before the first scenario. */
export interface SellerFacts extends Endpoint {
  /** The seller's endpoint for another transport, where one was given. */
  also?: Endpoint;
  /** Whether the run's connection carries credentials. */
  credentials: boolean;
  /** The credential of somebody else, who may not use the account. */
  otherToken?: string;
  /** Whether the run was allowed to speak plain http to another host. */
  allowHttp?: boolean;
  /** The release that the run speaks. */
  release: Release;
  /** The release that the run was asked for. */
  asked: Release;
  capabilities: Capabilities;
  /** The answer to `get_adcp_capabilities`. */
  capabilitiesAnswer: Answer;
  /** The answer to the first call of the task, where the seller declares that it takes signed calls alone. */
  unsigned?: Answer;
  /** Ids that the account's owner says are seller-managed. */
  sellerManaged: readonly string[];
}
