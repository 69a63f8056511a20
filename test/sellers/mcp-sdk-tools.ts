import { z } from "zod";

/*
 * The arguments of the three tools as AdCP 3.1 describes them. McpServer checks them before a handler runs, and that
 * shapes two answers: a request that does not fit is refused in prose with `isError`, without an AdCP error and without
 * its context; and zod leaves a key named `__proto__` out of every object, also out of an echoed context.
 */

export const EVENT_TYPES = [
  "page_view",
  "view_content",
  "select_content",
  "select_item",
  "search",
  "share",
  "add_to_cart",
  "remove_from_cart",
  "viewed_cart",
  "add_to_wishlist",
  "initiate_checkout",
  "add_payment_info",
  "purchase",
  "refund",
  "lead",
  "qualify_lead",
  "close_convert_lead",
  "disqualify_lead",
  "complete_registration",
  "subscribe",
  "follow",
  "content_view",
  "watch_milestone",
  "start_trial",
  "app_install",
  "app_launch",
  "contact",
  "schedule",
  "donate",
  "submit_application",
  "custom",
] as const;

const ACTION_SOURCES = [
  "website",
  "app",
  "offline",
  "phone_call",
  "chat",
  "email",
  "in_store",
  "system_generated",
  "other",
] as const;

const surface = z.looseObject({
  category: z.enum(["owned_property", ...ACTION_SOURCES]),
  property_type: z.string().min(1).max(128).optional(),
  namespace: z.string().min(1).max(128).optional(),
  property_id: z.string().min(1).max(256).optional(),
});

const account = z.union([
  z.strictObject({ account_id: z.string() }),
  z.strictObject({
    brand: z.looseObject({ domain: z.string() }),
    operator: z.string(),
    sandbox: z.boolean().optional(),
  }),
]);

const envelope = {
  adcp_version: z.string().optional(),
  adcp_major_version: z.number().int().optional(),
  context: z.record(z.string(), z.unknown()).optional(),
  ext: z.record(z.string(), z.unknown()).optional(),
};

const idempotencyKey = z.string().regex(/^[A-Za-z0-9_.:-]{16,255}$/);

export const capabilitiesInput = envelope;

export const syncEventSourcesInput = {
  ...envelope,
  idempotency_key: idempotencyKey,
  account,
  event_sources: z
    .array(
      z.object({
        event_source_id: z.string(),
        name: z.string().optional(),
        event_types: z.array(z.enum(EVENT_TYPES)).min(1).optional(),
        action_source: z.enum(ACTION_SOURCES).optional(),
        surface: surface.optional(),
        allowed_domains: z.array(z.string()).min(1).optional(),
      }),
    )
    .min(1)
    .optional(),
  delete_missing: z.boolean().optional(),
};

export const logEventInput = {
  ...envelope,
  idempotency_key: idempotencyKey,
  event_source_id: z.string(),
  test_event_code: z.string().optional(),
  events: z
    .array(
      z.looseObject({
        event_id: z.string(),
        event_type: z.enum(EVENT_TYPES),
        event_time: z.iso.datetime({ offset: true }),
      }),
    )
    .min(1)
    .max(10_000),
};
