/** What one look at the evidence says of one rule. */
export type Judgement = Held | Broke | Unclear;

export interface Held {
  verdict: "held";
}

/** The rule was broken, and this shows it. */
export interface Broke {
  verdict: "broke";
  /** One sentence in the past tense: what the seller did. */
  message: string;
  /** RFC 6901 pointer into the answer of the last cited exchange; `""` is its root. */
  pointer: string;
  expected: unknown;
  actual: unknown;
  /** The numbers of the exchanges that show it, in order. */
  exchanges: number[];
  schema_id?: string;
  remediation?: string;
}

/** The evidence does not allow a verdict; `reason` ends in the report if nothing else settles the rule. */
export interface Unclear {
  verdict: "unclear";
  reason: string;
}

export const held: Held = { verdict: "held" };

export function broke(
  message: string,
  evidence: { pointer?: string; expected: unknown; actual: unknown; exchanges: number[]; schema_id?: string },
): Broke {
  return { verdict: "broke", message, pointer: "", ...evidence };
}

export const unclear = (reason: string): Unclear => ({ verdict: "unclear", reason });

/** The first of several judgements that broke; else the first unclear one; else held. */
export function every(...judgements: Judgement[]): Judgement {
  return (
    judgements.find((one) => one.verdict === "broke") ?? judgements.find((one) => one.verdict === "unclear") ?? held
  );
}
