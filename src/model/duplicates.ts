import { broke, held, type Judgement } from "../engine/judgement.ts";
import type { Written } from "../engine/scene.ts";
import type { EventSource } from "../protocol/event-source.ts";

/** Which of two entries under one id an account holds after a request that should have been refused. */
export function describeDuplicate(written: Written, first: EventSource, last: EventSource): Judgement {
  const row = written.after.rows.find(({ id }) => id === first.event_source_id);
  const name = row?.raw["name"];
  const which = name === first.name ? "the first entry" : name === last.name ? "the last entry" : undefined;
  if (!which) return held;
  return broke(`of two entries under one id, ${which} was kept`, {
    expected: "neither",
    actual: which,
    exchanges: [written.answer.exchange.n, written.after.exchange],
  });
}
