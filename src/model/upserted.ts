import type { Write } from "../engine/oracle.ts";
import type { Row } from "../protocol/event-source.ts";
import type { Choices } from "./choices.ts";
import type { Entry } from "./entries.ts";
import { contradicts, FIELDS, isShown, sameValue } from "./fields.ts";
import type { Memory } from "./memory.ts";
import type { Observations } from "./observations.ts";

/** One entry of an accepted request, with its result and the source before and after. */
export interface Upsert {
  entry: Entry;
  result: Row | undefined;
  was: Row | undefined;
  is: Row | undefined;
  write: Write;
}

/** What is known of an account and its seller. */
export interface Knowledge {
  memory: Memory;
  choices: Choices;
}

/** Holds a source that was to be created or updated against what is there. */
export function judgeUpsert(upsert: Upsert, knowledge: Knowledge, observations: Observations): void {
  const { entry, result, was } = upsert;
  const { memory } = knowledge;
  if (was) updated(upsert, was, knowledge, observations);
  else created(upsert, memory, observations);
  if (result) echo(entry, result, observations);
  memory.accept(entry);
}

/** A source that was reported failed is as it was. */
export function judgeFailure({ entry, was, is }: Upsert, observations: Observations): void {
  const altered = FIELDS.find((field) => was && is && !sameValue(field, was.raw[field], is.raw[field]));
  if ((!was && !is) || (was && is && !altered)) return observations.held("failed changes nothing");
  const what = !was ? "is there afterwards" : !is ? "is gone afterwards" : `has another ${altered} afterwards`;
  observations.broke("failed changes nothing", `"${entry.id}" was reported failed, and yet it ${what}`, {
    at: is,
    field: altered,
    expected: was ? (altered ? was.raw[altered] : was.raw) : "not there",
    actual: is ? (altered ? is.raw[altered] : is.raw) : "not there any more",
  });
}

function created({ entry, result, is, write }: Upsert, memory: Memory, observations: Observations): void {
  const { id } = entry;
  // A source that was here before and was deleted may come back under another name for the action (see DEL-10).
  if (result && !memory.knows(id)) {
    const message = `"${id}" is new and was reported ${result.action}`;
    const evidence = { result, expected: "created", actual: result.action };
    observations.expect("new is created", result.action === "created", message, evidence);
  }
  if (!is) {
    const message = `"${id}" was reported ${result?.action ?? "accepted"}, and discovery does not show it`;
    return observations.broke("created is stored", message, { expected: id, actual: "not there" });
  }
  const wrong = memory.wrongField(entry, undefined, is, write);
  if (wrong) observations.broke("created is stored", `"${id}" ${wrong.what}`, { at: is, ...wrong });
  else observations.held("created is stored");
}

function updated(upsert: Upsert, was: Row, knowledge: Knowledge, observations: Observations): void {
  const { memory } = knowledge;
  const { entry, result, is, write } = upsert;
  const { id } = entry;
  const differs = memory.differs(entry, was);
  const action = result?.action;
  if (action && differs !== undefined) {
    const evidence = { result, expected: differs ? "updated" : "unchanged", actual: action };
    const what = differs ? "change is not a creation" : "resend is no creation";
    observations.expect(what, action !== "created", `"${id}" exists and was reported created`, evidence);
  }
  if (!is) {
    const message = `"${id}" was reported ${action ?? "accepted"}, and is gone afterwards`;
    return observations.broke("update is stored", message, { expected: entry.source, actual: "not there any more" });
  }
  const wrong = memory.wrongField(entry, was, is, write);
  if (wrong) {
    const missed = action === "unchanged" && sameValue(wrong.field, was.raw[wrong.field], is.raw[wrong.field]);
    const message = missed
      ? `"${id}" was reported unchanged, although its ${wrong.field} was to change`
      : `"${id}" ${wrong.what}`;
    return observations.broke(missed ? "change is noticed" : "update is stored", message, { at: is, ...wrong });
  }
  observations.held("update is stored");
  if (differs === true) observations.held("change is noticed");
  if (differs !== undefined && action) {
    const expected = differs ? "updated" : "unchanged";
    const what = differs ? "change is called updated" : "resend is called unchanged";
    const done = differs ? "was changed" : "was sent again as it is";
    const evidence = { result, expected, actual: action };
    observations.expect(what, action === expected, `"${id}" ${done} and reported ${action}`, evidence);
  }
  omitted(upsert, was, is, knowledge, observations);
}

/** What became of fields that the last accepted entry set and this one leaves out: the specification does not say. */
function omitted(
  { entry, write }: Upsert,
  was: Row,
  is: Row,
  { memory, choices }: Knowledge,
  observations: Observations,
): void {
  const known = memory.sent(entry.id);
  const left = FIELDS.filter(
    (field) => entry.source[field] === undefined && isShown(known?.[field]) && isShown(was.raw[field]),
  );
  if (left.length === 0) return;
  const kept = left.filter((field) => sameValue(field, was.raw[field], is.raw[field]));
  for (const field of left) {
    const how = kept.includes(field) ? "keeps it" : isShown(is.raw[field]) ? undefined : "clears it";
    // A field that gets another value was derived from others: that is neither.
    if (how) choices.see(`an update that leaves ${field} out`, how, write.answer.exchange.n, observations);
  }
  const how = kept.length === left.length ? "merges" : kept.length === 0 ? "replaces" : "keeps some and clears some";
  observations.broke("omitted field", `an update that leaves fields out ${how}`, {
    at: is,
    expected: "not said by the specification",
    actual: Object.fromEntries(left.map((field) => [field, kept.includes(field) ? "kept" : "cleared or reset"])),
  });
}

/** A result repeats what the request said of its source. */
function echo(entry: Entry, result: Row, observations: Observations): void {
  for (const field of FIELDS) {
    const wanted = entry.source[field];
    if (wanted === undefined) continue;
    const shown = result.raw[field];
    const missing = `the result does not repeat the ${field} of the request`;
    const evidence = { result, field, expected: wanted, actual: shown ?? "nothing" };
    if (field === "allowed_domains" || field === "value_currencies") {
      const repeated = isShown(shown) && !contradicts(field, wanted, shown);
      observations.expect("domains are echoed", repeated, missing, evidence);
    } else if (!isShown(shown)) {
      observations.broke("echo is complete", missing, evidence);
    } else {
      observations.held("echo is complete");
      const message = `the result names another ${field} than the request`;
      observations.expect("echo is faithful", !contradicts(field, wanted, shown), message, evidence);
    }
  }
}
