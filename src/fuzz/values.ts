import fc from "fast-check";
import { actionSourcesOf, typesOf } from "../engine/samples.ts";
import type { SellerFacts } from "../engine/seller.ts";
import type { SymbolicSource } from "./step.ts";

/** A source before it has a symbol: numbers that stand for values, so that a smaller number is a simpler source. */
export interface Draft {
  name: number;
  types: number[];
  domains: number[];
  kind: number;
  property: number;
}

export const drafts: fc.Arbitrary<Draft> = fc.record({
  name: fc.nat(5),
  types: fc.array(fc.nat(30), { minLength: 1, maxLength: 12 }),
  domains: fc.array(fc.nat(7), { minLength: 1, maxLength: 6 }),
  kind: fc.nat(8),
  property: fc.nat(4),
});

/** Names that differ in much and in little. */
const NAMES = ["Shop", "shop", "Shop 2", "Checkout of the shop", "App", "Store and returns, all of them"];

/**
 * A well-formed source. Names, domains and properties of two symbols are never equal: where one turns up at another source, it
 * is known whose it was.
 */
export function sourceOf(symbol: string, draft: Draft, seller: SellerFacts): SymbolicSource {
  const at = <T>(values: readonly T[], n: number) => values[n % values.length] as T;
  const types = typesOf(seller);
  const unique = <T>(values: readonly T[]) => [...new Set(values)];
  const source: SymbolicSource = {
    event_source_id: symbol,
    name: `${at(NAMES, draft.name)} ${symbol}`,
    event_types: unique(draft.types.map((n) => at(types, n))),
    allowed_domains: unique(draft.domains.map((n) => `d${n}.${symbol}.example.com`)),
  };
  if (seller.release === "3.0") return source;
  const kind = at(actionSourcesOf(seller), draft.kind);
  const property = { property_type: "storefront", namespace: "example", property_id: `${symbol}-${draft.property}` };
  return { ...source, action_source: kind, surface: { category: kind, ...property } };
}

export const CHANGEABLE = ["name", "event_types", "allowed_domains", "kind", "property"] as const;

/** One field of a source as another draft of it has it; of `event_types` and `allowed_domains` more, fewer or others. */
export function changedIn(
  field: (typeof CHANGEABLE)[number],
  how: "others" | "more" | "fewer",
  source: SymbolicSource,
  other: SymbolicSource,
): SymbolicSource {
  switch (field) {
    case "name":
      return { ...source, ...(other.name !== undefined && { name: other.name }) };
    case "event_types":
    case "allowed_domains": {
      const [was, is] = [source[field] ?? [], other[field] ?? []];
      const more = [...new Set([...was, ...is])];
      const fewer = was.slice(0, Math.max(1, was.length - 1));
      const next = how === "more" ? more : how === "fewer" ? fewer : is;
      return { ...source, [field]: next.length > 0 ? next : is };
    }
    case "kind": {
      const { action_source, surface } = other;
      if (action_source === undefined || !surface) return changedIn("name", how, source, other);
      return { ...source, action_source, surface: { ...(source.surface ?? surface), category: surface.category } };
    }
    case "property":
      return other.surface && source.surface
        ? { ...source, surface: { ...source.surface, property_id: other.surface.property_id as string } }
        : changedIn("allowed_domains", how, source, other);
  }
}
