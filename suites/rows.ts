import { broke, type Judgement } from "../src/engine/judgement.ts";
import type { AnswerCheck } from "../src/engine/suite.ts";
import type { Answer } from "../src/protocol/answer.ts";
import { type Row, rowsOf } from "../src/protocol/event-source.ts";
import { isObject, type JsonObject, own, pointer } from "../src/protocol/json.ts";
import { TASK } from "../src/protocol/request.ts";

/** One object of a result, `setup` or `health`, and where it stands. */
export interface Part {
  row: Row;
  value: JsonObject;
  answer: Answer;
  /** A finding that points into the object. */
  found(message: string, expected: unknown, ...path: string[]): Judgement;
}

/**
 * Judges one object of every result that has it; `undefined` from `judge`: the object has nothing to do with the rule. The
 * first finding of an answer speaks for all of its results.
 */
export function eachPart(key: "setup" | "health", judge: (part: Part) => Judgement | undefined): AnswerCheck {
  return (answer) => {
    if (answer.tool !== TASK || answer.outcome.kind !== "accepted") return undefined;
    let first: Judgement | undefined;
    for (const row of rowsOf(answer.payload)) {
      const value = own(row.raw, key);
      if (!isObject(value)) continue;
      const judgement = judge({ row, value, answer, found: finder(answer, row, key, value) });
      if (judgement?.verdict === "broke") return judgement;
      first ??= judgement;
    }
    return first;
  };
}

const finder =
  (answer: Answer, row: Row, key: string, value: JsonObject): Part["found"] =>
  (message, expected, ...path) => {
    const actual = path.reduce<unknown>(own, value);
    const shown = actual === undefined ? path.slice(0, -1) : path;
    return broke(message, {
      pointer: pointer("event_sources", row.index, key, ...shown),
      expected,
      actual: actual ?? "nothing",
      exchanges: [answer.exchange.n],
    });
  };
