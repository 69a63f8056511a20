import { broke, every, held, type Judgement, unclear } from "../src/engine/judgement.ts";
import { typesOf } from "../src/engine/samples.ts";
import type { Scene, Written } from "../src/engine/scene.ts";
import { scenario } from "../src/engine/suite.ts";
import { accepted, untouched } from "../src/model/refusal.ts";
import type { Answer } from "../src/protocol/answer.ts";
import { own } from "../src/protocol/json.ts";
import { freshKey } from "../src/protocol/request.ts";
import { conflict, replays, saysConflict, shown, tellsNothing } from "./replays.ts";

/** Refused as a conflict, and nothing done. */
const conflicting = (first: Written, again: Written): Judgement =>
  every(conflict(first.answer, again.answer), untouched(again));

const silent = (first: Answer, again: Answer): Judgement =>
  saysConflict(again) ? tellsNothing(first, again) : unclear("the call was not refused as a conflict (IDM-07)");

/** Scenarios in which one key stands for two requests. */
export const conflicts = [
  scenario(
    "one key for several requests",
    { proves: ["IDM-07", "IDM-08", "IDM-11"], gate: replays },
    async ({ buyer, check, given }) => {
      const [source, other] = [buyer.eventSource(), buyer.eventSource()];
      const first = await buyer.sync([source, other], { idempotency_key: freshKey() });
      given(accepted(first.answer));
      const { request } = first;
      const renamed = { ...source, name: "another name, under a used key" };
      const elsewhere = buyer.eventSource();
      let all: Judgement = held;
      for (const event_sources of [[renamed, other], [elsewhere]]) {
        const again = await buyer.probe(() => ({ ...request, event_sources }));
        const judgement = conflicting(first, again);
        check("IDM-07", judgement);
        check("IDM-08", silent(first.answer, again.answer));
        all = every(all, judgement);
      }
      given(all, "another request under a used key was no conflict (IDM-07)");

      const extended = { ...request, idempotency_key: freshKey(), ext: { cf: { note: "the first" } } };
      const fresh = await buyer.probe(() => extended);
      given(accepted(fresh.answer), "a request with ext was not accepted");
      const again = await buyer.probe(() => ({ ...extended, ext: { cf: { note: "the second" } } }));
      check("IDM-11", conflict(fresh.answer, again.answer));
    },
  ),
  scenario(
    "one key for a sync and for a deletion",
    { proves: ["IDM-07"], gate: replays, needs: ["delete"] },
    async ({ buyer, check, given }) => {
      const first = await buyer.sync([buyer.eventSource()], { idempotency_key: freshKey() });
      given(accepted(first.answer));
      check("IDM-07", conflicting(first, await buyer.probe(() => ({ ...first.request, delete_missing: true }))));
    },
  ),
  scenario(
    "one key for a sync and for an event",
    {
      proves: ["IDM-18"],
      gate: (seller) =>
        seller.tools.includes("log_event")
          ? replays(seller)
          : { not_applicable: "the seller does not offer log_event" },
    },
    eventUnderUsedKey,
  ),
];

async function eventUnderUsedKey({ buyer, seller, check, given }: Scene<"IDM-18">): Promise<void> {
  const source = buyer.eventSource();
  const { answer, request } = await buyer.sync([source], { idempotency_key: freshKey() });
  given(accepted(answer));
  const event = (idempotency_key: unknown) => ({
    ...(own(request, "adcp_version") !== undefined && { adcp_version: own(request, "adcp_version") }),
    adcp_major_version: 3,
    idempotency_key,
    event_source_id: source.event_source_id,
    test_event_code: "CF_TEST",
    events: [
      {
        event_id: freshKey(),
        event_type: source.event_types?.[0] ?? typesOf(seller)[0] ?? "page_view",
        event_time: new Date().toISOString(),
        ...(source.action_source !== undefined && { action_source: source.action_source }),
      },
    ],
  });
  given(accepted(await buyer.call("log_event", event(freshKey()))), "an event under a fresh key was not accepted");
  const again = await buyer.call("log_event", event(request["idempotency_key"]));
  if (saysConflict(again)) return check("IDM-18", held);
  const taken = again.outcome.kind === "accepted" || own(again.payload, "event_sources") !== undefined;
  check(
    "IDM-18",
    taken
      ? broke("the key of a sync was taken for an event", {
          expected: "IDEMPOTENCY_CONFLICT",
          actual: shown(again),
          exchanges: [answer.exchange.n, again.exchange.n],
        })
      : unclear("the event was refused for another reason"),
  );
}
