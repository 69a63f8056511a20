import { Script } from "node:vm";
import { type JsonObject, own } from "../src/protocol/json.ts";
import { type Element, elementsOf } from "./markup.ts";

/**
 * Whether text that a buyer chose breaks out of the snippet in which a seller puts it. Two snippets are compared that a seller
 * made for the same kind of source, one with harmless text and one with text that would break out anywhere if nothing escaped
 * it. What counts is what breaks, not how it is escaped: each context has several right ways.
 */

/** What would end a string, an element, an attribute, a comment, a template, a query or a line. */
const PIECES = ['"', "'", "`", "*/", "-->", "<b x>", "</script>", '\\"', "\\'", "${", "&cfx=1", "#", " "];
/** What follows the line break is no statement. */
const LINE = "\n)";

/** Stands before and after each piece, so that what became of the piece can be seen. It is never escaped. */
const token = (n: number): string => `qz${n}zq`;

const woven = (pieces: readonly string[]): string =>
  pieces.map((piece, n) => token(n) + piece).join("") + token(pieces.length);

/** Text that breaks out of whatever does not escape it. `lines`: with a line break, which more sellers refuse. */
export const hostileText = (lines: boolean): string => woven(lines ? [...PIECES, LINE] : PIECES);

/** Snippets beyond this length are not looked at. */
const LONGEST = 200_000;

/**
 * How the buyer's text broke out of a snippet, in the past tense; `undefined` where it did not, or is not in it.
 * @param harmless the setup of a source of the same kind with harmless text
 */
export function breakout(harmless: unknown, setup: unknown): string | undefined {
  const [good, snippet] = [snippetOf(harmless), snippetOf(setup)];
  if (snippet === undefined || !snippet.includes(token(0))) return undefined;
  const pieces = [...PIECES, LINE];
  const raw = pieces.filter((piece, n) => snippet.includes(token(n) + piece + token(n + 1)));
  switch (languageOf(setup as JsonObject, snippet)) {
    case "html":
      return outOfHtml(good, snippet, raw);
    case "url":
      return raw.some((piece) => /["<>#&\s\\]/.test(piece))
        ? "stands in a URL without being encoded, and changes it"
        : undefined;
    default:
      return outOfScript(good, snippet, raw);
  }
}

/** What the buyer's text is in: what the snippet says it is, or looks like. */
function languageOf(setup: JsonObject, snippet: string): "html" | "url" | "script" {
  if (/^\s*</.test(snippet)) return "html";
  const type = own(setup, "snippet_type");
  if (type === "html") return "html";
  return type === "pixel_url" || /^\s*https?:\/\/\S*\s*$/.test(snippet) ? "url" : "script";
}

function snippetOf(setup: unknown): string | undefined {
  const snippet = own(setup, "snippet");
  return typeof snippet === "string" && snippet.length <= LONGEST ? snippet : undefined;
}

function outOfScript(good: string | undefined, snippet: string, raw: string[]): string | undefined {
  if (raw.length === 0) return undefined;
  if (raw.includes("</script>")) return "ends the script element of the page";
  // A snippet that is no plain script even with harmless text cannot be compared: only text that nothing escaped tells.
  if (good === undefined || !isScript(good)) return isVerbatim(raw) ? "stands in a script as it was sent" : undefined;
  return isScript(snippet) ? undefined : "ends the string or comment of the script in which it stands";
}

function outOfHtml(good: string | undefined, html: string, raw: string[]): string | undefined {
  if (good === undefined) return isVerbatim(raw) ? "stands in HTML as it was sent" : undefined;
  const [before, after] = [elementsOf(good), elementsOf(html)];
  if (raw.length > 0 && shape(before) !== shape(after)) return "makes elements or attributes of its own";
  const broken = after.some((element, n) =>
    codeOf(element).some((code, at) => !isScript(code) && isScript(codeOf(before[n])[at] ?? "(")),
  );
  return broken ? "ends the string of a script in the HTML" : undefined;
}

const shape = (elements: readonly Element[]): string =>
  elements.map(({ name, attributes }) => [name, ...attributes.map(([key]) => key)].join(" ")).join("\n");

/** The scripts of an element: what it holds, if it is a script, and its event handlers. */
function codeOf(element: Element | undefined): string[] {
  if (!element) return [];
  const handlers = element.attributes.filter(([key]) => key.startsWith("on"));
  return [
    ...(element.name === "script" && element.content !== undefined ? [element.content] : []),
    // A handler is the body of a function.
    ...handlers.map(([, value]) => `(function(){${value}\n})`),
  ];
}

const isVerbatim = (raw: readonly string[]): boolean => PIECES.every((piece) => raw.includes(piece));

/** Whether the text is a script. It is parsed, never run. */
function isScript(code: string): boolean {
  try {
    return new Script(code) !== undefined;
  } catch (error) {
    return (error as Error).name !== "SyntaxError";
  }
}
