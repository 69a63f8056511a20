import type { AccountOracle, Change, Observation, Observed, Snapshot, Write } from "../engine/oracle.ts";
import { isOwnId, type Row, rowsOf } from "../protocol/event-source.ts";
import { type JsonObject, own } from "../protocol/json.ts";
import { byId, changesBetween } from "./changes.ts";
import { type Entry, entriesOf } from "./entries.ts";
import { contradicts, FIELDS, type Field, isShown, sameValue } from "./fields.ts";
import { describe, Observations } from "./observations.ts";

/** The oracle of one account (see the interface). */
export class Account implements AccountOracle {
  /** The values that the last accepted request set, by id: what a seller does not show is known from here alone. */
  readonly #known = new Map<string, JsonObject>();
  /** Fields that this seller shows of buyer-managed sources. */
  readonly #shows = new Set<Field>();
  readonly #sellerIds = new Map<string, unknown>();

  see(snapshot: Snapshot): void {
    for (const row of snapshot.rows) {
      if (row.managedBy === "seller") continue;
      for (const field of FIELDS) if (isShown(row.raw[field])) this.#shows.add(field);
    }
  }

  changes(before: Snapshot, after: Snapshot): Change[] {
    return changesBetween(before, after);
  }

  judge(write: Write): Observation[] {
    const { answer, request } = write;
    const observations = new Observations(write);
    if (answer.outcome.kind === "broken") return [];
    if (answer.outcome.kind === "rejected") this.#rejected(write, observations);
    else if (!Object.hasOwn(request, "event_sources")) this.#read(write, observations);
    else this.#accepted(write, observations);
    return observations.list;
  }

