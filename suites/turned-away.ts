import { broke, held, type Judgement, unclear } from "../src/engine/judgement.ts";
import type { Answer } from "../src/protocol/answer.ts";
import { own } from "../src/protocol/json.ts";

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
