import type { JsonSchema } from "../../src/validation/index.ts";

/** What our capabilities schemas leave open, by the section it stands in. */
const LEFT_OPEN: Record<string, string[]> = {
  "": `signals governance sponsored_intelligence brand creative oauth webhook_signing identity measurement_gateway measurement
    specialisms wholesale_feed_versioning wholesale_feed_webhooks`.split(/\s+/),
  adcp: ["capability_changes", "governance_enforcement", "attestations"],
  account: ["supported_account_currency_modes", "timezone", "notifications", "identity_updates"],
};

/** The only part of `media_buy` that bears on event sources. */
const MEDIA_BUY = ["conversion_tracking"];

/** An official capabilities schema without the sections that ours leaves open, and without the conditions on those. */
export function coveredPart(schema: JsonSchema): JsonSchema {
  const all = schema.properties as Record<string, JsonSchema>;
  const properties = omit(all, LEFT_OPEN[""]!);
  for (const section of ["adcp", "account"]) {
    const inner = properties[section]!;
    properties[section] = {
      ...inner,
      properties: omit(inner.properties as Record<string, JsonSchema>, LEFT_OPEN[section]!),
    };
  }
  const { allOf: _conditions, ...mediaBuy } = properties.media_buy!;
  const inMediaBuy = mediaBuy.properties as Record<string, JsonSchema>;
  const open = [...LEFT_OPEN[""]!, ...Object.keys(inMediaBuy).filter((name) => !MEDIA_BUY.includes(name))];
  properties.media_buy = { ...mediaBuy, properties: omit(inMediaBuy, open) };
  const allOf = ((schema.allOf ?? []) as JsonSchema[]).filter((member) => !member.if || !mentions(member.if, open));
  return { ...schema, properties, allOf };
}

function omit(properties: Record<string, JsonSchema>, names: string[]): Record<string, JsonSchema> {
  return Object.fromEntries(Object.entries(properties).filter(([name]) => !names.includes(name)));
}

function mentions(condition: unknown, names: string[]): boolean {
  const text = JSON.stringify(condition);
  return names.some((name) => text.includes(`"${name}"`));
}
