import { broke, held } from "../engine/judgement.ts";
import type { Change, Observation, Observed, Write } from "../engine/oracle.ts";
import type { Row } from "../protocol/event-source.ts";
import { pointer } from "../protocol/json.ts";

export interface Evidence {
  /** The row of the discovery, or of the answer, that shows it. */
  at?: Row | undefined;
  result?: Row | undefined;
  field?: string | undefined;
  /** The answer to the write shows it; no discovery is needed. */
  answered?: true;
  /** An earlier exchange that it is held against. */
  earlier?: number;
  expected: unknown;
  actual: unknown;
}

/** The observations of one write, with the exchanges and pointers that show them. */
export class Observations {
  readonly list: Observation[] = [];
  readonly #write: Write;
  constructor(write: Write) {
    this.#write = write;
  }

  held(what: Observed): void {
    this.list.push({ what, judgement: held });
  }

  broke(what: Observed, message: string, evidence: Evidence): void {
    const { before, after, answer } = this.#write;
    const row = evidence.result ?? evidence.at;
    const path = row
      ? [
          "event_sources",
          row.index,
          ...(evidence.field && row.raw[evidence.field] !== undefined ? [evidence.field] : []),
        ]
      : [];
    // A result stands in the answer to the write; everything else in the discovery that followed it.
    const exchanges =
      evidence.result || evidence.answered
        ? [before.exchange, answer.exchange.n]
        : [before.exchange, answer.exchange.n, after.exchange];
    if (evidence.earlier !== undefined) exchanges.unshift(evidence.earlier);
    const { expected, actual } = evidence;
    this.list.push({ what, judgement: broke(message, { pointer: pointer(...path), expected, actual, exchanges }) });
  }

  expect(what: Observed, holds: boolean, message: string, evidence: Evidence): void {
    if (holds) this.held(what);
    else this.broke(what, message, evidence);
  }

  unchanged(what: Observed, change: Change | undefined, subject: string): void {
    if (!change) return this.held(what);
    const how =
      change.what === "lost"
        ? "is gone"
        : change.what === "doubled"
          ? "stands there twice"
          : `has another ${change.field}`;
    this.broke(what, `${subject} ${how} after the call`, {
      expected: change.before ?? "unchanged",
      actual: change.after ?? "not there any more",
    });
  }
}

export function describe(change: Change): string {
  if (change.what === "lost") return `"${change.id}" is gone`;
  if (change.what === "appeared") return `"${change.id}" is there`;
  if (change.what === "doubled") return `"${change.id}" stands ${change.after} times`;
  return `the ${change.field} of "${change.id}" is another`;
}
