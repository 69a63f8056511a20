import type { Snapshot } from "../../src/engine/oracle.ts";
import type { Answer } from "../../src/protocol/answer.ts";
import { rowsOf } from "../../src/protocol/event-source.ts";
import type { JsonObject } from "../../src/protocol/json.ts";
import { structured } from "../protocol/exchanges.ts";

export const snapshot = (exchange: number, sources: readonly JsonObject[]): Snapshot => ({
  exchange,
  rows: rowsOf({ event_sources: sources.map((source) => ({ managed_by: "buyer", action: "unchanged", ...source })) }),
});

const answerTo = (n: number, request: JsonObject, payload: JsonObject, outcome: Answer["outcome"]): Answer => ({
  tool: "sync_event_sources",
  request,
  payload,
  outcome,
  place: "structuredContent",
  exchange: { ...structured(payload), n },
  attempts: [n],
  release: "3.1",
  issues: [],
});

export const accepted = (n: number, request: JsonObject, results: readonly JsonObject[]): Answer =>
  answerTo(n, request, { status: "completed", event_sources: results }, { kind: "accepted" });

export function rejected(n: number, request: JsonObject, code = "VALIDATION_ERROR"): Answer {
  const error = { code, message: "refused" };
  return answerTo(
    n,
    request,
    { status: "failed", errors: [error] },
    { kind: "rejected", layer: "task", errors: [{ ...error, raw: error }] },
  );
}
