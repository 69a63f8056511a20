import { writes } from "../engine/guard.ts";
import { SENTINEL_ID } from "../engine/lease.ts";
import type { Buyer } from "../engine/scene.ts";
import { ScenarioEnd } from "../engine/stop.ts";
import type { Scenario } from "../engine/suite.ts";
import { type EventSource, isOwnId } from "../protocol/event-source.ts";
import { isObject, type JsonObject, own, sameJson } from "../protocol/json.ts";
import { TASK } from "../protocol/request.ts";
import type { ToolCall } from "../report/calls.ts";
import type { Release } from "../validation/release.ts";
import type { Validator } from "../validation/validator.ts";
import { Fresh } from "./fresh.ts";

/** What the suites call besides the task. A report may come from anybody: nothing else is sent for it. */
const READING = new Set(["get_adcp_capabilities", "list_accounts", "get_products"]);
const MOST_CALLS = 500;

export interface Recorded {
  name: string;
  rule: string;
  calls: readonly ToolCall[];
  /** Ids of the runs that made the report, and the accounts that they had. */
  runs: readonly string[];
  accounts: readonly unknown[];
  validator: Validator;
  /** Hears why not all of them could be sent. */
  ended(reason: string): void;
}

/** The calls of a report as a scenario: sent past the guard under fresh ids and keys, judged by the oracle and by every rule. */
export function recordedScenario(recorded: Recorded): Scenario {
  return {
    name: recorded.name,
    proves: [recorded.rule],
    play: ({ buyer, release }) =>
      sendAll(recorded, buyer, release).catch((error: unknown) => {
        if (error instanceof ScenarioEnd) recorded.ended(error.reason);
        throw error;
      }),
  };
}

async function sendAll(recorded: Recorded, buyer: Buyer, release: Release): Promise<void> {
  const fresh = new Fresh(recorded.runs, () => buyer.eventSource().event_source_id);
  if (recorded.calls.length > MOST_CALLS) throw new ScenarioEnd(`the report has more than ${MOST_CALLS} calls of it`);
  for (const { params } of recorded.calls) {
    if (!isObject(params.arguments)) throw new ScenarioEnd("the report has a call without arguments");
    const request = onAccount(fresh.of(params.arguments) as JsonObject, recorded.accounts, buyer);
    await send(params.name, request, buyer, recorded.validator, release);
  }
}

/** The request for the account of this run. @throws ScenarioEnd for one that is about another account */
function onAccount(request: JsonObject, accounts: readonly unknown[], buyer: Buyer): JsonObject {
  if (!Object.hasOwn(request, "account")) return request;
  if (!accounts.some((account) => sameJson(account, request["account"])))
    throw new ScenarioEnd("the report has a call for an account that the run was not about");
  return { ...request, account: buyer.account };
}

async function send(
  tool: string,
  request: JsonObject,
  buyer: Buyer,
  validator: Validator,
  release: Release,
): Promise<void> {
  if (tool === "log_event") {
    const id = own(request, "event_source_id");
    if (typeof id !== "string" || !isOwnId(id))
      throw new ScenarioEnd("the report has an event for a source that is not the tool's own");
    await buyer.call(tool, request);
    return;
  }
  if (READING.has(tool) || (tool === TASK && !writes(request))) {
    await buyer.call(tool, request);
    return;
  }
  if (tool !== TASK) throw new ScenarioEnd("the report has a call of a tool that is not sent for a report");
  const { event_sources: listed, delete_missing, context, idempotency_key } = request;
  // The recorded lease belongs to the recorded run.
  const sources = Array.isArray(listed) ? listed.filter((one) => own(one, "event_source_id") !== SENTINEL_ID) : listed;
  const changed = { ...request, event_sources: sources };
  const isLeaseAlone = Array.isArray(listed) && listed.length > 0 && (sources as unknown[]).length === 0;
  if (isLeaseAlone && delete_missing !== true) return;
  if (!isLeaseAlone && !isWellFormed(changed, validator, release)) {
    await buyer.probe(() => (Object.hasOwn(request, "event_sources") ? changed : request));
    return;
  }
  await buyer.sync(sources as EventSource[], {
    ...(typeof delete_missing === "boolean" && { delete_missing }),
    ...(isObject(context) && { context }),
    ...(typeof idempotency_key === "string" && { idempotency_key }),
  });
}

/** Whether the oracle may judge it as a request that has to succeed. */
function isWellFormed(request: JsonObject, validator: Validator, release: Release): boolean {
  if (validator.validate("sync-event-sources-request", release, request).length > 0) return false;
  const sources = request["event_sources"];
  if (!Array.isArray(sources)) return false;
  const ids = sources.map((source) => own(source, "event_source_id"));
  return new Set(ids).size === ids.length && ids.every((id) => typeof id === "string" && isOwnId(id));
}
