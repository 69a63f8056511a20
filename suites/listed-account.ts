import type { Buyer } from "../src/engine/scene.ts";
import { isObject, type JsonObject, own } from "../src/protocol/json.ts";

/** What list_accounts says of the run's account; `undefined` where it is not offered, or does not name it. */
export async function listedAccount(buyer: Buyer, tools: readonly string[]): Promise<JsonObject | undefined> {
  if (!tools.includes("list_accounts")) return undefined;
  // Sandbox accounts are listed where they are asked for, and then alone.
  return (await listedAmong(buyer, {})) ?? (await listedAmong(buyer, { sandbox: true }));
}

async function listedAmong(buyer: Buyer, filter: JsonObject): Promise<JsonObject | undefined> {
  const { account: _, idempotency_key: __, ...request } = buyer.request();
  const { payload, outcome } = await buyer.call("list_accounts", { ...request, ...filter });
  const accounts = outcome.kind === "accepted" ? own(payload, "accounts") : undefined;
  const { account_id, brand, operator, sandbox = false } = buyer.account;
  return (Array.isArray(accounts) ? accounts : [])
    .filter(isObject)
    .find((one) =>
      account_id === undefined
        ? own(one["brand"], "domain") === own(brand, "domain") &&
          one["operator"] === operator &&
          (one["sandbox"] ?? false) === sandbox
        : one["account_id"] === account_id,
    );
}
