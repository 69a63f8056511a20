import { type Located, typesOf } from "./located.ts";
import { set } from "./patch.ts";
import type { Edge, Place } from "./place.ts";
import { type TextRules, textOfLength, textRules } from "./text.ts";

/** Both sides of what keywords ask of a string's length and form. */
export function* stringEdges({ schema, at }: Located, place: Place): Generator<Edge> {
  const { value, active } = place;
  if (typeof value !== "string") return;
  const rules = textRules(active);
  const edge = (side: Edge["side"], keyword: string, what: string, text: string): Edge => ({
    side,
    keyword,
    at: `${at}/${keyword}`,
    what,
    changes: [set(place.pointer, text)],
  });
  if (schema.minLength === rules.least) {
    if (rules.least > 0) {
      yield edge("invalid", "minLength", "one character fewer than minLength", nearly(rules.least - 1, value, rules));
    }
    const shortest = textOfLength(rules.least, value, rules.patterns);
    if (shortest !== undefined) yield edge("valid", "minLength", "as many characters as minLength", shortest);
  }
  if (schema.maxLength === rules.most) {
    yield edge("invalid", "maxLength", "one character more than maxLength", nearly(rules.most + 1, value, rules));
    const longest = textOfLength(rules.most, value, rules.patterns);
    if (longest !== undefined) yield edge("valid", "maxLength", "as many characters as maxLength", longest);
    const wide = "\u{1f600}".repeat(rules.most);
    if (rules.patterns.every((pattern) => pattern.test(wide))) {
      yield edge("valid", "maxLength", "as many characters outside the BMP as maxLength", wide);
    }
  }
  if (typeof schema.pattern === "string") {
    yield edge("valid", "pattern", "a value that matches", value);
    for (const [text, what] of unmatched(value, schema.pattern, rules)) yield edge("invalid", "pattern", what, text);
  }
  if (typeof schema.format === "string") {
    yield edge("valid", "format", `a ${schema.format}`, value);
    for (const text of MISFORMED[schema.format] ?? []) yield edge("invalid", "format", `no ${schema.format}`, text);
  }
}

/** A text of a length that is not allowed, and otherwise as asked for where that is possible. */
function nearly(length: number, like: string, { patterns }: TextRules): string {
  return textOfLength(length, like, patterns) ?? textOfLength(length, like, [])!;
}

function unmatched(value: string, source: string, { least, most }: TextRules): [text: string, what: string][] {
  const pattern = new RegExp(source, "u");
  const points = [...value];
  const tail = points.slice(1).join("");
  const candidates: [text: string, what: string][] = [
    [`${value}\n`, "a line feed at the end"],
    [` ${value}`, "a space in front"],
    [`${value}!`, "an exclamation mark at the end"],
    [`\u00e9${tail}`, "a letter beyond ASCII in front"],
    [value.toUpperCase(), "upper case"],
    [value.toLowerCase(), "lower case"],
    [value.replace(/^https:/, "http:"), "http in place of https"],
    ["", "empty text"],
  ];
  return candidates.filter(([text]) => {
    const { length } = [...text];
    return !pattern.test(text) && length >= least && length <= most;
  });
}

/** Texts that are not of a format, each for one reason. */
const MISFORMED: Readonly<Record<string, readonly string[]>> = {
  uri: ["https://a b.example/", "//shop.example/", "shop", "https://shop.example/\u00e9"],
  email: ["buyer", "buyer@", "@shop.example", "a b@shop.example"],
  "date-time": ["2026-01-01", "2026-01-01T00:00:00", "2026-02-30T00:00:00Z", "2026-01-01T25:00:00Z", "1767225600"],
};

/** Both sides of the bounds of a number. */
export function* numberEdges({ schema, at }: Located, place: Place): Generator<Edge> {
  const { value, active, pointer } = place;
  if (typeof value !== "number") return;
  const whole = !typesOf(active).includes("number");
  const steps = whole ? [1] : [0.5, 1];
  const edges = function* (keyword: string, outward: 1 | -1, excluded: boolean): Generator<Edge> {
    const bound = schema[keyword];
    if (typeof bound !== "number") return;
    const edge = { keyword, at: `${at}/${keyword}` };
    const inside = excluded ? bound - outward * steps[0]! : bound;
    yield {
      ...edge,
      side: "valid",
      what: excluded ? "just within the bound" : "the bound",
      changes: [set(pointer, inside)],
    };
    for (const past of excluded ? [0, ...steps] : steps) {
      const what = past === 0 ? "the bound itself" : `${past} beyond the bound`;
      yield { ...edge, side: "invalid", what, changes: [set(pointer, bound + outward * past)] };
    }
  };
  yield* edges("minimum", -1, false);
  yield* edges("maximum", 1, false);
  yield* edges("exclusiveMinimum", -1, true);
  yield* edges("exclusiveMaximum", 1, true);
}
