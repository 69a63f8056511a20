import type { SellerFacts } from "../src/engine/seller.ts";

/** What stands for a credential in a recorded exchange. */
const MASK = "***";

/**
 * The names of the headers with which the run's connection shows its credentials: those whose value was masked when it was
 * recorded. A session is no credential (MCP, transports: a server must not authenticate by it).
 */
export const credentialHeaders = ({ capabilitiesAnswer }: SellerFacts): string[] =>
  Object.entries(capabilitiesAnswer.exchange.request.headers)
    .filter(([name, value]) => name !== "mcp-session-id" && value.includes(MASK))
    .map(([name]) => name);

/** Whether the credentials stand in the URL, where a call cannot leave them out. */
export const isCredentialInUrl = ({ capabilitiesAnswer }: SellerFacts): boolean =>
  capabilitiesAnswer.exchange.request.url.includes(MASK);
