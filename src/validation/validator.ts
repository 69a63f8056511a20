import type { Release } from "./release.ts";

/** The messages that have a schema here. */
export type MessageName =
  | "sync-event-sources-request"
  | "sync-event-sources-response"
  | "log-event-request"
  | "log-event-response"
  | "get-adcp-capabilities-response";

/** One way in which a message breaks its schema. */
export interface SchemaIssue {
  /**
   * RFC 6901 pointer into the message; `""` is its root. For a property that is missing (`required`) or should not be there
   * (`additionalProperties`, `not`), the pointer of that property. For a union of which several arms or none are there
   * (`oneOf`, `anyOf`), the pointer of the object.
   */
  pointer: string;
  /** The JSON Schema keyword that failed, or `depth` for a message that is nested too deep to be judged. */
  keyword: string;
  /** What was asked for, one clause: "must be one of created, updated". */
  message: string;
  /** The value at the pointer; absent where a property is missing. */
  actual?: unknown;
  /** The `$id` of the schema file that holds the keyword, and the pointer to the keyword in that file. */
  schema_id: string;
  schema_path: string;
}

export interface Validator {
  /**
   * The issues of a message, most telling first; empty when it is valid. Of a message with very many values or issues,
   * only the first issue.
   */
  validate(message: MessageName, release: Release, value: unknown): SchemaIssue[];
  /** The schemas used so far, with a SHA-256 digest of each file. */
  used(): { id: string; digest: string }[];
}
