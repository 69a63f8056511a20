import { actionSourcesOf, typesOf } from "../engine/samples.ts";
import type { SellerFacts } from "../engine/seller.ts";
import { FIELDS } from "../model/fields.ts";
import type { EventSource } from "../protocol/event-source.ts";

const LONGEST = 256;
const TEXT = /^[\x21-\x7e]+(?: [\x21-\x7e]+)*$/;
const MARKUP = /[<>"'&\\`;%{}$]/;
const DOMAIN = /^(?:[a-z0-9](?:[a-z0-9-]{0,40}[a-z0-9])?\.)+[a-z]{2,10}$/i;

/**
 * Whether a seller has no reason to refuse a source's values, to tidy them up or to derive others from them: then what it
 * takes, it has to hold as it was sent.
 */
export function isPlain(source: EventSource, seller: Pick<SellerFacts, "capabilities" | "release">): boolean {
  const { event_source_id, name, event_types, action_source, allowed_domains, surface } = source;
  const parts = [surface?.property_type, surface?.namespace, surface?.property_id];
  const texts = [event_source_id, name, ...parts].filter((text) => text !== undefined);
  const kinds = actionSourcesOf(seller);
  const category = surface?.category;
  return (
    texts.every((text) => text.length <= LONGEST && TEXT.test(text) && !MARKUP.test(text)) &&
    (allowed_domains ?? []).every((domain) => DOMAIN.test(domain)) &&
    (event_types ?? []).every((type) => typesOf(seller).includes(type)) &&
    (action_source === undefined || kinds.includes(action_source)) &&
    (category === undefined || (kinds.includes(category) && (action_source ?? category) === category)) &&
    Object.keys(source).every((key) => MEMBERS.has(key)) &&
    surface?.ext === undefined
  );
}

const MEMBERS: ReadonlySet<string> = new Set(["event_source_id", ...FIELDS]);
