import { judgeDuplicate } from "../../suites/duplicates.ts";
import { eventFor, logRequest } from "../../suites/events.ts";
import { becameOf } from "../../suites/hostile-texts.ts";
import { race } from "../../suites/idempotency-races.ts";
import { backwards, independent } from "../../suites/idempotency-repetitions.ts";
import { notTaken, takenBy } from "../../suites/log-event.ts";
import { overlap } from "../../suites/overlapping.ts";
import { conflict, marked, replay, sameBody, saysConflict, tellsNothing } from "../../suites/replays.ts";
import { judgeDefect, judgeEdge } from "../../suites/request-schema.ts";
import { taken } from "../../suites/requests.ts";
import { every, held } from "../engine/judgement.ts";
import type { Stage } from "../engine/phase.ts";
import { refusedCleanly, untouched } from "../model/refusal.ts";
import { type EventSource, isOwnId, rowsOf } from "../protocol/event-source.ts";
import { type JsonObject, sameJson } from "../protocol/json.ts";
import { freshKey } from "../protocol/request.ts";
import type { Namespace } from "./namespace.ts";
import { isPlain } from "./plain.ts";
import { applyPatches, lookAlikes, type Patch } from "./schema/index.ts";
import type { Step } from "./step.ts";

type Played<Kind extends Step["do"]> = (
  step: Extract<Step, { do: Kind }>,
  namespace: Namespace,
  stage: Stage,
) => Promise<void>;

