import { broke, every, held, type Judgement, unclear } from "../src/engine/judgement.ts";
import type { Written } from "../src/engine/scene.ts";
import type { SellerFacts } from "../src/engine/seller.ts";
import type { Closed } from "../src/engine/suite.ts";
import { errorsOf, untouched } from "../src/model/refusal.ts";
import type { Answer } from "../src/protocol/answer.ts";
import { type Row, rowsOf } from "../src/protocol/event-source.ts";
import { answerText, metadataOf } from "../src/protocol/extract-task.ts";
import { isObject, own, sameJson } from "../src/protocol/json.ts";

/** What replays and conflicts look like: shared by the suites about idempotency keys. */

/** Closes scenarios about replays where the seller does not declare that it replays. */
export const replays = ({ capabilities }: Pick<SellerFacts, "capabilities">): Closed | undefined =>
  capabilities.idempotency === true
    ? undefined
    : { not_applicable: "the seller does not declare that it supports idempotency keys" };

/** Whether an answer says that it is a replay: at the root of the payload, or in the result's metadata. */
export function isMarked(answer: Answer): boolean {
  if (own(answer.payload, "replayed") === true) return true;
  const { facts } = answer.exchange;
  const metas = (facts.kind === "mcp" ? [own(facts.result, "_meta")] : metadataOf(facts.result)).filter(isObject);
  // Keys of _meta may have a prefix of their own (MCP, general fields), and AdCP's may stand together.
  return metas
    .flatMap((meta) => [meta, ...Object.values(meta).filter(isObject)])
    .some((fields) => Object.entries(fields).some(([key, value]) => /(?:^|[./])replayed$/.test(key) && value === true));
}

/** How an answer ended, as evidence. */
export function shown({ outcome, payload }: Answer): unknown {
  if (outcome.kind === "accepted") return own(payload, "event_sources") ?? payload;
  if (outcome.kind === "broken") return outcome.message;
  return outcome.errors[0]?.raw ?? outcome.prose ?? "refused";
}

/**
 * The second answer has the body of the first: the same results, whole. What stands around them (status, context, task,
 * message, time) belongs to the answer at hand.
 */
export function sameBody(first: Answer, again: Answer, message = "a call sent again got another answer"): Judgement {
  const exchanges = [first.exchange.n, again.exchange.n];
  if (again.outcome.kind === "broken") return unclear(`the answer could not be read: ${again.outcome.message}`);
  if (again.outcome.kind === "rejected") {
    return broke(`${message}: it was refused`, { expected: shown(first), actual: shown(again), exchanges });
  }
  const rows = new Map(rowsOf(again.payload).map((row) => [row.id, row]));
  for (const row of rowsOf(first.payload)) {
    const other = rows.get(row.id);
    if (sameJson(row.raw, other?.raw)) continue;
    const field = other && differing(row, other);
    return broke(field === undefined ? message : `${message}: ${field} differs`, {
      pointer: other
        ? `/event_sources/${other.index}${field !== undefined && field in other.raw ? `/${field}` : ""}`
        : "",
      expected: field === undefined ? row.raw : (row.raw[field] ?? "nothing"),
      actual: field === undefined ? (other?.raw ?? "not there") : (other?.raw[field] ?? "nothing"),
      exchanges,
    });
  }
  const more = [...rows.values()].find(({ id }) => !rowsOf(first.payload).some((row) => row.id === id));
  if (!more) return held;
  const evidence = { pointer: `/event_sources/${more.index}`, expected: "not there", actual: more.raw, exchanges };
  return broke(`${message}: it has another result`, evidence);
}

const differing = (a: Row, b: Row): string | undefined =>
  Object.keys({ ...a.raw, ...b.raw }).find((key) => !sameJson(a.raw[key], b.raw[key]));

/** The first answer again, and nothing done. */
export const replay = (first: Written, again: Written): Judgement =>
  every(sameBody(first.answer, again.answer), untouched(again));

/** A replay says that it is one. */
export function marked(answer: Answer): Judgement {
  if (isMarked(answer)) return held;
  return broke("a replay does not say that it is one", {
    pointer: own(answer.payload, "replayed") === undefined ? "" : "/replayed",
    expected: "replayed: true, at the root or in _meta",
    actual: own(answer.payload, "replayed") ?? "nothing",
    exchanges: [answer.exchange.n],
  });
}

/** A fresh execution does not say that it is a replay. */
export function unmarked(answer: Answer): Judgement {
  if (!isMarked(answer)) return held;
  return broke("an answer under a key that was never used before says that it is a replay", {
    pointer: own(answer.payload, "replayed") === true ? "/replayed" : "",
    expected: "replayed false or absent",
    actual: true,
    exchanges: [answer.exchange.n],
  });
}

/** CONFLICT says the same in more general words. */
const CONFLICT_CODES = ["IDEMPOTENCY_CONFLICT", "CONFLICT"];

export const saysConflict = (answer: Answer): boolean =>
  errorsOf(answer).some(({ code }) => CONFLICT_CODES.includes(code ?? ""));

export const isInFlight = (answer: Answer): boolean =>
  errorsOf(answer).some(({ code }) => code === "IDEMPOTENCY_IN_FLIGHT");

/** Another request under a used key was refused as a conflict. */
export function conflict(first: Answer, answer: Answer): Judgement {
  if (saysConflict(answer)) return held;
  if (answer.outcome.kind === "broken") return unclear(`the answer could not be read: ${answer.outcome.message}`);
  const refused = answer.outcome.kind === "rejected";
  const how = refused
    ? "refused with another code"
    : isMarked(answer) || sameBody(first, answer).verdict === "held"
      ? "answered with the first answer"
      : "carried out";
  return broke(`another request under a used key was ${how}`, {
    pointer: refused && own(answer.payload, "errors") !== undefined ? "/errors/0/code" : "",
    expected: "IDEMPOTENCY_CONFLICT",
    actual: refused ? errorsOf(answer).map(({ code }) => code ?? "no code") : shown(answer),
    exchanges: [first.exchange.n, answer.exchange.n],
  });
}

/**
 * The conflict gives nothing away of the call that used the key first.
 * @param again the request that was refused: what it says itself is no secret
 */
export function tellsNothing(first: Answer, again: Answer): Judgement {
  const text = answerText(again.exchange);
  const known = JSON.stringify(again.request);
  const leaked = secretsOf(first).find((secret) => !known.includes(secret) && text.includes(secret));
  if (leaked === undefined) return held;
  return broke("a conflict shows what the first call under the key was about", {
    expected: "nothing of the first request or its answer",
    actual: leaked,
    exchanges: [first.exchange.n, again.exchange.n],
  });
}

/** Values of a call that stand nowhere else: ids, names and domains of its sources, and the seller's own ids for them. */
function secretsOf({ request, payload }: Answer): string[] {
  const sources = own(request, "event_sources");
  const rows = rowsOf(payload).filter(({ managedBy }) => managedBy === "buyer");
  return [...(Array.isArray(sources) ? sources : []), ...rows.map(({ raw }) => raw)]
    .flatMap((source: unknown) =>
      ["event_source_id", "name", "allowed_domains", "seller_id"].map((key) => own(source, key)),
    )
    .flat()
    .filter((value): value is string => typeof value === "string" && value.length >= 8);
}
