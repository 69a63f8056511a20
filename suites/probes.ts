import type { Citation } from "../src/engine/rule.ts";
import { isObject, type JsonObject, own } from "../src/protocol/json.ts";
import type { Release } from "../src/validation/release.ts";
import { page, schema } from "./citations.ts";

/** Bad requests that have to be refused: what is wrong with them, and where it is said. */
export interface Probe {
  statement: string;
  citation: Citation;
  releases?: readonly Release[];
  /** Codes that say why; default: those of a malformed request. */
  codes?: readonly string[];
  /** Each makes one bad request of a good one that names one source. */
  edits: ((request: JsonObject, account: JsonObject) => JsonObject)[];
}

export const REFUSAL_CODES = ["INVALID_REQUEST", "VALIDATION_ERROR"];

const since31: Release[] = ["3.1", "3.2"];
const source = "/properties/event_sources/items";

/** An edit of the request's one source. */
const inSource =
  (edit: (source: JsonObject) => JsonObject) =>
  (request: JsonObject): JsonObject => {
    const sources = own(request, "event_sources");
    const first = Array.isArray(sources) && isObject(sources[0]) ? sources[0] : {};
    return { ...request, event_sources: [edit(first)] };
  };

const withField = (key: string, value: unknown) => inSource((one) => ({ ...one, [key]: value }));

const withAccount =
  (account: unknown) =>
  (request: JsonObject): JsonObject => ({ ...request, account });

/** The id of the run's account, or one that nobody has, where the account is not named by id. */
const idOf = (account: JsonObject): unknown => account["account_id"] ?? "cf_no_such_account";

export const probes = {
  "REQ-01": {
    statement: "a request without an account is refused",
    citation: schema("request", "/required"),
    edits: [({ account: _, ...request }) => request],
  },
  "REQ-02": {
    statement: "an account named both by id and by brand is refused",
    citation: schema("account", "/oneOf"),
    codes: [...REFUSAL_CODES, "ACCOUNT_NOT_FOUND", "ACCOUNT_AMBIGUOUS"],
    edits: [
      (request, account) =>
        withAccount({ account_id: idOf(account), brand: { domain: "example.com" }, operator: "example.com" })(request),
    ],
  },
  "REQ-03": {
    statement: "an account id with a sandbox flag is refused",
    citation: schema("account", "/oneOf/0/additionalProperties"),
    codes: [...REFUSAL_CODES, "ACCOUNT_NOT_FOUND"],
    edits: [(request, account) => withAccount({ account_id: idOf(account), sandbox: true })(request)],
  },
  "REQ-04": {
    statement: "an account with a brand and no operator is refused",
    citation: schema("account", "/oneOf/1/required"),
    codes: [...REFUSAL_CODES, "ACCOUNT_NOT_FOUND"],
    edits: [(request, account) => withAccount({ brand: account["brand"] ?? { domain: "example.com" } })(request)],
  },
  "REQ-05": {
    statement: "an account that is no object is refused",
    citation: schema("account", "/type"),
    edits: [(request, account) => withAccount(idOf(account))(request)],
  },
  "REQ-06": {
    statement: "an empty list of sources is refused",
    citation: schema("request", "/properties/event_sources/minItems"),
    edits: [(request) => ({ ...request, event_sources: [] })],
  },
  "REQ-08": {
    statement: "a source without event_source_id is refused",
    citation: schema("request", `${source}/required`),
    edits: [inSource(({ event_source_id: _, ...one }) => one)],
  },
  "REQ-09": {
    statement: "an event_source_id that is no string is refused",
    citation: schema("request", `${source}/properties/event_source_id/type`),
    // In a list, so that a seller that makes a string of it still ends up with an id of the tool's own.
    edits: [inSource((one) => ({ ...one, event_source_id: [one["event_source_id"]] }))],
  },
  "REQ-11": {
    statement: "an empty list of event types is refused",
    citation: schema("request", `${source}/properties/event_types/minItems`),
    edits: [withField("event_types", [])],
  },
  "REQ-12": {
    statement: "an event type that no release knows is refused",
    citation: page("error-handling"),
    codes: [...REFUSAL_CODES, "INVALID_EVENT_TYPE", "UNSUPPORTED_FEATURE"],
    edits: [
      withField("event_types", ["cf_no_such_type"]),
      withField("event_types", ["PURCHASE"]),
      inSource((one) => ({
        ...one,
        event_types: [...(Array.isArray(one["event_types"]) ? one["event_types"] : []), "cf_no_such_type"],
      })),
    ],
  },
  "REQ-14": {
    statement: "an unknown action source is refused",
    citation: schema("request", `${source}/properties/action_source`),
    releases: since31,
    codes: [...REFUSAL_CODES, "UNSUPPORTED_FEATURE"],
    edits: [withField("action_source", "cf_no_such_source")],
  },
  "REQ-16": {
    statement: "a surface without a category, with an unknown one, or with an empty part is refused",
    citation: schema("surface", "/required"),
    releases: since31,
    codes: [...REFUSAL_CODES, "UNSUPPORTED_FEATURE"],
    edits: [
      withField("surface", { property_type: "storefront", property_id: "property" }),
      withField("surface", { category: "cf_no_such_category" }),
      withField("surface", { category: "website", property_type: "" }),
    ],
  },
  "REQ-18": {
    statement: "an empty list of allowed domains is refused",
    citation: schema("request", `${source}/properties/allowed_domains/minItems`),
    edits: [withField("allowed_domains", [])],
  },
  "REQ-19": {
    statement: "a delete_missing that is no boolean is refused, and deletes nothing",
    citation: schema("request", "/properties/delete_missing/type"),
    edits: [(request) => ({ ...request, delete_missing: "true" })],
  },
  "REQ-20": {
    statement: "value currencies in lower case, or repeated, are refused",
    citation: schema("request", `${source}/properties/value_currencies`),
    releases: ["3.2"],
    edits: [withField("value_currencies", ["usd"]), withField("value_currencies", ["USD", "USD"])],
  },
  "REQ-26": {
    statement: "event_sources that are no list are refused",
    citation: schema("request", "/properties/event_sources/type"),
    edits: [
      (request) => ({ ...request, event_sources: firstOf(request) }),
      (request) => ({ ...request, event_sources: "cf_text" }),
      (request) => ({ ...request, event_sources: 1 }),
    ],
  },
} satisfies Record<string, Probe>;

export type Refusable = keyof typeof probes;

const firstOf = (request: JsonObject): unknown => {
  const sources = own(request, "event_sources");
  return Array.isArray(sources) ? sources[0] : sources;
};
