import { randomUUID } from "node:crypto";
import type { Release } from "../validation/release.ts";
import type { EventSource } from "./event-source.ts";
import type { JsonObject } from "./json.ts";

/** The task that this tool is about. */
export const TASK = "sync_event_sources";

/** A fresh idempotency key: a UUID v4, as the request schema advises. Never made from a seed. */
export const freshKey = (): string => randomUUID();

/** The version fields of a request. A seller that did not declare a release above 3.0 gets the major version alone. */
export function versionFields(release: Release, declared: boolean): JsonObject {
  if (release === "3.0" || !declared) return { adcp_major_version: 3 };
  return { adcp_version: release, adcp_major_version: 3 };
}

export interface SyncFields {
  event_sources?: EventSource[];
  delete_missing?: boolean;
  context?: JsonObject;
  idempotency_key?: string;
}

/** A `sync_event_sources` request with a fresh key, unless `fields` brings one. */
export function syncRequest(account: JsonObject, version: JsonObject, fields: SyncFields): JsonObject {
  return { ...version, account, idempotency_key: freshKey(), ...fields };
}
