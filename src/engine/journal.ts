import { closeSync, existsSync, mkdirSync, openSync, readFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import type { JsonObject } from "../protocol/json.ts";
import { redactValue } from "../transport/credential-keys.ts";
import type { Release } from "../validation/release.ts";

const NAME = "journal.ndjson";

/** First line of a journal: what `cleanup` needs to find the account again. */
export interface JournalStart {
  type: "start";
  run_id: string;
  at: string;
  url: string;
  transport: "mcp" | "a2a";
  account: JsonObject;
  release: Release;
  /** The version fields that requests carried. */
  version: JsonObject;
  /** What the account held before the first write, as discovery showed it. */
  before: JsonObject[];
}

/** Written before each call that can change an account. */
export interface JournalWrite {
  type: "write";
  at: string;
  tool: string;
  account: unknown;
  /** Ids that the request names. */
  ids: string[];
  delete_missing: unknown;
  idempotency_key: unknown;
}

/** Last line of a run that put the account in order. */
export interface JournalEnd {
  type: "end";
  at: string;
  left_behind: { event_source_id: string; reason: string }[];
}

export type JournalEntry = JournalStart | JournalWrite | JournalEnd;

/** Whether a journal tells of writes and of no end: it is all that is left to clean up by. */
function isUnfinished(path: string): boolean {
  if (!existsSync(path)) return false;
  const text = readFileSync(path, "utf8");
  return text.includes('{"type":"write"') && !text.includes('{"type":"end"');
}

/** `journal.ndjson`: on disk before the call it announces is sent. */
export class Journal {
  readonly #file: number | undefined;

  constructor(directory?: string) {
    if (directory === undefined) return;
    mkdirSync(directory, { recursive: true });
    const path = join(directory, NAME);
    if (isUnfinished(path)) {
      throw new Error(
        `${path} is the journal of a run that did not end: run "adcp-conformance cleanup ${directory}" first, or choose another --out.`,
      );
    }
    this.#file = openSync(path, "w", 0o600);
  }

  write(entry: JournalEntry): void {
    if (this.#file === undefined) return;
    // What the account held may have credentials in it that the seller handed out.
    writeSync(this.#file, `${JSON.stringify(redactValue(entry))}\n`);
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
  }
}

/**
 * The entries of a report folder's journal. A last line cut short by a kill is left out.
 * @throws Error when there is no journal, or it does not begin with a start entry.
 */
export function readJournal(directory: string): JournalEntry[] {
  const path = join(directory, NAME);
  if (!existsSync(path))
    throw new Error(`${path} does not exist: this is not the folder of a run that wrote anything.`);
  const entries = readFileSync(path, "utf8")
    .split("\n")
    .flatMap((line): JournalEntry[] => {
      try {
        return line === "" ? [] : [JSON.parse(line) as JournalEntry];
      } catch {
        return [];
      }
    });
  if (entries[0]?.type !== "start") throw new Error(`${path} does not begin with the start of a run.`);
  return entries;
}
