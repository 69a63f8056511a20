import { broke, every, held, type Judgement, unclear } from "../src/engine/judgement.ts";
import type { Buyer } from "../src/engine/scene.ts";
import { RunEnd, ScenarioEnd } from "../src/engine/stop.ts";
import { scenario } from "../src/engine/suite.ts";
import { accepted, errorsOf } from "../src/model/refusal.ts";
import type { Answer } from "../src/protocol/answer.ts";
import { type EventSource, rowsOf } from "../src/protocol/event-source.ts";
import type { JsonObject } from "../src/protocol/json.ts";
import { freshKey, TASK } from "../src/protocol/request.ts";
import type { Release } from "../src/validation/release.ts";
import { isInFlight, isMarked, replays, sameBody, saysConflict, shown } from "./replays.ts";

const AT_ONCE = 4;
const ROUNDS = 2;

/** Scenarios in which calls under one key come at once. */
export const races = [
  scenario(
    "one call, sent several times at once",
    { proves: ["IDM-14"], gate: replays },
    async ({ buyer, release, check, given }) => {
      given(accepted((await buyer.sync([buyer.eventSource()])).answer));
      // The first round opens the connections, so that the calls of the second one arrive together.
      for (let round = 0; round < ROUNDS; round++) {
        const judgement = await race(buyer, release);
        check("IDM-14", judgement);
        if (judgement.verdict === "broke") return;
      }
    },
  ),
  scenario(
    "two requests at once under one key",
    { proves: ["IDM-14"], gate: replays },
    async ({ buyer, check, given }) => {
      given(accepted((await buyer.sync([buyer.eventSource()])).answer));
      const idempotency_key = freshKey();
      const sources = [buyer.eventSource(), buyer.eventSource()];
      const before = buyer.state;
      const requests = sources.map((source) => buyer.request({ event_sources: [source], idempotency_key }));
      const { answers, numbers } = await together(buyer, requests);
      const touched = new Set(buyer.changesSince(before).map(({ id }) => id));
      const done = sources.filter(({ event_source_id: id }) => touched.has(id));
      const fresh = answers.filter((answer) => answer.outcome.kind === "accepted");
      const evidence = {
        expected: "one carried out, the other a conflict",
        actual: answers.map(shown),
        exchanges: [...numbers, buyer.state.exchange],
      };
      check(
        "IDM-14",
        done.length > 1 || fresh.length > 1
          ? broke("two requests that came at once under one key were both carried out", evidence)
          : answers.some((answer) => answer.outcome.kind === "accepted" || saysConflict(answer) || isInFlight(answer))
            ? held
            : unclear("neither of two requests at once was answered"),
      );
    },
  ),
];

/** One call for a source that is new, sent several times at once under one key. */
export async function race(
  buyer: Buyer,
  release: Release,
  source: EventSource = buyer.eventSource(),
  times = AT_ONCE,
): Promise<Judgement> {
  const request = buyer.request({ event_sources: [source], idempotency_key: freshKey() });
  const { answers, numbers } = await together(buyer, Array(times).fill(request));
  const rows = buyer.state.rows.filter(({ id }) => id === source.event_source_id);
  // The call that was carried out is answered by now: what comes next is a plain repetition.
  const later = (await buyer.probe(() => request)).answer;
  const once =
    rows.length <= 1
      ? held
      : broke("calls under one key that came at once made one source more than once", {
          pointer: "/event_sources",
          expected: 1,
          actual: rows.length,
          exchanges: [...numbers, buyer.state.exchange],
        });
  return every(once, oneExecution(answers, later, release === "3.0"));
}

/** Sends calls at once, and looks at the account when all are answered. */
export async function together(
  buyer: Buyer,
  requests: readonly JsonObject[],
): Promise<{ answers: Answer[]; numbers: number[] }> {
  const settled = await Promise.allSettled(requests.map((request) => buyer.call(TASK, request)));
  const failed = settled.find((one) => one.status === "rejected");
  // Whatever became of one of them, the others may have written. Calls at once that got no answer look like several in a
  // row: a seller that answers the next one is still there.
  const there = await buyer.discover().then(
    () => true,
    () => false,
  );
  if (failed) throw there && failed.reason instanceof RunEnd ? new ScenarioEnd(failed.reason.reason) : failed.reason;
  const answers = settled.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
  return { answers, numbers: answers.map((answer) => answer.exchange.n) };
}

const saysOtherRequest = (answer: Answer): boolean =>
  errorsOf(answer).some(({ code }) => code === "IDEMPOTENCY_CONFLICT");

/**
 * One call was carried out; each other one got its answer, or was told to come back.
 * @param later the answer to the same call afterwards, which tells whether the seller marks replays at all
 */
function oneExecution(answers: Answer[], later: Answer, old: boolean): Judgement {
  const done = answers.filter((answer) => answer.outcome.kind === "accepted");
  const exchanges = answers.map((answer) => answer.exchange.n);
  // 3.0 has no code for a call that is at work.
  const odd = old ? undefined : answers.find(saysOtherRequest);
  if (odd) {
    return broke("one of several equal calls at once was called a conflict", {
      expected: "a replay, or IDEMPOTENCY_IN_FLIGHT",
      actual: shown(odd),
      exchanges: [...exchanges.filter((n) => n !== odd.exchange.n), odd.exchange.n],
    });
  }
  const first = done.find((answer) => !isMarked(answer)) ?? done[0];
  if (!first) return unclear("none of several equal calls at once was answered with sources");
  const other = done.map((answer) => sameBody(first, answer, "equal calls at once got different answers"));
  const differing = other.find((judgement) => judgement.verdict === "broke");
  if (differing) return differing;
  // Equal answers may all be one execution's: only a seller that marks its replays says otherwise.
  const fresh = done.filter((answer) => !isMarked(answer) && answer.attempts.length === 1);
  if (fresh.length < 2 || old || !isMarked(later)) return held;
  return broke("several equal calls at once each claim to have been carried out", {
    expected: "one without replayed: true",
    actual: fresh.map((answer) => rowsOf(answer.payload).map(({ id, action }) => ({ event_source_id: id, action }))),
    exchanges: fresh.map((answer) => answer.exchange.n),
  });
}
