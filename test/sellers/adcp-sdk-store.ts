import { randomUUID } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import type { SyncEventSourcesRequest, SyncEventSourcesSuccess } from "@adcp/sdk/types";

type RequestedSource = NonNullable<SyncEventSourcesRequest["event_sources"]>[number];
export type SourceResult = SyncEventSourcesSuccess["event_sources"][number];
type EventType = NonNullable<RequestedSource["event_types"]>[number];
type StoredSource = RequestedSource & { seller_id: string };

export interface AdvertiserAccount {
  id: string;
  name: string;
  pixels: Map<string, StoredSource>;
  sellerManaged: SourceResult[];
}

/** What the seller can track. */
export const EVENT_TYPES: EventType[] = [
  "page_view",
  "view_content",
  "search",
  "add_to_cart",
  "initiate_checkout",
  "purchase",
  "lead",
  "complete_registration",
  "subscribe",
  "custom",
];

export function openAccounts(): AdvertiserAccount[] {
  const sellerManaged: SourceResult = {
    event_source_id: "platform_purchases",
    name: "Purchases on the platform",
    seller_id: "px_platform",
    event_types: ["purchase"],
    action_source: "system_generated",
    managed_by: "seller",
    action: "unchanged",
  };
  return [
    { id: "adv_1001", name: "Outdoor shop", pixels: new Map(), sellerManaged: [sellerManaged] },
    { id: "adv_1002", name: "Book shop", pixels: new Map(), sellerManaged: [] },
  ];
}

/** Creates the source or replaces it as a whole; what cannot be applied is `failed` and leaves no trace. */
export function upsert(account: AdvertiserAccount, source: RequestedSource): SourceResult {
  const failed = (code: string, message: string, field: string): SourceResult => ({
    event_source_id: source.event_source_id,
    action: "failed",
    errors: [{ code, message, field, recovery: "correctable" }],
  });
  if (account.sellerManaged.some((s) => s.event_source_id === source.event_source_id)) {
    return {
      ...failed("INVALID_REQUEST", "This event source is managed by the seller.", "event_source_id"),
      managed_by: "seller",
    };
  }
  if (source.event_types?.some((type) => !EVENT_TYPES.includes(type))) {
    return failed("INVALID_EVENT_TYPE", "An event type is not supported here.", "event_types");
  }
  const before = account.pixels.get(source.event_source_id);
  const after: StoredSource = {
    event_source_id: source.event_source_id,
    ...(source.name !== undefined && { name: source.name }),
    ...(source.event_types && { event_types: [...source.event_types] }),
    ...(source.allowed_domains && { allowed_domains: [...source.allowed_domains] }),
    seller_id: before?.seller_id ?? `px_${randomUUID()}`,
  };
  account.pixels.set(source.event_source_id, after);
  if (!before) return result(after, "created");
  return result(after, isDeepStrictEqual(before, after) ? "unchanged" : "updated");
}

export function stored(account: AdvertiserAccount, action: SourceResult["action"]): SourceResult[] {
  return [...account.pixels.values()].map((pixel) => result(pixel, action));
}

export function result(pixel: StoredSource, action: SourceResult["action"]): SourceResult {
  return {
    ...pixel,
    action_source: "website",
    managed_by: "buyer",
    action,
    setup: {
      snippet: `https://pixel.example/${pixel.seller_id}.gif`,
      snippet_type: "pixel_url",
      instructions: "Load this image on each page where an event happens.",
    },
  };
}

export function findSource(account: AdvertiserAccount, id: string): { event_types?: EventType[] } | undefined {
  return account.pixels.get(id) ?? account.sellerManaged.find((source) => source.event_source_id === id);
}
