import fc from "fast-check";
import { type Located, valuesOf } from "./located.ts";

/** What a schema asks of a string. */
export interface TextRules {
  /** Code points, which is what JSON Schema counts. */
  readonly least: number;
  readonly most: number;
  readonly patterns: readonly RegExp[];
  readonly format: string | undefined;
}

export function textRules(nodes: readonly Located[]): TextRules {
  const formats = valuesOf<string>(nodes, "format");
  if (formats.length > 1) throw new Error(`No string has all of the formats ${formats.join(", ")}.`);
  return {
    least: Math.max(0, ...valuesOf<number>(nodes, "minLength")),
    most: Math.min(Number.POSITIVE_INFINITY, ...valuesOf<number>(nodes, "maxLength")),
    patterns: valuesOf<string>(nodes, "pattern").map((pattern) => new RegExp(pattern, "u")),
    format: formats[0],
  };
}

/** Strings as people write them, or those as well that break software. */
export type TextKind = "plain" | "hostile";

const PLAIN = ["alpha", "Web shop", "east-2", "shop.example"];

/** The characters of a text without bounds that is meant to be long. */
export const LONG = 10_000;

const HOSTILE = [
  "\u0000",
  "a\u0000b",
  "\ud800",
  "\udc00\ud800",
  "\u202eevil\u202c",
  "\u200f",
  "\ufeff",
  "\ud83d\udc69\u200d\ud83d\udcbb",
  "\u{10ffff}",
  "e\u0301",
  "\u00e9",
  "__proto__",
  "constructor",
  "toString",
  "</script><script>alert(1)</script>",
  "<!--",
  "]]>",
  "&amp;",
  "'; DROP TABLE event_sources; --",
  "{{7*7}}",
  "../../etc/passwd",
  "%00%s%n",
  "\u001b[31mred",
  "line\r\nbreak\u2028",
  "\\u0000\\",
  '"',
  "null",
  "true",
  "0",
  "-1",
  "NaN",
  "1e309",
  " leading and trailing ",
  "\t",
  "\u00a0",
  "",
];

/** Strings that keep all rules by the way they are made. */
export function texts(rules: TextRules, kind: TextKind): fc.Arbitrary<string> {
  if (rules.format !== undefined) return formatted(rules.format, rules);
  const { least, most } = rules;
  const [pattern] = rules.patterns;
  if (pattern) return textsMatching(pattern).map((text) => meeting(text, rules));
  const plain = fc.constantFrom(...PLAIN).map((text) => ofLength(text, least, most));
  if (kind === "plain") return plain;
  const long = Math.max(least, Math.min(most, LONG));
  return fc.oneof(
    { withCrossShrink: true },
    { weight: 6, arbitrary: plain },
    { weight: 6, arbitrary: fc.constantFrom(...HOSTILE).map((text) => ofLength(text, least, most)) },
    { weight: 6, arbitrary: anyText(least, Math.min(most, least + 24)) },
    { weight: 1, arbitrary: fc.constantFrom("a", "\u{1f600}").map((unit) => unit.repeat(long)) },
  );
}

/** Any code point but the second half of a surrogate pair, which would join a first half before it. */
const codePoints = fc
  .oneof({ weight: 2, arbitrary: fc.nat(0xff) }, { weight: 1, arbitrary: fc.nat(0x10ffff) })
  .map((point) => String.fromCodePoint(point >= 0xdc00 && point <= 0xdfff ? point - 0x400 : point));

/** Any text of a length in code points: fast-check's own takes seconds and hundreds of megabytes to know all characters. */
function anyText(minLength: number, maxLength: number): fc.Arbitrary<string> {
  return fc.array(codePoints, { minLength, maxLength }).map((points) => points.join(""));
}

const letters = (maxLength: number) =>
  fc.array(fc.constantFrom(..."abc019-"), { maxLength }).map((all) => `x${all.join("")}x`);

/** Addresses with or without path, query and fragment. fast-check's own know all characters as well. */
function urls(schemes: readonly string[]): fc.Arbitrary<string> {
  const optional = (mark: string) => fc.option(letters(6), { nil: "" }).map((text) => (text ? mark + text : ""));
  const path = fc.array(letters(6), { maxLength: 3 }).map((parts) => parts.map((part) => `/${part}`).join(""));
  return fc
    .tuple(fc.constantFrom(...schemes), letters(8), path, optional("?q="), optional("#"))
    .map(([scheme, host, ...rest]) => `${scheme}://${host}.example${rest.join("")}`);
}

const matching = new Map<string, fc.Arbitrary<string>>();

/** Short strings that a pattern accepts. Kept, since fast-check takes some milliseconds to take a pattern apart. */
export function textsMatching(pattern: RegExp): fc.Arbitrary<string> {
  const known = matching.get(pattern.source) ?? fc.stringMatching(pattern, { size: "small" });
  matching.set(pattern.source, known);
  return known;
}

/** A text cut or filled up so that its length in code points is within bounds. */
function ofLength(text: string, least: number, most: number): string {
  const points = [...text].slice(0, most);
  return points.join("") + "a".repeat(Math.max(0, least - points.length));
}

function meeting(text: string, rules: TextRules): string {
  if (meets(text, rules)) return text;
  const length = Math.min(Math.max([...text].length, rules.least), rules.most);
  const other = textOfLength(length, text, rules.patterns);
  if (other === undefined)
    throw new Error(`No text of ${length} characters was found for ${rules.patterns.join(" ")}.`);
  return other;
}

function meets(text: string, { least, most, patterns }: TextRules): boolean {
  const { length } = [...text];
  return length >= least && length <= most && patterns.every((pattern) => pattern.test(text));
}

/** A text of just that many code points that the patterns accept, like a given one; undefined where none was found. */
export function textOfLength(length: number, like: string, patterns: readonly RegExp[]): string | undefined {
  const points = [...like];
  const fill = (unit: string) => points.slice(0, length).join("") + unit.repeat(Math.max(0, length - points.length));
  const candidates = [
    fill(points.at(-1) ?? "a"),
    fill("a"),
    fill("A"),
    fill("0"),
    "a".repeat(length),
    "A".repeat(length),
  ];
  return candidates.find((text) => [...text].length === length && patterns.every((pattern) => pattern.test(text)));
}

function formatted(format: string, { patterns }: TextRules): fc.Arbitrary<string> {
  const accepted = (text: string) => patterns.every((pattern) => pattern.test(text));
  switch (format) {
    case "uri": {
      const schemes = ["https", "http"].filter((scheme) => accepted(`${scheme}://shop.example/`));
      if (schemes.length === 0) break;
      return urls(schemes);
    }
    case "email":
      if (patterns.length > 0) break;
      return fc.emailAddress({ size: "small" });
    case "date-time":
      if (patterns.length > 0) break;
      return fc.tuple(dates(), fc.constantFrom("Z", "+00:00", "-08:00", "+05:30")).map(([date, zone]) => date + zone);
  }
  throw new Error(`Strings of the format ${format} with the patterns ${patterns.join(" ")} cannot be made.`);
}

/** Local times without a zone, with or without fractions of a second. */
function dates(): fc.Arbitrary<string> {
  const moments = fc.date({
    min: new Date("2000-01-01T00:00:00Z"),
    max: new Date("2099-12-31T00:00:00Z"),
    noInvalidDate: true,
  });
  return fc.tuple(moments, fc.constantFrom(19, 21, 23)).map(([date, length]) => date.toISOString().slice(0, length));
}
