import type { Patch } from "./patch.ts";

/** What a boundary or a mutation is about. */
export interface Label {
  /** The JSON Schema keyword. For one that is broken, what the validator reports. */
  readonly keyword: string;
  /**
   * RFC 6901 pointer into the message, where the validator reports a broken keyword: for `required` and
   * `additionalProperties` the property's, for a union the object's.
   */
  readonly pointer: string;
  /** RFC 6901 pointer to the keyword in the schema without `$ref`; of open objects, where `additionalProperties` would stand. */
  readonly schemaPointer: string;
  /** In a few words: "one item fewer than minItems". */
  readonly what: string;
  /** Of `enum` the listed value, of `required` the name. */
  readonly value?: unknown;
}

/** A request next to a limit of its schema, as an edit of another one. */
export interface Boundary {
  readonly side: "valid" | "invalid";
  readonly label: Label;
  /** From the message to this one; a pointer `""` replaces the whole message. */
  readonly patches: readonly Patch[];
}

/** One defect of a message that was valid. */
export type Mutation = Pick<Boundary, "label" | "patches">;
