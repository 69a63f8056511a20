import type { Located } from "./located.ts";
import type { Patch } from "./patch.ts";

/** A value in a message, with what its schemas say. */
export interface Place {
  /** RFC 6901 pointer into the message. */
  readonly pointer: string;
  readonly value: unknown;
  /** The schemas that have a say about this value, without combinators. */
  readonly active: readonly Located[];
  /** Whether to look beyond what the message has: only then are valid neighbours of it of use. */
  readonly beyond: boolean;
}

/** A change of one place that takes it to one side of a keyword. */
export interface Edge {
  readonly side: "valid" | "invalid";
  readonly keyword: string;
  /** Pointer to the keyword in the schema. */
  readonly at: string;
  readonly what: string;
  readonly changes: readonly Patch[];
  /** Where the validator reports it, if not at the place itself. */
  readonly pointer?: string;
  readonly value?: unknown;
}
