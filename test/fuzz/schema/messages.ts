import { type RequestName, requestSchema, type Schema } from "../../../src/fuzz/schema/index.ts";
import type { JsonObject } from "../../../src/protocol/json.ts";
import { createValidator, RELEASES, type Release, type SchemaIssue } from "../../../src/validation/index.ts";
import { ADCP_SCHEMAS } from "../../validation/official.ts";

/** A request of a release with its schema, and with the validator's verdict by the same schema. */
export interface Subject {
  readonly name: RequestName;
  readonly release: Release;
  readonly by: "our schemas" | "official schemas";
  readonly schema: Schema;
  readonly issues: (message: unknown) => SchemaIssue[];
}

/** Tests of the official bundle are skipped where it is not at hand. */
export const OFFICIAL =
  ADCP_SCHEMAS === undefined ? "official schemas (skipped: set ADCP_SCHEMAS)" : "official schemas";

/** Every release of some requests, by our schemas and, where it is at hand, by the official bundle. */
export function subjects(...names: RequestName[]): Subject[] {
  return [undefined, ...(ADCP_SCHEMAS === undefined ? [] : [ADCP_SCHEMAS])].flatMap((bundle) =>
    RELEASES.flatMap((release) => names.map((name) => subject(name, release, bundle))),
  );
}

export function subject(name: RequestName, release: Release, bundle?: string): Subject {
  const validator = createValidator(bundle === undefined ? {} : { schemas: bundle });
  return {
    name,
    release,
    by: bundle === undefined ? "our schemas" : "official schemas",
    schema: requestSchema(name, release, bundle),
    issues: (message) => validator.validate(name, release, message),
  };
}

/** A plain message of each kind. */
export const BASES: Readonly<Record<RequestName, JsonObject>> = {
  "sync-event-sources-request": {
    idempotency_key: "key-0123456789abcdef",
    account: { account_id: "acct_demo" },
    event_sources: [
      { event_source_id: "cf_1", name: "Web shop", event_types: ["purchase"], allowed_domains: ["shop.example"] },
    ],
  },
  "log-event-request": {
    idempotency_key: "key-0123456789abcdef",
    event_source_id: "cf_1",
    events: [{ event_id: "e1", event_type: "purchase", event_time: "2026-01-01T00:00:00Z" }],
  },
};