  #rejected(write: Write, observations: Observations): void {
    const change = changesBetween(write.before, write.after)[0];
    if (change) {
      observations.broke("rejected changes nothing", `the call was refused, and yet ${describe(change)}`, {
        expected: change.before ?? "no change",
        actual: change.after ?? "not there any more",
      });
    } else observations.held("rejected changes nothing");
    if (!write.mayFail?.size) this.#refused(write, entriesOf(write.request), undefined, observations);
  }

  /** A well-formed request, or one well-formed source of it, was refused. */
  #refused(write: Write, entries: Entry[], result: Row | undefined, observations: Observations): void {
    if (!Object.hasOwn(write.request, "event_sources")) return;
    const existing = byId(write.before.rows);
    const what: Observed =
      write.request["delete_missing"] === true && !result
        ? "unlisted is removed"
        : entries.every(({ id }) => existing.has(id))
          ? "change is not a creation"
          : "new is created";
    const { outcome } = write.answer;
    const said = result
      ? result.raw["errors"]
      : outcome.kind === "rejected"
        ? outcome.errors.map(({ raw }) => raw)
        : [];
    const prose = outcome.kind === "rejected" ? outcome.prose : undefined;
    const subject = result ? `the well-formed source "${result.id}"` : "a well-formed request";
    observations.broke(what, `${subject} was refused`, {
      result,
      answered: true,
      expected: "accepted",
      actual: Array.isArray(said) && said.length > 0 ? said : (prose ?? "refused"),
    });
  }

  #read(write: Write, observations: Observations): void {
    const change = changesBetween(write.before, write.after)[0];
    if (change) {
      observations.broke("discovery changes nothing", `after a call without event_sources ${describe(change)}`, {
        expected: change.before ?? "no change",
        actual: change.after ?? "not there any more",
      });
    } else observations.held("discovery changes nothing");
  }

  #accepted(write: Write, observations: Observations): void {
    const entries = entriesOf(write.request);
    const results = byId(rowsOf(write.answer.payload));
    const before = byId(write.before.rows);
    const after = byId(write.after.rows);
    for (const entry of entries) {
      const result = results.get(entry.id)?.[0];
      const [was, is] = [before.get(entry.id)?.[0], after.get(entry.id)?.[0]];
      // What a seller does with one of its own sources is judged apart: it stays as it was.
      if (was?.managedBy === "seller") continue;
      if (result?.action === "failed") {
        this.#failed(entry, was, is, observations);
        if (!write.mayFail?.has(entry.id)) this.#refused(write, [entry], result, observations);
      }
      // What a seller makes of a source that is meant to be refused is for the scenario to say.
      if (result?.action !== "failed" && !write.mayFail?.has(entry.id))
        this.#upserted(entry, result, was, is, write, observations);
    }
    this.#rowCounts(entries, after, observations);
    this.#rest(write, entries, results, observations);
    this.#reported(write, entries, after, observations);
    this.#sellersOwnIds(write, observations);
  }

  /** What an answer says of sources that the request does not name is what discovery then shows. */
  #reported(write: Write, entries: Entry[], after: Map<string, Row[]>, observations: Observations): void {
    const named = new Set(entries.map(({ id }) => id));
    for (const row of rowsOf(write.answer.payload)) {
      const shown = after.has(row.id);
      if (row.action === "deleted") {
        const what: Observed = row.managedBy === "seller" ? "seller-managed stays" : "reported deletions are true";
        observations.expect(what, !shown && row.managedBy === "buyer", `"${row.id}" was reported deleted`, {
          result: row,
          expected: row.managedBy === "seller" ? "never deleted" : "not there any more",
          actual: shown ? "still there" : "deleted",
        });
      } else if (!named.has(row.id) && row.action !== "failed") {
        observations.expect(
          "answered is shown",
          shown,
          `the answer names "${row.id}", and discovery does not show it`,
          {
            result: row,
            expected: row.id,
            actual: "not there",
          },
        );
      }
    }
  }

  #failed(entry: Entry, was: Row | undefined, is: Row | undefined, observations: Observations): void {
    const altered = FIELDS.find((field) => was && is && !sameValue(field, was.raw[field], is.raw[field]));
    if (!was && !is) return observations.held("failed changes nothing");
    if (was && is && !altered) return observations.held("failed changes nothing");
    const what = !was ? "is there afterwards" : !is ? "is gone afterwards" : `has another ${altered} afterwards`;
    observations.broke("failed changes nothing", `"${entry.id}" was reported failed, and yet it ${what}`, {
      at: is,
      field: altered,
      expected: was ? (altered ? was.raw[altered] : was.raw) : "not there",
      actual: is ? (altered ? is.raw[altered] : is.raw) : "not there any more",
    });
  }

  #upserted(
    entry: Entry,
    result: Row | undefined,
    was: Row | undefined,
    is: Row | undefined,
    write: Write,
    observations: Observations,
  ): void {
    if (!was) this.#created(entry, result, is, write, observations);
    else this.#updated(entry, result, was, is, write, observations);
    if (result) this.#echo(entry, result, observations);
    this.#known.set(entry.id, entry.source);
  }

  #created(entry: Entry, result: Row | undefined, is: Row | undefined, write: Write, observations: Observations): void {
    const { id } = entry;
    // A source that was here before and was deleted may come back under another name for the action (see DEL-10).
    if (result && !this.#known.has(id)) {
      observations.expect(
        "new is created",
        result.action === "created",
        `"${id}" is new and was reported ${result.action}`,
        {
          result,
          expected: "created",
          actual: result.action,
        },
      );
    }
    if (!is) {
      const said = result?.action ?? "accepted";
      return observations.broke("created is stored", `"${id}" was reported ${said}, and discovery does not show it`, {
        expected: id,
        actual: "not there",
      });
    }
    const wrong = this.#wrongField(entry, undefined, is, write);
    if (wrong) observations.broke("created is stored", `"${id}" ${wrong.what}`, { at: is, ...wrong });
    else observations.held("created is stored");
  }

  #updated(
    entry: Entry,
    result: Row | undefined,
    was: Row,
    is: Row | undefined,
    write: Write,
    observations: Observations,
  ): void {
    const { id } = entry;
    const differs = this.#differs(entry, was);
    const action = result?.action;
    if (action && differs !== undefined) {
      const what = differs ? "change is not a creation" : "resend is no creation";
      observations.expect(what, action !== "created", `"${id}" exists and was reported created`, {
        result,
        expected: differs ? "updated" : "unchanged",
        actual: action,
      });
    }
    if (!is) {
      return observations.broke(
        "update is stored",
        `"${id}" was reported ${action ?? "accepted"}, and is gone afterwards`,
        {
          expected: entry.source,
          actual: "not there any more",
        },
      );
    }
    const wrong = this.#wrongField(entry, was, is, write);
    if (wrong) {
      const missed = action === "unchanged" && sameValue(wrong.field, was.raw[wrong.field], is.raw[wrong.field]);
      const message = missed
        ? `"${id}" was reported unchanged, although its ${wrong.field} was to change`
        : `"${id}" ${wrong.what}`;
      return observations.broke(missed ? "change is noticed" : "update is stored", message, { at: is, ...wrong });
    }
    observations.held("update is stored");
    if (differs === true) {
      observations.held("change is noticed");
      observations.expect(
        "change is called updated",
        action === "updated",
        `"${id}" was changed and reported ${action}`,
        {
          result,
          expected: "updated",
          actual: action,
        },
      );
    } else if (differs === false && action) {
      observations.expect(
        "resend is called unchanged",
        action === "unchanged",
        `"${id}" was sent again as it is and reported ${action}`,
        {
          result,
          expected: "unchanged",
          actual: action,
        },
      );
    }
    this.#omitted(entry, was, is, observations);
  }

  /** A result repeats what the request said of its source. */
  #echo(entry: Entry, result: Row, observations: Observations): void {
    for (const field of FIELDS) {
      const wanted = entry.source[field];
      if (wanted === undefined) continue;
      const shown = result.raw[field];
      const evidence = { result, field, expected: wanted, actual: shown ?? "nothing" };
      if (field === "allowed_domains" || field === "value_currencies") {
        const repeated = isShown(shown) && !contradicts(field, wanted, shown);
        observations.expect(
          "domains are echoed",
          repeated,
          `the result does not repeat the ${field} of the request`,
          evidence,
        );
      } else if (!isShown(shown)) {
        observations.broke("echo is complete", `the result does not repeat the ${field} of the request`, {
          ...evidence,
          field: undefined,
        });
      } else {
        observations.held("echo is complete");
        const message = `the result names another ${field} than the request`;
        observations.expect("echo is faithful", !contradicts(field, wanted, shown), message, evidence);
      }
    }
  }

  /** Whether the entry asks for a change; `undefined` when nothing shown or remembered tells. */
  #differs(entry: Entry, was: Row): boolean | undefined {
    const known = this.#known.get(entry.id);
    let certain = true;
    for (const field of FIELDS) {
      const wanted = entry.source[field];
      const current = isShown(was.raw[field]) ? was.raw[field] : known?.[field];
      if (wanted === undefined) {
        // Left out: a seller that keeps it changes nothing, one that clears it does. Left out before as well, nothing does.
        if (isShown(current) && !(known && !isShown(known[field]))) certain = false;
      } else if (!isShown(current)) {
        if (this.#shows.has(field) || known) return true;
        certain = false;
      } else if (isShown(was.raw[field]) ? contradicts(field, wanted, current) : !sameValue(field, wanted, current))
        return true;
    }
    return certain ? false : undefined;
  }

  /** The first field that is not as the entry asked, or that holds what belongs to another source. */
  #wrongField(entry: Entry, was: Row | undefined, is: Row, write: Write) {
    for (const field of FIELDS) {
      const wanted = entry.source[field];
      const shown = is.raw[field];
      if (wanted === undefined) {
        const owner = isShown(shown) ? this.#ownerOf(field, shown, entry, was, write) : undefined;
        if (owner !== undefined) {
          return {
            field,
            what: `holds the ${field} of "${owner}"`,
            expected: was?.raw[field] ?? "nothing",
            actual: shown,
          };
        }
      } else if (contradicts(field, wanted, shown)) {
        return { field, what: `was to get another ${field} than it has afterwards`, expected: wanted, actual: shown };
      } else if (!isShown(shown) && this.#shows.has(field)) {
        return { field, what: `has no ${field} afterwards`, expected: wanted, actual: shown ?? "nothing" };
      }
    }
    return undefined;
  }

  /** Another source that the value must have come from. Only values that no two sources share by chance tell. */
  #ownerOf(field: Field, shown: unknown, entry: Entry, was: Row | undefined, write: Write): string | undefined {
    if (field === "event_types" || field === "action_source" || field === "value_currencies") return undefined;
    if (field === "surface" && !isShown(own(shown, "property_id"))) return undefined;
    if ((was && sameValue(field, was.raw[field], shown)) || shown === entry.id) return undefined;
    if (sameValue(field, this.#known.get(entry.id)?.[field], shown)) return undefined;
    const others = [...entriesOf(write.request), ...write.before.rows.map(({ id, raw }) => ({ id, source: raw }))];
    const owners = others.filter(({ id, source }) => id !== entry.id && sameValue(field, source[field], shown));
    return owners.length === 1 ? owners[0]?.id : undefined;
  }

  #omitted(entry: Entry, was: Row, is: Row, observations: Observations): void {
    // Only of what the last request set can it be said that this one leaves it out: the rest may be the seller's defaults.
    const known = this.#known.get(entry.id);
    const left = FIELDS.filter(
      (field) => entry.source[field] === undefined && isShown(known?.[field]) && isShown(was.raw[field]),
    );
    const kept = left.filter((field) => sameValue(field, was.raw[field], is.raw[field]));
    if (left.length === 0) return;
    const how = kept.length === left.length ? "merges" : kept.length === 0 ? "replaces" : "keeps some and clears some";
    observations.broke("omitted field", `an update that leaves fields out ${how}`, {
      at: is,
      expected: "not said by the specification",
      actual: Object.fromEntries(left.map((field) => [field, kept.includes(field) ? "kept" : "cleared or reset"])),
    });
  }

  #rowCounts(entries: Entry[], after: Map<string, Row[]>, observations: Observations): void {
    for (const { id } of entries) {
      const rows = after.get(id);
      if (!rows) continue;
      observations.expect("one row each", rows.length === 1, `"${id}" stands ${rows.length} times in discovery`, {
        at: rows[1],
        expected: 1,
        actual: rows.length,
      });
    }
  }

  /** Everything that the request did not name. */
  #rest(write: Write, entries: Entry[], results: Map<string, Row[]>, observations: Observations): void {
    const named = new Set(entries.map((entry) => entry.id));
    const deletes = write.request["delete_missing"] === true;
    const stays = write.request["delete_missing"] === false ? "unnamed stays, delete_missing false" : "unnamed stays";
    const changes = changesBetween(write.before, write.after);
    const of = (id: string) => changes.filter((change) => change.id === id);
    for (const row of write.before.rows) {
      const change = of(row.id)[0];
      if (row.managedBy === "seller") {
        const listed = write.answer.payload === undefined || results.has(row.id);
        observations.expect(
          "seller-managed are listed",
          listed,
          `the answer leaves out the seller-managed source "${row.id}"`,
          {
            answered: true,
            expected: row.id,
            actual: "no result",
          },
        );
        observations.unchanged("seller-managed stays", change, `the seller-managed source "${row.id}"`);
      } else if (named.has(row.id)) {
        if (deletes)
          observations.unchanged(
            "listed survives",
            of(row.id).find(({ what }) => what === "lost"),
            `"${row.id}", which the request lists,`,
          );
      } else if (!deletes) {
        observations.unchanged(stays, change, `"${row.id}", which the request does not name,`);
      } else this.#missing(row, change, results.get(row.id)?.[0], observations);
    }
    const stranger = changes.find(({ id, what }) => what === "appeared" && !named.has(id));
    if (stranger) {
      observations.broke("nothing else appears", `"${stranger.id}" appeared, although the request does not name it`, {
        expected: "not there",
        actual: stranger.after,
      });
    } else observations.held("nothing else appears");
  }

  #missing(row: Row, change: Change | undefined, result: Row | undefined, observations: Observations): void {
    // A seller may refuse to delete one source if it says so.
    if (change?.what !== "lost" && result?.action === "failed") return;
    const gone = change?.what === "lost";
    observations.expect(
      "unlisted is removed",
      gone,
      `"${row.id}" was not listed beside delete_missing, and is still there`,
      {
        expected: "removed",
        actual: "still there",
      },
    );
    if (!gone) return;
    observations.expect(
      "removed is reported",
      result?.action === "deleted",
      `"${row.id}" was removed, and no result says so`,
      {
        result,
        expected: "deleted",
        actual: result?.action ?? "no result",
      },
    );
  }

  #sellersOwnIds(write: Write, observations: Observations): void {
    for (const row of [...rowsOf(write.answer.payload), ...write.after.rows]) {
      const assigned = row.raw["seller_id"];
      if (!isOwnId(row.id) || typeof assigned !== "string" || row.action === "deleted" || row.action === "failed")
        continue;
      const earlier = write.before.rows.some(({ id }) => id === row.id) ? this.#sellerIds.get(row.id) : undefined;
      if (earlier !== undefined) {
        observations.expect("seller id is stable", earlier === assigned, `the seller_id of "${row.id}" changed`, {
          expected: earlier,
          actual: assigned,
        });
      }
      this.#sellerIds.set(row.id, assigned);
    }
  }
}
