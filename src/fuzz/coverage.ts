import type { Coverage as Covered } from "../engine/result.ts";
import { STATES } from "./book.ts";
import type { Assertion, Label } from "./schema/index.ts";
import { KINDS, type Step } from "./step.ts";

/** Missing entries that are named. */
const MOST_NAMED = 20;

const nameOf = ({ keyword, schemaPointer, value }: Pick<Label, "keyword" | "schemaPointer" | "value">): string =>
  value === undefined ? schemaPointer : `${schemaPointer} ${JSON.stringify(value) ?? ""} ${keyword}`;

/** What the phase has exercised, against all that there is. */
export class Coverage {
  readonly #states = new Set<string>();
  readonly #transitions = new Set<string>();
  readonly #broken = new Set<string>();
  readonly #sent = new Set<string>();
  readonly #keywords: readonly string[];
  readonly #values: readonly string[];
  readonly #kinds: readonly Step["do"][];

  /**
   * @param assertions of the request schema
   * @param kinds the kinds of steps that this run can take
   */
  constructor(assertions: readonly Assertion[], kinds: readonly Step["do"][] = KINDS) {
    const enums = assertions.filter(({ keyword }) => keyword === "enum");
    this.#keywords = [
      ...new Set(
        assertions.map(({ keyword, schemaPointer, value }) =>
          keyword === "enum" ? schemaPointer : nameOf({ keyword, schemaPointer, value }),
        ),
      ),
    ];
    this.#values = enums.map(nameOf);
    this.#kinds = kinds;
  }

  step(state: string, step: Step): void {
    this.#states.add(state);
    this.#transitions.add(`${state}: ${step.do}`);
  }

  /** A keyword was broken, or met on the edge. */
  label(side: "valid" | "invalid", label: Label): void {
    if (side === "invalid") this.#broken.add(label.keyword === "enum" ? label.schemaPointer : nameOf(label));
    else if (label.keyword === "enum") this.#sent.add(nameOf(label));
  }

  get states(): Covered {
    return covered(STATES, this.#states);
  }

  get transitions(): Covered {
    return covered(
      STATES.flatMap((state) => this.#kinds.map((kind) => `${state}: ${kind}`)),
      this.#transitions,
    );
  }

  get keywords(): Covered {
    return covered(this.#keywords, this.#broken);
  }

  get values(): Covered {
    return covered(this.#values, this.#sent);
  }
}

function covered(all: readonly string[], seen: ReadonlySet<string>): Covered {
  const missing = all.filter((one) => !seen.has(one));
  return { visited: all.length - missing.length, of: all.length, missing: missing.slice(0, MOST_NAMED) };
}
