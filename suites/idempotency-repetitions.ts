import { broke, every, held, type Judgement, unclear } from "../src/engine/judgement.ts";
import type { Written } from "../src/engine/scene.ts";
import { scenario } from "../src/engine/suite.ts";
import { accepted, untouched } from "../src/model/refusal.ts";
import type { EventSource } from "../src/protocol/event-source.ts";
import { rowsOf } from "../src/protocol/event-source.ts";
import { isObject, own, sameJson } from "../src/protocol/json.ts";
import { freshKey } from "../src/protocol/request.ts";
import { marked, replay, replays, sameBody, saysConflict, shown, unmarked } from "./replays.ts";

/** Scenarios in which one call is sent again. */
export const repetitions = [
  scenario(
    "one call, sent again and again",
    {
      proves: ["IDM-04", "IDM-05", "IDM-05-OLD", "IDM-09", "IDM-09-ECHO", "IDM-10", "IDM-12", "IDM-17"],
      gate: replays,
    },
    async ({ buyer, release, check, given }) => {
      const [source, other] = [buyer.eventSource(), buyer.eventSource()];
      const first = await buyer.sync([source, other], {
        context: { trace_id: "cf-first" },
        idempotency_key: freshKey(),
      });
      given(accepted(first.answer));
      const { request } = first;

      const again = await buyer.probe(() => request);
      const replayed = replay(first, again);
      check("IDM-04", replayed);
      given(replayed, "a call that was sent again under its key did not get its first answer (IDM-04)");
      check(release === "3.0" ? "IDM-05-OLD" : "IDM-05", marked(again.answer));

      const context = { trace_id: "cf-second", more: [1, { two: null }] };
      const elsewhere = await buyer.probe(() => ({ ...request, context }));
      check("IDM-09", replay(first, elsewhere));
      check("IDM-09-ECHO", echoed(elsewhere, context));

      const reversed = JSON.stringify(backwards(request), undefined, "\t ");
      check("IDM-10", replay(first, await buyer.probe(() => request, undefined, { json: reversed })));

      const changed = { ...source, name: `${source.name}, changed later` };
      given(accepted((await buyer.sync([changed])).answer));
      const old = await buyer.probe(() => request);
      check(
        "IDM-12",
        every(sameBody(first.answer, old.answer, "a replay after a later change got another answer"), untouched(old)),
      );

      const anew = await buyer.probe(() => ({ ...request, idempotency_key: freshKey() }));
      check("IDM-17", carriedOut(anew, source));
    },
  ),
  scenario(
    "a deletion, sent again when something new is there",
    { proves: ["DEL-11", "IDM-04"], gate: replays, needs: ["delete"] },
    async ({ buyer, check, given }) => {
      const [kept, gone, later] = [buyer.eventSource(), buyer.eventSource(), buyer.eventSource()];
      given(accepted((await buyer.sync([kept, gone])).answer));
      const deletion = await buyer.sync([kept], { delete_missing: true, idempotency_key: freshKey() });
      given(accepted(deletion.answer));
      given(accepted((await buyer.sync([later])).answer));
      const again = await buyer.probe(() => deletion.request);
      check("IDM-04", sameBody(deletion.answer, again.answer));
      const lost = again.changes.find(({ what, id }) => what === "lost" && id === later.event_source_id);
      check(
        "DEL-11",
        lost
          ? broke("a deletion that was sent again removed a source that came later", {
              expected: lost.before,
              actual: "not there any more",
              exchanges: [deletion.answer.exchange.n, again.answer.exchange.n, again.after.exchange],
            })
          : untouched(again),
      );
    },
  ),
  scenario(
    "one key on two accounts",
    { proves: ["IDM-16"], gate: replays, needs: ["second-account"] },
    async ({ buyer, second, check, given }) => {
      const [source, control] = [buyer.eventSource(), second.eventSource()];
      given(accepted((await second.sync([control])).answer), "the second account took no sync");
      const idempotency_key = freshKey();
      const first = await buyer.sync([source], { idempotency_key });
      given(accepted(first.answer));
      const elsewhere = await second.probe((request) => ({ ...request, idempotency_key }), [source]);
      check("IDM-16", independent(first, elsewhere, source));
    },
  ),
];

/** The context of the call at hand came back. */
function echoed({ answer }: Written, context: unknown): Judgement {
  if (answer.outcome.kind !== "accepted") return unclear("the call was not replayed (IDM-09)");
  const back = own(answer.payload, "context");
  if (sameJson(back, context)) return held;
  return broke("a replay handed back another context than that of the call at hand", {
    pointer: back === undefined ? "" : "/context",
    expected: context,
    actual: back ?? "nothing",
    exchanges: [answer.exchange.n],
  });
}

/** An equal request under a fresh key, when the source had been changed meanwhile: it is changed back. */
function carriedOut({ answer, after }: Written, source: EventSource): Judgement {
  const exchanges = [answer.exchange.n];
  if (answer.outcome.kind !== "accepted") {
    if (!saysConflict(answer)) return unclear("an equal request under a fresh key was refused");
    return broke("an equal request under a fresh key was called a conflict", {
      expected: "carried out",
      actual: shown(answer),
      exchanges,
    });
  }
  const row = rowsOf(answer.payload).find(({ id }) => id === source.event_source_id);
  const name = after.rows.find(({ id }) => id === source.event_source_id)?.raw["name"];
  const stale = name !== undefined && name !== source.name;
  if (row?.action !== "created" && !stale) return unmarked(answer);
  return broke("an equal request under a fresh key was not carried out", {
    pointer: row ? `/event_sources/${row.index}` : "",
    expected: { action: "updated", name: source.name },
    actual: { action: row?.action, name },
    exchanges: [...exchanges, after.exchange],
  });
}

/** On another account the key means another call, which is carried out there. */
export function independent(first: Written, { answer, after }: Written, source: EventSource): Judgement {
  const there = after.rows.some(({ id }) => id === source.event_source_id);
  if (answer.outcome.kind === "accepted" && there) return unmarked(answer);
  if (answer.outcome.kind === "broken") return unclear(`the answer could not be read: ${answer.outcome.message}`);
  if (answer.outcome.kind === "rejected" && !saysConflict(answer)) {
    return unclear("the second account refused the call for another reason");
  }
  return broke("a key that was used on one account was taken for used on another", {
    expected: "carried out",
    actual: answer.outcome.kind === "accepted" ? "answered, and the source is not there" : shown(answer),
    exchanges: [first.answer.exchange.n, answer.exchange.n, after.exchange],
  });
}

/** The same JSON value with the fields of every object in the opposite order. */
export function backwards(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(backwards);
  if (!isObject(value)) return value;
  const entries = Object.entries(value).map(([key, one]) => [key, backwards(one)] as const);
  return Object.fromEntries(entries.reverse());
}
