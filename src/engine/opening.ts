import type { Answer } from "../protocol/answer.ts";
import { readCapabilities } from "../protocol/capabilities.ts";
import { freshKey, TASK } from "../protocol/request.ts";
import { ConnectionError, type Opened, type Transport } from "../transport/transport.ts";
import type { Caller } from "./caller.ts";
import type { ReleaseJudge } from "./release-judge.ts";
import type { Endpoint, SellerFacts } from "./seller.ts";
import { RunEnd } from "./stop.ts";

/**
 * Opens the connection.
 * @throws RunEnd when there is no usable seller at the URL, with what to do about it.
 */
export async function open(transport: Transport, signal?: AbortSignal): Promise<Opened> {
  return transport.open(signal && { signal }).catch(giveUp);
}

/** Opens a connection and asks what the seller offers there. */
export async function look(
  transport: Transport,
  url: string,
  sent: () => number,
  signal?: AbortSignal,
): Promise<{ opened: Opened; endpoint: Endpoint }> {
  const opened = await open(transport, signal);
  const { tools, problem } = await listTools(transport, signal);
  const endpoint: Endpoint = {
    url,
    transport: transport.kind,
    tools,
    toolsExchange: opened.card?.exchange ?? sent(),
    ...(problem !== undefined && { toolsProblem: problem }),
    ...(opened.card && { card: opened.card }),
  };
  return { opened, endpoint };
}

function giveUp(error: unknown): never {
  if (!(error instanceof ConnectionError)) throw error;
  throw new RunEnd(error.problem === "aborted" ? "the run was interrupted" : `${error.message} ${error.advice}`.trim());
}

/** The offered tools; empty with `problem` where the list cannot be read. */
async function listTools(transport: Transport, signal?: AbortSignal): Promise<{ tools: string[]; problem?: string }> {
  try {
    return { tools: await transport.tools(signal && { signal }) };
  } catch (error) {
    if (!(error instanceof ConnectionError)) throw error;
    if (error.problem === "aborted" || error.problem === "credentials") giveUp(error);
    return { tools: [], problem: error.message };
  }
}

/**
 * Asks for the capabilities; what cannot be read counts as not declared, and the run goes on. A seller that wrongly asks for
 * an idempotency key gets one: what it then declares still holds.
 */
export async function askCapabilities(caller: Caller, releases: ReleaseJudge): Promise<Answer> {
  const bare = await caller.call("get_adcp_capabilities", {});
  const refused = bare.outcome.kind === "rejected" && !bare.outcome.transient && bare.outcome.layer !== "http";
  const keyed = refused ? await caller.call("get_adcp_capabilities", { idempotency_key: freshKey() }) : bare;
  const answer = keyed.outcome.kind === "accepted" ? keyed : bare;
  releases.declare(readCapabilities(answer.payload));
  return answer;
}

/** Whether the seller offers the task at all: it lists it, or declares what the task is part of. */
export const isOffered = (seller: Pick<SellerFacts, "tools" | "capabilities">): boolean =>
  seller.tools.includes(TASK) || seller.capabilities.conversionTracking;

const CREDENTIAL_CODES = ["AUTH_REQUIRED", "AUTH_MISSING", "AUTH_INVALID", "PERMISSION_DENIED", "SCOPE_INSUFFICIENT"];

/** Why the first discovery means that this account cannot be used for a run, where it does: not the seller's failure. */
export function unusable(answer: Answer, account: unknown): string | undefined {
  const { outcome, exchange } = answer;
  if (outcome.kind !== "rejected") return undefined;
  const code = outcome.errors[0]?.code ?? "";
  const status = exchange.response?.status;
  if (status === 401 || status === 403 || outcome.credentials || CREDENTIAL_CODES.includes(code)) {
    const how = code || (outcome.credentials ? "it asks for some" : `HTTP ${status}`);
    return `the seller refused the credentials of the run (${how}); pass the right ones with --token or ADCP_TOKEN, or with --header`;
  }
  if (code.startsWith("ACCOUNT_")) {
    return `the seller does not let the run use the account ${JSON.stringify(account)} (${code}); pass one that it knows with --account`;
  }
  return undefined;
}
