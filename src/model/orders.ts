import { broke, held, type Judgement, unclear } from "../engine/judgement.ts";
import type { Snapshot } from "../engine/oracle.ts";
import type { Answer } from "../protocol/answer.ts";
import { type Row, rowsOf } from "../protocol/event-source.ts";
import type { JsonObject } from "../protocol/json.ts";
import { byId } from "./changes.ts";
import { entriesOf } from "./entries.ts";
import { contradicts, FIELDS, sameValue } from "./fields.ts";

/** What is to be said of calls that overlapped. */
export interface Orders {
  /** Every source is what some order of the calls makes of it. */
  sources: Judgement;
  /** One order of the calls, each of them whole, explains all sources and what the answers say. */
  calls: Judgement;
}

/** Where a source comes from: as it was before, not there, or as the call of this position made it. */
type Origin = "before" | "absent" | number;

interface Call {
  answer: Answer;
  sources: Map<string, JsonObject>;
  deletes: boolean;
  /** What the results say happened, by id. */
  actions: Map<string, string | undefined>;
  /** `unknown`: the call got no readable answer, and may have been carried out or not. */
  effect: "done" | "none" | "unknown";
}

/** More calls than this have too many orders to try. */
const MOST_CALLS = 5;

/**
 * Holds calls that overlapped against what discovery shows before and after them, by trying every order. Each source of a
 * request has to name all fields that it sets, for what an update does to others is not said anywhere.
 * @param answers one for each call, replays left out
 */
export function judgeOverlap(before: Snapshot, answers: readonly Answer[], after: Snapshot): Orders {
  if (answers.length > MOST_CALLS) throw new RangeError(`more than ${MOST_CALLS} calls at once`);
  const calls = answers.map(read);
  const [was, is] = [byId(before.rows), byId(after.rows)];
  const ids = [
    ...new Set([...was.keys(), ...is.keys(), ...calls.flatMap(({ sources }) => [...sources.keys()])]),
  ].filter((id) => was.get(id)?.[0]?.managedBy !== "seller");
  const possible = new Map(ids.map((id) => [id, new Set<Origin>()]));
  const explains = (id: string, origin: Origin) => fits(origin, id, was.get(id)?.[0], is.get(id)?.[0], calls);
  let whole = false;
  let truthful = false;
  for (const order of orders(calls)) {
    const { origins, contradiction } = carryOut(order, calls, ids, was);
    for (const id of ids) possible.get(id)?.add(origins.get(id) as Origin);
    const explained = ids.every((id) => explains(id, origins.get(id) as Origin));
    whole ||= explained;
    truthful ||= explained && !contradiction;
  }
  const exchanges = [before.exchange, ...answers.map(({ exchange }) => exchange.n), after.exchange];
  const wrong = ids.find((id) => ![...(possible.get(id) as Set<Origin>)].some((origin) => explains(id, origin)));
  if (wrong !== undefined) {
    const row = is.get(wrong)?.[0];
    const judgement = broke(`"${wrong}" is after overlapping calls as no order of them makes it`, {
      pointer: row ? `/event_sources/${row.index}` : "/event_sources",
      expected: [...(possible.get(wrong) as Set<Origin>)].map((origin) => describe(origin, wrong, was, calls)),
      actual: row ? pick(row.raw) : "not there",
      exchanges,
    });
    return { sources: judgement, calls: unclear("a source is as no order of the calls makes it") };
  }
  if (truthful) return { sources: held, calls: held };
  const message = whole
    ? "the answers to overlapping calls contradict every order of them"
    : "no order of overlapping calls, each of them whole, leaves what discovery shows";
  const actual = calls.map(({ actions, effect }) => (effect === "done" ? Object.fromEntries(actions) : effect));
  return { sources: held, calls: broke(message, { expected: "some order of the calls", actual, exchanges }) };
}

function read(answer: Answer): Call {
  const rows = rowsOf(answer.payload);
  const { kind } = answer.outcome;
  return {
    answer,
    sources: new Map(entriesOf(answer.request).map(({ id, source }) => [id, source])),
    deletes: answer.request["delete_missing"] === true,
    actions: new Map(rows.map((row) => [row.id, row.action])),
    effect: kind === "accepted" ? "done" : kind === "rejected" ? "none" : "unknown",
  };
}

/** Every order of the calls that were or may have been carried out. */
function* orders(calls: readonly Call[], left = calls.map((_, n) => n)): Generator<number[]> {
  const able = left.filter((n) => calls[n]?.effect !== "none");
  if (able.every((n) => calls[n]?.effect === "unknown")) yield [];
  for (const n of able) {
    const rest = able.filter((other) => other !== n);
    for (const later of orders(calls, rest)) yield [n, ...later];
  }
}

function carryOut(order: readonly number[], calls: readonly Call[], ids: readonly string[], was: Map<string, Row[]>) {
  const origins = new Map<string, Origin>(ids.map((id) => [id, was.has(id) ? "before" : "absent"]));
  let contradiction = false;
  for (const n of order) {
    const { sources, deletes, actions, effect } = calls[n] as Call;
    for (const id of ids) {
      const there = origins.get(id) !== "absent";
      const action = actions.get(id);
      if (action === "failed") continue;
      if (sources.has(id)) origins.set(id, n);
      else if (deletes) origins.set(id, "absent");
      if (effect === "unknown") continue;
      if (action === "created" && there) contradiction = true;
      if ((action === "updated" || action === "unchanged") && !there) contradiction = true;
      if (action === "deleted" && !there) contradiction = true;
    }
  }
  return { origins, contradiction };
}

/** Whether what discovery shows of a source is what it has from its origin. What it does not show contradicts nothing. */
function fits(origin: Origin, id: string, was: Row | undefined, is: Row | undefined, calls: readonly Call[]): boolean {
  if (origin === "absent") return is === undefined;
  if (!is) return false;
  if (origin === "before") return FIELDS.every((field) => sameValue(field, was?.raw[field], is.raw[field]));
  const source = calls[origin]?.sources.get(id);
  return FIELDS.every((field) => !contradicts(field, source?.[field], is.raw[field]));
}

const pick = (raw: JsonObject): JsonObject =>
  Object.fromEntries(FIELDS.filter((field) => raw[field] !== undefined).map((field) => [field, raw[field]]));

function describe(origin: Origin, id: string, was: Map<string, Row[]>, calls: readonly Call[]): unknown {
  if (origin === "absent") return "not there";
  if (origin === "before") return pick(was.get(id)?.[0]?.raw ?? {});
  return pick(calls[origin]?.sources.get(id) ?? {});
}
