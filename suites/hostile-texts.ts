import { broke, held, type Judgement, unclear } from "../src/engine/judgement.ts";
import type { Written } from "../src/engine/scene.ts";
import { contradicts } from "../src/model/fields.ts";
import { leak } from "../src/model/leaks.ts";
import { errorsOf } from "../src/model/refusal.ts";
import type { EventSource } from "../src/protocol/event-source.ts";
import { rowsOf } from "../src/protocol/event-source.ts";
import { type JsonObject, own } from "../src/protocol/json.ts";
import type { Release } from "../src/validation/release.ts";

interface Text {
  what: string;
  fields(source: EventSource): Partial<EventSource>;
}

const named = (what: string, name: string): Text => ({ what, fields: () => ({ name }) });

/** Names that no specification knows: of a member beside `__proto__`, and of one in it. */
const NEIGHBOUR = "cf_member";
const MARK = "cf_polluted";

/** Valid values that are seldom stored as they came. */
export const texts = (release: Release): Text[] => [
  named("a NUL", "cf \u0000 nul"),
  named("control characters", "cf \u0007\u001b[31m\t\u007f controls"),
  named("line breaks", "cf line\r\nbreak"),
  named("white space at both ends", "  cf padded  "),
  named("a lone surrogate", "cf \ud800 lone"),
  named("marks of writing direction", "cf \u202egnp.exe\u202c \u200f\u2066x\u2069"),
  named("characters outside the basic plane", "cf \u{1f600}\u{1d518}\u{20000}"),
  named("text that normalisation changes", "cf e\u0301 \u00e9 \ufb01 \u212b"),
  named("markup", 'cf <b>&amp; & "quoted"</b>'),
  named("quotes of SQL", "cf O'Brien'); --"),
  named("10,000 characters", `cf ${"long ".repeat(2000)}`.slice(0, 9_999).concat(".")),
  { what: "an id with odd text", fields: ({ event_source_id: id }) => ({ event_source_id: `${id} ${ODD}` }) },
  { what: "a domain with odd text", fields: () => ({ allowed_domains: [`shop.example.com${ODD}`] }) },
  ...(release === "3.0"
    ? []
    : [
        { what: "a member called __proto__", fields: withPrototype },
        { what: "a surface with odd text", fields: withOddSurface },
      ]),
];

/** A bit of everything, for places where one try has to do. */
const ODD = "\u0000 \u202e\u{1f600} '\"<b>&amp;../%2F";

function withOddSurface({ action_source }: EventSource): Partial<EventSource> {
  const category = action_source ?? "website";
  return { surface: { category, namespace: `cf${ODD}`, property_id: `cf${ODD}`, ext: { [NEIGHBOUR]: ODD } } };
}

function withPrototype({ action_source }: EventSource): Partial<EventSource> {
  const category = action_source ?? "website";
  return { surface: { category, ...members(), ext: members() } };
}

/** Two members: one called `__proto__`, which in a literal would be no member at all, and its harmless neighbour. */
function members(): JsonObject {
  const object = { [NEIGHBOUR]: { a: 1 } };
  const value = { [MARK]: true, namespace: MARK };
  return Object.defineProperty(object, "__proto__", { value, enumerable: true });
}

/** What became of a source with such a value: stored as it was, or refused with a clear error. */
export function becameOf(what: string, source: EventSource, written: Written): Judgement {
  const { answer, after } = written;
  const { outcome } = answer;
  const exchanges = [answer.exchange.n, after.exchange];
  if (outcome.kind === "broken") {
    if (outcome.reason === "contradictory" || outcome.reason === "unfinished") return unclear(outcome.message);
    const expected = "stored, or a clear error";
    return broke(`${what} was not answered properly`, { expected, actual: outcome.message, exchanges });
  }
  const row = after.rows.find(({ id }) => id === source.event_source_id);
  const result = rowsOf(answer.payload).find(({ id }) => id === source.event_source_id);
  const was = written.before.rows.some(({ id }) => id === source.event_source_id);
  if (outcome.kind === "rejected" || result?.action === "failed") {
    if (outcome.kind === "rejected" && outcome.transient) return unclear("the seller put the call off");
    const inside = errorsOf(answer)
      .map(({ raw }) => leak(JSON.stringify(raw)))
      .find((one) => one !== undefined);
    if (inside) {
      const expected = "a clear error";
      return broke(`the refusal of ${what} gives ${inside.what} away`, { expected, actual: inside.text, exchanges });
    }
    if (!row || was) return held;
    return broke(`${what} was refused, and is there all the same`, {
      expected: "not there",
      actual: row.id,
      exchanges,
    });
  }
  if (!row) {
    return broke(`a source with ${what} was accepted, and is not there`, {
      expected: source.event_source_id,
      actual: "not there",
      exchanges,
    });
  }
  const pointer = `/event_sources/${row.index}`;
  if (source.name !== undefined && typeof row.raw["name"] === "string" && row.raw["name"] !== source.name) {
    return broke(`${what} was altered`, {
      pointer: `${pointer}/name`,
      expected: source.name,
      actual: row.raw["name"],
      exchanges,
    });
  }
  for (const field of ["allowed_domains", "surface"] as const) {
    if (!contradicts(field, source[field], row.raw[field])) continue;
    return broke(`${what} was altered`, {
      pointer: `${pointer}/${field}`,
      expected: source[field],
      actual: row.raw[field],
      exchanges,
    });
  }
  const ext = own(own(row.raw["surface"], "ext"), NEIGHBOUR);
  if (typeof ext === "string" && ext !== ODD) {
    const at = `${pointer}/surface/ext/${NEIGHBOUR}`;
    return broke(`${what} was altered`, { pointer: at, expected: ODD, actual: ext, exchanges });
  }
  // A member that no schema knows may be dropped: unknown fields have to be tolerated, not kept.
  return polluted(written) ?? stored(row.raw);
}

const stored = (raw: object): Judgement =>
  Object.hasOwn(raw, "name") ? held : unclear("discovery does not show names");

/** What a member called `__proto__` carried must not turn up anywhere else. */
function polluted({ answer, after }: Written): Judgement | undefined {
  const row = after.rows.find(({ raw }) => {
    const surface = own(raw, "surface");
    return [raw, surface].some((one) => own(one, MARK) !== undefined || own(one, "namespace") === MARK);
  });
  if (!row) return undefined;
  return broke("what a member called __proto__ carried turned up elsewhere", {
    pointer: `/event_sources/${row.index}`,
    expected: `no ${MARK}`,
    actual: row.id,
    exchanges: [answer.exchange.n, after.exchange],
  });
}
