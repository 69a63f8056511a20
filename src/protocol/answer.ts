import type { Exchange } from "../transport/exchange.ts";
import type { Release } from "../validation/release.ts";
import type { SchemaIssue } from "../validation/validator.ts";
import type { JsonObject } from "./json.ts";
import type { Reading } from "./outcome.ts";

/** A call and its answer, read: what rules look at. */
export interface Answer extends Reading {
  tool: string;
  /** The arguments as sent. */
  request: JsonObject;
  /** The last sending of the call; `attempts` numbers all of them. */
  exchange: Exchange;
  attempts: number[];
  /** Those of `attempts` that the seller's rate limit refused, before one passed. */
  limited?: number[];
  /** The run sent another call under the same idempotency key before this answer was read. */
  reused?: true;
  /** The release whose rules judge the answer. */
  release: Release;
  /** How the payload breaks the release's response schema; empty where there is no payload or no schema for it. */
  issues: SchemaIssue[];
}
