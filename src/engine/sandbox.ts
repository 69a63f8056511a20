import { isObject, type JsonObject, own } from "../protocol/json.ts";
import { versionFields } from "../protocol/request.ts";
import type { SellerFacts } from "./seller.ts";
import type { Session } from "./session.ts";
import { RunEnd } from "./stop.ts";

const GIVE_ONE = "pass the account that may be used with --account";

/**
 * The reference of a sandbox account that the seller lists, the first active one, in the way that the seller declares.
 * @throws RunEnd when there is none, with what to do
 */
export async function sandboxAccount(seller: SellerFacts, { caller, releases }: Session): Promise<JsonObject> {
  if (!seller.tools.includes("list_accounts"))
    throw new RunEnd(`the seller offers no list_accounts to ask for a sandbox account; ${GIVE_ONE}`);
  const request = { ...versionFields(releases.current, releases.declared), sandbox: true };
  const { outcome, payload } = await caller.call("list_accounts", request);
  if (outcome.kind === "rejected") {
    const why = outcome.errors[0]?.code ?? outcome.prose?.slice(0, 200) ?? "no reason was given";
    throw new RunEnd(`the seller did not list its sandbox accounts (${why}); ${GIVE_ONE}`);
  }
  const accounts = own(payload, "accounts");
  const byKey = seller.capabilities.requireOperatorAuth === false;
  for (const entry of Array.isArray(accounts) ? accounts : []) {
    // A seller that does not know the filter lists production accounts as well: none of those is taken.
    if (own(entry, "sandbox") !== true || own(entry, "status") !== "active") continue;
    const [id, key] = [idOf(entry), keyOf(entry)];
    const reference = byKey ? (key ?? id) : (id ?? key);
    if (reference) return reference;
  }
  throw new RunEnd(`the seller lists no active sandbox account; have it make one, or ${GIVE_ONE}`);
}

function idOf(entry: unknown): JsonObject | undefined {
  const account_id = own(entry, "account_id");
  return typeof account_id === "string" ? { account_id } : undefined;
}

function keyOf(entry: unknown): JsonObject | undefined {
  const [brand, operator] = [own(entry, "brand"), own(entry, "operator")];
  if (!isObject(brand) || typeof brand["domain"] !== "string" || typeof operator !== "string") return undefined;
  const brand_id = brand["brand_id"];
  const named = { domain: brand["domain"], ...(typeof brand_id === "string" && { brand_id }) };
  return { brand: named, operator, sandbox: true };
}
