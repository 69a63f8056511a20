import type { EventSource } from "../protocol/event-source.ts";
import type { JsonObject } from "../protocol/json.ts";
import type { Patch } from "./schema/index.ts";

/** A source whose `event_source_id` is a symbol: every try puts an id of its own in its place. */
export type SymbolicSource = EventSource;

export const isSymbol = (id: unknown): id is string => typeof id === "string" && /^s\d+$/.test(id);

/**
 * One call, or a few at once, as data: what was really sent, so that it can be sent again under other ids and keys, and
 * made smaller. Keys are symbols too: the key of a sync stands for its whole call.
 */
export type Step =
  | { readonly do: "discover" }
  | {
      readonly do: "sync";
      readonly sources: readonly SymbolicSource[];
      readonly key: string;
      /** `delete_missing`. */
      readonly deletes?: boolean;
      readonly context?: JsonObject;
      /** Symbols of sources that are meant to be refused. */
      readonly bad?: readonly string[];
    }
  /** A request with members that it may have and that mean nothing: it has to be taken. */
  | {
      readonly do: "tolerated";
      readonly rule: "REQ-23" | "REQ-24";
      readonly source: SymbolicSource;
      readonly patches: readonly Patch[];
    }
  /** A well-formed request with values that are seldom sent: it may be refused. */
  | { readonly do: "odd"; readonly sources: readonly SymbolicSource[]; readonly patches: readonly Patch[] }
  /** A request that breaks its schema. */
  | {
      readonly do: "defect";
      readonly sources: readonly SymbolicSource[];
      readonly keyword: string;
      readonly pointer: string;
      readonly patches: readonly Patch[];
    }
  /** The last source names the same id as the first. */
  | { readonly do: "duplicate"; readonly sources: readonly SymbolicSource[]; readonly deletes?: true }
  /** An id that resembles a symbol's. */
  | { readonly do: "twin"; readonly source: SymbolicSource; readonly form: number }
  | { readonly do: "delete without sources" }
  | { readonly do: "delete with an empty list" }
  | { readonly do: "replay"; readonly key: string; readonly context?: true; readonly order?: true }
  /** Another request under a used key. */
  | { readonly do: "reuse"; readonly key: string; readonly sources: readonly SymbolicSource[]; readonly deletes?: true }
  /** On the second account. */
  | {
      readonly do: "elsewhere";
      readonly sources: readonly SymbolicSource[];
      readonly deletes?: true;
      /** The key of a call to the first account. */
      readonly key?: string;
    }
  | { readonly do: "seller-managed"; readonly nth: number; readonly name: string }
  /** An event for a source as it was last given, or for one that is not there (any more). */
  | { readonly do: "event"; readonly source: SymbolicSource; readonly type: string; readonly deleted?: true }
  | { readonly do: "overlap"; readonly calls: readonly OverlappingCall[] }
  /** One call for a new source, several times at once under one key. */
  | { readonly do: "one key at once"; readonly source: SymbolicSource; readonly times: number };

export interface OverlappingCall {
  readonly sources: readonly SymbolicSource[];
  readonly deletes?: true;
}

/** What kinds of steps there are, in the order in which coverage names them. */
export const KINDS: readonly Step["do"][] = [
  "discover",
  "sync",
  "tolerated",
  "odd",
  "defect",
  "duplicate",
  "twin",
  "delete without sources",
  "delete with an empty list",
  "replay",
  "reuse",
  "elsewhere",
  "seller-managed",
  "event",
  "overlap",
  "one key at once",
];
