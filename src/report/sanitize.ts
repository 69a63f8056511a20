/**
 * What may not reach a terminal or a log as it is: controls, format characters (bidirectional and zero-width marks, tags),
 * line and paragraph separators, letters that look like nothing, surrogates without their other half, and the two
 * noncharacters that XML has no place for.
 */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\u115f\u1160\u3164\uffa0\ufffe\uffff]/gu;

const escaped = (unsafe: string): string => {
  let result = "";
  for (let i = 0; i < unsafe.length; i++) result += `\\u${unsafe.charCodeAt(i).toString(16).padStart(4, "0")}`;
  return result;
};

/** The text with every unsafe character as a JSON escape; a JSON text keeps its meaning. */
export const escapeUnsafe = (text: string): string =>
  text.replace(UNSAFE, (one) => (one === "\n" ? "\\n" : one === "\r" ? "\\r" : one === "\t" ? "\\t" : escaped(one)));

/** A value as JSON text. What could act on a terminal or in a build log stands as an escape, so that the value is unchanged. */
export const asJsonText = (value: unknown): string =>
  // Between its tokens, a JSON text has no such character but line breaks.
  `${JSON.stringify(value, null, 2)
    .replace(UNSAFE, (one) => (one === "\n" ? one : escaped(one)))
    .replaceAll(/##(?=\w*\[)/g, "#\\u0023")}\n`;

/** One line of harmless text of about `most` characters; says how long a longer one was. */
export function clean(text: string, most = 300): string {
  const safe = escapeUnsafe(text.slice(0, most));
  return text.length <= most && safe.length <= most ? safe : `${cutBetween(safe, most)}... (${text.length} characters)`;
}

function cutBetween(text: string, most: number): string {
  const end = /[\ud800-\udbff]/.test(text[most - 1] ?? "") ? most - 1 : most;
  return text.slice(0, end);
}

/**
 * Takes their effect from what build servers read as commands in a log: `::name::` at the beginning of a line, and
 * `##[name]`, `##vso[...]`, `##teamcity[...]` anywhere.
 */
export const defuse = (line: string): string => line.replace(/^(\s*):(?=:)/, "$1: ").replaceAll(/##(?=\w*\[)/g, "# #");

const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\u{1f300}-\u{1f64f}\u{1f680}-\u{1faff}\u{20000}-\u{3fffd}]/u;

/** How many terminal columns a clean text takes; our own colours take none. */
export function width(coloured: string): number {
  const text = coloured.replaceAll(/\u001b\[\d+m/g, "");
  if (/^[\x20-\x7e]*$/.test(text)) return text.length;
  let columns = 0;
  for (const character of text) columns += /\p{M}/u.test(character) ? 0 : WIDE.test(character) ? 2 : 1;
  return columns;
}