/** Every judgement of a step is one that the suites make too: by the oracle, or by the suite's own functions. */
const PLAYERS: { [Kind in Step["do"]]: Played<Kind> } = {
  discover: async (_, __, { buyer }) => void (await buyer.discover()),

  sync: async ({ sources, key, deletes, context, bad }, namespace, { buyer }) => {
    const mayFail = bad && new Set(bad.map((symbol) => namespace.id(symbol)));
    const written = await buyer.sync(namespace.sources(sources), {
      idempotency_key: freshKey(),
      ...(deletes !== undefined && { delete_missing: deletes }),
      ...(context && { context }),
      ...(mayFail && { mayFail }),
    });
    const failed = rowsOf(written.answer.payload).some(({ action }) => action === "failed");
    if (written.answer.outcome.kind === "accepted" && !failed && !bad)
      namespace.calls.set(key, { written, request: written.request });
  },

  tolerated: async ({ rule, source, patches }, namespace, { buyer, check, seller }) => {
    const edit = (request: JsonObject) => applyPatches(request, patches) as JsonObject;
    const written = await buyer.probe(edit, namespace.sources([source]));
    check(seller.release === "3.0" ? `${rule}-OLD` : rule, taken(written));
  },

  odd: async ({ sources, patches }, namespace, stage) => {
    const { buyer, check, seller } = stage;
    const within = patches.filter(isWithinSources);
    const around = patches.filter((patch) => !isWithinSources(patch));
    const edited = editedSources(namespace.sources(sources), within);
    if (around.length === 0 && edited.every((source) => isPlain(source, seller)))
      return check("REQ-29", judgeEdge(await buyer.sync(edited, { mayRefuse: true })));
    const written = await buyer.probe((request) => applyPatches(request, around) as JsonObject, edited);
    check("REQ-29", judgeEdge(written));
    for (const source of edited) check("SEC-03", becameOf("unusual text", source, written));
  },

  defect: async ({ sources, keyword, pointer, patches }, namespace, { buyer, check }) => {
    const bad = defective({ sources, patches }, namespace);
    const written = await buyer.probe(bad.edit, bad.sources);
    const value = patches.find((patch) => patch.pointer === pointer)?.value;
    const { rule, judgement } = judgeDefect(written, { keyword, pointer, value });
    check(rule, judgement);
  },

  duplicate: async ({ sources, deletes }, namespace, { buyer, check }) => {
    const named = namespace.sources(sources);
    const twice = named.at(-1) as EventSource;
    const listed = deletes ? [...named.slice(0, -1), ...buyer.keepers(named), twice] : named;
    const more = deletes && { delete_missing: true };
    const written = await buyer.probe((request) => ({ ...request, ...more }), listed);
    const others = named.filter(({ event_source_id: id }) => id !== twice.event_source_id);
    const { refusal, code, state } = judgeDuplicate(written, twice, others);
    check("UPS-12", refusal);
    check("UPS-12-CODE", code);
    const whole = written.answer.outcome.kind === "rejected";
    // A deletion that fails in part may have deleted: that is another rule's.
    if (refusal.verdict !== "held" || (deletes && !whole)) return;
    check("UPS-14", state);
    if (deletes) return;
    const same = named.some((one) => one !== twice && sameJson(one, twice));
    buyer.chose(
      `a request that names one id twice, ${same ? "equally" : "with two meanings"},`,
      whole ? "is refused as a whole" : "fails in part",
      written,
    );
  },

  twin: async ({ source, form }, namespace, { buyer, check }) => {
    const [plain] = namespace.sources([source]) as [EventSource];
    const others = lookAlikes(plain.event_source_id).filter(isOwnId);
    const id = others[form % others.length] as string;
    const written = await buyer.probe((request) => request, [{ ...plain, event_source_id: id }]);
    check("UPS-17", untouched(written, [id]));
  },

  "delete without sources": async (_, __, { buyer, check }) => {
    const written = await buyer.probe((request) => ({ ...request, delete_missing: true }));
    check("DEL-05", untouched(written));
    const { kind } = written.answer.outcome;
    if (kind === "broken") return;
    const how = kind === "accepted" ? "is answered as a discovery" : "is refused";
    buyer.chose("delete_missing without event_sources", how, written);
  },

  "delete with an empty list": async (_, __, { buyer, check }) => {
    const empty = { event_sources: [], delete_missing: true };
    check("DEL-06", refusedCleanly(await buyer.probe((request) => ({ ...request, ...empty }))));
  },

  replay: async ({ key, context, order }, namespace, { buyer, check, seller }) => {
    const first = namespace.calls.get(key);
    if (!first) return;
    const { written, request } = first;
    const changed = buyer.changesSince(written.after).length > 0;
    const sent = { ...request, ...(context && { context: { trace_id: "cf-again" } }) };
    const wire = order && { json: JSON.stringify(backwards(sent), undefined, "\t ") };
    const again = await buyer.probe(() => sent, undefined, wire);
    const rule = order ? "IDM-10" : context ? "IDM-09" : changed ? "IDM-12" : "IDM-04";
    const later = "a replay after a later change got another answer";
    const judgement = changed
      ? every(sameBody(written.answer, again.answer, later), untouched(again))
      : replay(written, again);
    check(rule, judgement);
    if (judgement.verdict === "held") check(seller.release === "3.0" ? "IDM-05-OLD" : "IDM-05", marked(again.answer));
  },

  reuse: async ({ key, sources, deletes }, namespace, { buyer, check }) => {
    const first = namespace.calls.get(key);
    if (!first) return;
    const { request } = first;
    // The same sources with a deletion are another request as well.
    const other = deletes ? { delete_missing: true } : { event_sources: namespace.sources(sources) };
    if (deletes && request["delete_missing"] === true) return;
    const again = await buyer.probe(() => ({ ...request, ...other }));
    check("IDM-07", every(conflict(first.written.answer, again.answer), untouched(again)));
    if (saysConflict(again.answer)) check("IDM-08", tellsNothing(first.written.answer, again.answer));
  },

  elsewhere: async ({ sources, deletes, key }, namespace, stage) => {
    const { buyer, second, check, lookBeside } = stage;
    if (!second || (key !== undefined && namespace.usedElsewhere.has(key))) return;
    if (key !== undefined) namespace.usedElsewhere.add(key);
    const first = key === undefined ? undefined : namespace.calls.get(key);
    const named = namespace.sources(sources);
    const earlier = buyer.state;
    if (first) {
      const { idempotency_key } = first.request;
      const written = await second.probe((request) => ({ ...request, idempotency_key }), named);
      check("IDM-16", independent(first.written, written, named[0] as EventSource));
    } else await second.sync(named, deletes && { delete_missing: true });
    await buyer.discover();
    const change = buyer.changesSince(earlier)[0];
    const message = `calls for one account changed "${change?.id}" in another`;
    const exchanges = [earlier.exchange, second.state.exchange, buyer.state.exchange];
    const evidence = {
      pointer: "",
      expected: change?.before ?? "not there",
      actual: change?.after ?? "gone",
      exchanges,
    };
    check("ACC-07", change ? { verdict: "broke", message, ...evidence } : held);
    await lookBeside(true);
  },

  "seller-managed": async ({ nth, name }, _, { buyer, check }) => {
    const managed = buyer.state.rows.filter(({ managedBy }) => managedBy === "seller");
    const target = managed[nth % managed.length];
    if (!target) return;
    const written = await buyer.probe((request) => request, [{ event_source_id: target.id, name }]);
    check("SMG-05", untouched(written));
    const { outcome } = written.answer;
    const failed = rowsOf(written.answer.payload).some(({ id, action }) => id === target.id && action === "failed");
    if (outcome.kind === "broken") return;
    const how = outcome.kind === "rejected" ? "is refused" : failed ? "fails" : "is answered, and not carried out";
    buyer.chose("an upsert of a seller-managed source", how, written);
  },

  event: async ({ source, type, deleted }, namespace, { buyer, second, check, seller }) => {
    const [named] = namespace.sources([source]) as [EventSource];
    const id = named.event_source_id;
    const row = buyer.state.rows.find((one) => one.id === id);
    const shown = row?.raw["event_types"];
    // log_event names no account: on the second one the id may be there.
    if (!row && second?.state.rows.some((one) => one.id === id)) return;
    // What a step before left half done may have given the source other types than are known of.
    if (Array.isArray(shown) && shown.length > 0 && !shown.includes(type)) return;
    const event = eventFor(named, type, freshKey().slice(0, 8), seller);
    const answer = await buyer.call("log_event", logRequest(buyer, id, [event]));
    if (row) check("LOG-01", takenBy(answer));
    else if (deleted) check("DEL-12", notTaken(answer, "events for a source that was deleted"));
    else check("LOG-02", notTaken(answer, "events for an id that was never synced"));
  },

  overlap: async ({ calls }, namespace, { buyer, check }) => {
    const requests = calls.map(({ sources, deletes }) => {
      const named = namespace.sources(sources);
      return deletes
        ? { event_sources: [...named, ...buyer.keepers(named)], delete_missing: true }
        : { event_sources: named };
    });
    const { sources, calls: whole } = await overlap(buyer, requests);
    check("OVL-01", sources);
    check("OVL-02", whole);
  },

  "one key at once": async ({ source, times }, namespace, { buyer, check, seller }) => {
    const [named] = namespace.sources([source]) as [EventSource];
    if (buyer.state.rows.some(({ id }) => id === named.event_source_id)) return;
    check("IDM-14", await race(buyer, seller.release, named, times));
  },
};

