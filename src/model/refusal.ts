import { broke, every, held, type Judgement, unclear } from "../engine/judgement.ts";
import type { Written } from "../engine/scene.ts";
import type { Answer } from "../protocol/answer.ts";
import { rowsOf } from "../protocol/event-source.ts";
import { isObject, type JsonObject, own } from "../protocol/json.ts";
import type { AdcpError } from "../protocol/outcome.ts";
import { describe } from "./observations.ts";

/** The call was answered with sources. */
export function accepted(answer: Answer): Judgement {
  const { outcome } = answer;
  if (outcome.kind === "accepted") return held;
  const actual = outcome.kind === "rejected" ? (outcome.errors[0]?.raw ?? outcome.prose ?? "refused") : outcome.message;
  return broke("a well-formed call was not answered with sources", {
    expected: "event_sources",
    actual,
    exchanges: [answer.exchange.n],
  });
}

/** The rows that say what became of a request's sources: not the ones that the answer lists besides. */
function results(answer: Answer, ids?: readonly string[]) {
  const rows = rowsOf(answer.payload);
  return ids ? rows.filter((row) => ids.includes(row.id)) : rows.filter((row) => row.action !== "unchanged");
}

/**
 * The request was refused: as a whole, or (both are allowed) by a result that says `failed`.
 * @param ids the sources that must have been refused; absent: every one that the answer says something happened to.
 */
export function refused(written: Pick<Written, "answer">, ids?: readonly string[]): Judgement {
  const { answer } = written;
  if (answer.outcome.kind === "rejected") return held;
  if (answer.outcome.kind === "broken") return unclear(`the answer could not be read: ${answer.outcome.message}`);
  const rows = results(answer, ids);
  if (rows.some((row) => row.action === "failed") && rows.every((row) => row.action === "failed")) return held;
  return broke("a bad request was accepted", {
    pointer: "/event_sources",
    expected: "errors, or a result with action failed",
    actual: rows.map((row) => ({ event_source_id: row.id, action: row.action })),
    exchanges: [answer.exchange.n],
  });
}

/** Nothing on the account changed, but for the sources in `except`. */
export function untouched(written: Written, except: readonly string[] = []): Judgement {
  const change = written.changes.find(({ id }) => !except.includes(id));
  if (!change) return held;
  return broke(`after the call ${describe(change)}`, {
    pointer: "",
    expected: change.before ?? "not there",
    actual: change.after ?? "not there any more",
    exchanges: [written.before.exchange, written.answer.exchange.n, written.after.exchange],
  });
}

/** Refused, and nothing changed. */
export const refusedCleanly = (written: Written, ids?: readonly string[]): Judgement =>
  every(refused(written, ids), untouched(written));

/** The errors that say why: of the operation, or of the failed results. */
export function errorsOf(answer: Answer): AdcpError[] {
  if (answer.outcome.kind === "rejected") return answer.outcome.errors;
  return rowsOf(answer.payload)
    .filter((row) => row.action === "failed")
    .flatMap((row) => (Array.isArray(row.raw["errors"]) ? row.raw["errors"] : []))
    .filter(isObject)
    .map((raw: JsonObject) => {
      const code = own(raw, "code");
      return { ...(typeof code === "string" && { code }), raw };
    });
}

const INVALID_PARAMS = -32602;

/** A refusal carries one of these codes. The protocol library's own code for bad arguments will do. */
export function coded(answer: Answer, codes: readonly string[]): Judgement {
  const errors = errorsOf(answer);
  if (errors.some((error) => codes.includes(error.code ?? ""))) return held;
  if (answer.exchange.facts.error?.code === INVALID_PARAMS) return held;
  if (answer.outcome.kind === "accepted" && errors.length === 0) return unclear("the request was not refused");
  if (answer.outcome.kind === "broken") return unclear(`the answer could not be read: ${answer.outcome.message}`);
  return broke(`the refusal carries ${errors[0]?.code === undefined ? "no AdCP code" : "another code"}`, {
    pointer: answer.outcome.kind === "rejected" && errors.length > 0 ? "/errors/0/code" : "",
    expected: codes,
    actual: errors.map((error) => error.code ?? "no code"),
    exchanges: [answer.exchange.n],
  });
}
