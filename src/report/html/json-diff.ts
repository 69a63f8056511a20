import { html, type Markup } from "./markup.ts";

/** More lines than these are not compared with one another, and not all shown. */
const MOST_LINES = 120;

interface Line {
  side: "both" | "expected" | "actual";
  text: string;
}

const SIGN = { both: "  ", expected: "− ", actual: "+ " } as const;

/**
 * Expected against actual. Where both are JSON values of one kind, as one text with what differs; else side by side, what is
 * expected often being said in words.
 */
export function difference(expected: unknown, actual: unknown): Markup {
  const [one, other] = [linesOf(expected), linesOf(actual)];
  if (kindOf(expected) === kindOf(actual) && one.length <= MOST_LINES && other.length <= MOST_LINES) {
    const lines = compare(one, other);
    const told = lines.map(
      (line, at) => html`<span class="${line.side}">${SIGN[line.side]}${marked(lines, at)}\n</span>`,
    );
    return html`<h5>Expected (−) and actual (+)</h5>
<pre class="diff" tabindex="0" data-from="seller">${told}</pre>`;
  }
  return html`<div class="sides">
<div><h5>Expected</h5>${typeof expected === "string" ? html`<p class="words">${expected}</p>` : block(one, "expected")}</div>
<div><h5>Actual</h5>${block(other, "actual")}</div>
</div>`;
}

const linesOf = (value: unknown): string[] => (JSON.stringify(value, null, 2) ?? "nothing").split("\n");

const kindOf = (value: unknown): string => (Array.isArray(value) ? "array" : value === null ? "null" : typeof value);

function block(lines: readonly string[], side: "expected" | "actual"): Markup {
  const more = lines.length - MOST_LINES;
  return html`<pre class="side ${side}" tabindex="0" data-from="seller">${lines.slice(0, MOST_LINES).join("\n")}</pre>${more > 0 && html`<p class="more">${more} more lines are in report.json.</p>`}`;
}

/** A line, with what differs from its counterpart marked where one line replaces another. */
function marked(lines: readonly Line[], index: number): Markup {
  const { side, text } = lines[index]!;
  const other = side === "expected" ? lines[index + 1] : lines[index - 1];
  const alone =
    side === "expected"
      ? lines[index - 1]?.side !== "expected" && lines[index + 2]?.side !== "actual"
      : lines[index - 2]?.side !== "expected" && lines[index + 1]?.side !== "actual";
  const paired =
    other &&
    alone &&
    ((side === "expected" && other.side === "actual") || (side === "actual" && other.side === "expected"));
  if (!paired) return html`${text}`;
  let start = 0;
  while (start < text.length && text[start] === other.text[start]) start++;
  let end = 0;
  const room = Math.min(text.length, other.text.length) - start;
  while (end < room && text.at(-1 - end) === other.text.at(-1 - end)) end++;
  return html`${text.slice(0, start)}<mark>${text.slice(start, text.length - end)}</mark>${text.slice(text.length - end)}`;
}

/** The lines of both, in order: those of their longest common part once. */
function compare(one: readonly string[], other: readonly string[]): Line[] {
  const lengths = Array.from({ length: one.length + 1 }, () => new Array<number>(other.length + 1).fill(0));
  for (let a = one.length - 1; a >= 0; a--)
    for (let b = other.length - 1; b >= 0; b--)
      lengths[a]![b] =
        one[a] === other[b] ? lengths[a + 1]![b + 1]! + 1 : Math.max(lengths[a + 1]![b]!, lengths[a]![b + 1]!);
  const result: Line[] = [];
  let [a, b] = [0, 0];
  while (a < one.length || b < other.length) {
    if (a < one.length && b < other.length && one[a] === other[b]) {
      result.push({ side: "both", text: one[a++]! });
      b++;
    } else if (b >= other.length || (a < one.length && lengths[a + 1]![b]! >= lengths[a]![b + 1]!)) {
      result.push({ side: "expected", text: one[a++]! });
    } else {
      result.push({ side: "actual", text: other[b++]! });
    }
  }
  return result;
}
