import { broke, held, type Judgement, unclear } from "../src/engine/judgement.ts";
import type { Buyer } from "../src/engine/scene.ts";
import type { Closed } from "../src/engine/suite.ts";
import type { Answer } from "../src/protocol/answer.ts";
import { isOwnId } from "../src/protocol/event-source.ts";
import { answerText } from "../src/protocol/extract-task.ts";
import { own } from "../src/protocol/json.ts";

/** Why nothing is asked of credentials where the run has none. */
export const OPEN: Closed = {
  not_applicable: "the endpoint is open: the run was given no credentials (--token, --header), and is served",
};

/** The call was refused. Where it was served, or cannot be known, that is said. */
export function turnedAway({ outcome, payload, exchange }: Answer, how: string): Judgement {
  if (outcome.kind === "rejected" && !outcome.transient) return held;
  if (outcome.kind === "rejected") return unclear(`a call ${how} was put off, not judged`);
  if (outcome.kind === "broken") return unclear(`the answer to a call ${how} could not be read: ${outcome.message}`);
  return broke(`a call ${how} was served`, {
    pointer: "/event_sources",
    expected: "a refusal",
    actual: own(payload, "event_sources"),
    exchanges: [exchange.n],
  });
}

/** A refusal does not tell an intruder what the account holds: no id that the call itself did not name stands in it. */
export function discreet({ outcome, exchange }: Answer, buyer: Buyer): Judgement {
  const body = answerText(exchange);
  if (outcome.kind === "accepted") return held;
  const asked = exchange.request.body ?? "";
  // The run's own ids stand in no text by chance.
  const told = buyer.state.rows.find(({ id }) => isOwnId(id) && body.includes(id) && !asked.includes(id));
  if (!told) return held;
  return broke("a refusal tells what the account holds", {
    expected: "nothing of the account",
    actual: told.id,
    exchanges: [exchange.n],
  });
}
