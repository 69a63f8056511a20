import { createHash } from "node:crypto";
import { typesOf } from "../src/engine/samples.ts";
import type { Buyer } from "../src/engine/scene.ts";
import type { SellerFacts } from "../src/engine/seller.ts";
import type { EventSource } from "../src/protocol/event-source.ts";
import { type JsonObject, own } from "../src/protocol/json.ts";

/** Under this code events are checked, and count for nothing. */
const TEST_CODE = "CF_TEST";

/** The event lies this far back, so that no clock takes it for one of the future. */
const AGE_MS = 60_000;

/** Event types that need nothing but the fields that every event here has. */
export const plainTypesOf = (seller: SellerFacts): string[] =>
  typesOf(seller).filter((type) => type !== "watch_milestone");

/** A well-formed event for a source, with whatever its seller may want to see of one. */
export function eventFor(source: EventSource, type: string, id: string, seller: SellerFacts): JsonObject {
  const domain = source.allowed_domains?.[0] ?? "shop.example.com";
  return {
    event_id: `${source.event_source_id}_${id}`,
    event_type: type,
    event_time: new Date(Date.now() - AGE_MS).toISOString(),
    action_source: source.action_source ?? "website",
    event_source_url: `https://${domain}/cf`,
    user_match: {
      [identifierOf(seller)]: createHash("sha256").update("nobody@example.com").digest("hex"),
      client_ip: "192.0.2.1",
      client_user_agent: "Mozilla/5.0 (compatible; adcp-conformance)",
    },
    custom_data: { value: 1, currency: "USD", order_id: `${source.event_source_id}_order_${id}` },
  };
}

/** A hashed identifier that the seller takes. */
function identifierOf({ capabilitiesAnswer }: SellerFacts): string {
  const tracking = own(own(capabilitiesAnswer.payload, "media_buy"), "conversion_tracking");
  const declared = own(tracking, "supported_hashed_identifiers");
  const phone = Array.isArray(declared) && !declared.includes("hashed_email") && declared.includes("hashed_phone");
  return phone ? "hashed_phone" : "hashed_email";
}

/** A `log_event` request with a fresh key, whose events count for nothing. */
export function logRequest(buyer: Buyer, id: string, events: JsonObject[]): JsonObject {
  const { account: _, ...envelope } = buyer.request();
  return { ...envelope, event_source_id: id, test_event_code: TEST_CODE, events };
}
