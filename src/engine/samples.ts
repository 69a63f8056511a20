import type { EventSource } from "../protocol/event-source.ts";
import { actionSources, eventTypes } from "../validation/load-schema.ts";
import { pick } from "./random.ts";
import type { SellerFacts } from "./seller.ts";

/** Event types that sellers commonly know, for those that declare none. */
const COMMON_TYPES = [
  "page_view",
  "view_content",
  "search",
  "add_to_cart",
  "initiate_checkout",
  "purchase",
  "lead",
  "complete_registration",
  "subscribe",
  "contact",
  "schedule",
];
const COMMON_ACTION_SOURCES = ["website", "app"];

/** The event types that this seller has to take. */
export const typesOf = (seller: Pick<SellerFacts, "capabilities" | "release">): string[] =>
  usable(seller.capabilities.eventTypes, COMMON_TYPES, eventTypes(seller.release));

/** The action sources that this seller has to take. */
export const actionSourcesOf = (seller: Pick<SellerFacts, "capabilities" | "release">): string[] =>
  usable(seller.capabilities.actionSources, COMMON_ACTION_SOURCES, actionSources(seller.release));

function usable(declared: readonly string[] | undefined, common: readonly string[], all: readonly string[]): string[] {
  const known = declared?.filter((one) => one !== "custom" && all.includes(one)) ?? [];
  return known.length > 0 ? known : [...common];
}

/** A well-formed source for the release, with values that no other source of the run has. */
export function sampleSource(
  id: string,
  serial: number,
  seller: Pick<SellerFacts, "capabilities" | "release">,
  next: () => number,
): EventSource {
  const types = typesOf(seller);
  const actionSource = pick(next, actionSourcesOf(seller), 1)[0] as string;
  const tag = Math.floor(next() * 1e6).toString(36);
  const source: EventSource = {
    event_source_id: id,
    name: `Source ${serial} ${tag}`,
    event_types: pick(next, types, Math.min(3, types.length)),
    allowed_domains: [`shop${serial}-${tag}.example.com`, `www${serial}-${tag}.example.com`],
  };
  if (seller.release === "3.0") return source;
  return {
    ...source,
    action_source: actionSource,
    surface: {
      category: actionSource,
      property_type: "storefront",
      namespace: "example",
      property_id: `property-${serial}-${tag}`,
    },
  };
}