/** Plays one step under the ids and keys of a try. @throws ScenarioEnd, RunEnd as the buyer does */
export async function playStep(step: Step, namespace: Namespace, stage: Stage): Promise<void> {
  await (PLAYERS[step.do] as Played<Step["do"]>)(step as never, namespace, stage);
}

const isWithinSources = ({ pointer }: Patch): boolean => pointer.startsWith("/event_sources/");

/** What makes a request with a defect: the sources that it names, if any, and the edit that spoils it. */
export function defective(
  { sources, patches }: Pick<Extract<Step, { do: "defect" }>, "sources" | "patches">,
  namespace: Namespace,
): { sources: EventSource[] | undefined; edit(request: JsonObject): JsonObject } {
  const named = namespace.sources(sources).map((source) => ({ ...source, name: "must not be stored" }));
  const filled = patches.map((patch) => ({ ...patch, value: namespace.fill(patch.value) }));
  return {
    sources: named.length > 0 ? named : undefined,
    edit: (request) => applyPatches(request, filled) as JsonObject,
  };
}

/** Sources of a request after an edit of the request. */
export function editedSources(sources: readonly EventSource[], patches: readonly Patch[]): EventSource[] {
  return (applyPatches({ event_sources: sources }, patches) as { event_sources: EventSource[] }).event_sources;
}
