import { randomUUID } from "node:crypto";
import { isDeepStrictEqual } from "node:util";

/** What a buyer may say of an event source in AdCP 3.1. */
export interface SourceInput {
  event_source_id: string;
  name?: string | undefined;
  event_types?: string[] | undefined;
  action_source?: string | undefined;
  surface?: Record<string, unknown> | undefined;
  allowed_domains?: string[] | undefined;
}

export interface ErrorItem {
  code: string;
  message: string;
  field?: string;
  recovery: "transient" | "correctable" | "terminal";
}

interface Source {
  config: SourceInput;
  seller_id: string;
  managed_by: "buyer" | "seller";
  /** Times of the logged events, in milliseconds since the epoch. */
  events: number[];
}

type Action = "created" | "updated" | "unchanged" | "deleted" | "failed";
export type SourceRow = Record<string, unknown> & { event_source_id: string; action: Action };

const DAY_MS = 24 * 60 * 60 * 1000;

/** The event sources of one account, in the order in which they were made. */
export class SourceStore {
  private readonly sources = new Map<string, Source>();

  constructor(sellerManaged: SourceInput[]) {
    for (const config of sellerManaged) {
      this.sources.set(config.event_source_id, { config, seller_id: newSellerId(), managed_by: "seller", events: [] });
    }
  }

  list(): SourceRow[] {
    return [...this.sources.values()].map((source) => row(source, "unchanged"));
  }

  /** Applies each source that can be applied, and reports the state of the whole account. */
  sync(inputs: SourceInput[], deleteMissing: boolean): SourceRow[] {
    const rows = new Map<string, SourceRow>();
    for (const input of inputs) {
      const id = input.event_source_id;
      if (rows.has(id)) continue;
      const twice = inputs.filter((other) => other.event_source_id === id).length > 1;
      rows.set(
        id,
        twice ? failed(id, "DUPLICATE_EVENT_SOURCE_ID", "The request names this id twice.") : this.put(input),
      );
    }
    for (const [id, source] of this.sources) {
      if (rows.has(id)) continue;
      const remove = deleteMissing && source.managed_by === "buyer";
      if (remove) this.sources.delete(id);
      rows.set(id, row(source, remove ? "deleted" : "unchanged"));
    }
    return [...rows.values()];
  }

  /** Counts the events that the source takes; returns those that it does not. `undefined`: there is no such source. */
  log<E extends { event_type: string; event_time: string }>(id: string, events: E[]): E[] | undefined {
    const source = this.sources.get(id);
    if (!source) return undefined;
    const types = source.config.event_types;
    const refused = types ? events.filter((event) => !types.includes(event.event_type)) : [];
    for (const event of events) if (!refused.includes(event)) source.events.push(Date.parse(event.event_time));
    return refused;
  }

  /** An omitted field keeps its value. */
  private put(input: SourceInput): SourceRow {
    const id = input.event_source_id;
    const before = this.sources.get(id);
    if (before?.managed_by === "seller") {
      return { ...failed(id, "PERMISSION_DENIED", "The seller manages this event source."), managed_by: "seller" };
    }
    const config = { ...before?.config, ...input };
    const after: Source = {
      config,
      seller_id: before?.seller_id ?? newSellerId(),
      managed_by: "buyer",
      events: before?.events ?? [],
    };
    this.sources.set(id, after);
    if (!before) return row(after, "created");
    return row(after, isDeepStrictEqual(before.config, config) ? "unchanged" : "updated");
  }
}

function newSellerId(): string {
  return `ds-${randomUUID().slice(0, 13)}`;
}

function failed(id: string, code: string, message: string): SourceRow {
  const error: ErrorItem = { code, message, field: "event_source_id", recovery: "correctable" };
  return { event_source_id: id, action: "failed", errors: [error] };
}

function row(source: Source, action: Action): SourceRow {
  const now = Date.now();
  const past = source.events.filter((time) => time <= now);
  const recent = past.filter((time) => time > now - DAY_MS).length;
  return {
    ...source.config,
    seller_id: source.seller_id,
    managed_by: source.managed_by,
    action,
    ...(source.managed_by === "buyer" && {
      setup: {
        snippet_type: "javascript",
        snippet: `<script async src="https://tags.seller.example/${source.seller_id}.js"></script>`,
        instructions: "Paste the snippet into the head of each page.",
      },
    }),
    health: {
      status: recent > 0 ? "minimum" : "insufficient",
      events_received_24h: recent,
      ...(past.length > 0 && { last_event_at: new Date(past.reduce((a, b) => Math.max(a, b))).toISOString() }),
    },
  };
}
