import { isDeepStrictEqual } from "node:util";
import type { RunningSeller } from "../../fixtures/seller/start.ts";
import type { EventSource, SourceRequest } from "../../fixtures/seller/types.ts";
import type { Exchange } from "../../src/transport/exchange.ts";
import { type Json, writesOf } from "./support.ts";

/** What somebody else made on the account before the run. */
export const OTHERS: readonly SourceRequest[] = [
  {
    event_source_id: "shop_pixel",
    name: "Shop, checkout",
    event_types: ["purchase", "add_to_cart"],
    action_source: "website",
    allowed_domains: ["shop.example", "www.shop.example"],
    surface: { category: "website", property_type: "storefront", namespace: "shop", property_id: "eu-1" },
  },
  { event_source_id: "APP-Events.2", name: "App" },
  { event_source_id: "offline-uploads", event_types: ["lead"], action_source: "offline" },
];

export const OTHER_IDS = OTHERS.map(({ event_source_id }) => event_source_id);

/** What an account holds of the sources of others, as a buyer sees it. */
export function othersOn(
  seller: RunningSeller,
  accountId = "acct_demo",
): Pick<EventSource, "event_source_id" | "fields">[] {
  return seller.seller
    .sources(accountId)
    .filter(({ managed_by, event_source_id: id }) => managed_by === "buyer" && OTHER_IDS.includes(id))
    .map(({ event_source_id, fields }) => ({ event_source_id, fields: structuredClone(fields) }))
    .toSorted((a, b) => (a.event_source_id < b.event_source_id ? -1 : 1));
}

/** Ids of the buyer's sources on an account. */
export const buyersOn = (seller: RunningSeller, accountId = "acct_demo"): string[] =>
  seller.seller
    .sources(accountId)
    .filter(({ managed_by }) => managed_by === "buyer")
    .map(({ event_source_id }) => event_source_id);

/** Calls that a seller with some defect could take for a reason to delete, or that name what is not the tool's own. */
export function dangerousCalls(exchanges: readonly Exchange[]): Json[] {
  return writesOf(exchanges).filter((args) => {
    const sources = args["event_sources"];
    if (Object.hasOwn(args, "delete_missing")) return true;
    if (!Array.isArray(sources) || sources.length === 0) return true;
    return sources.some((source) => {
      const id = (source as Json | null)?.["event_source_id"];
      return typeof id === "string" && id !== "" && !/^cf_/i.test(id.trim());
    });
  });
}

/** Watches an account during a run: how many calls that can write were sent after the sources of others first changed. */
export function watch(seller: RunningSeller) {
  const before = othersOn(seller);
  const seen: Exchange[] = [];
  let harmedAt: number | undefined;
  return {
    before,
    see(exchange: Exchange): void {
      seen.push(exchange);
      if (harmedAt === undefined && !isDeepStrictEqual(othersOn(seller), before)) harmedAt = seen.length;
    },
    /** Ids of the sources of others that are not what they were. */
    get harmed(): string[] {
      const now = new Map(othersOn(seller).map((source) => [source.event_source_id, source]));
      return before
        .filter((source) => !isDeepStrictEqual(source, now.get(source.event_source_id)))
        .map(({ event_source_id }) => event_source_id);
    },
    /** Writes until and with the one that did harm. */
    writesBefore: () => writesOf(seen.slice(0, harmedAt)),
    writesAfter: () => (harmedAt === undefined ? [] : writesOf(seen.slice(harmedAt))),
  };
}
