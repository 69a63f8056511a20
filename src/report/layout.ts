import { defuse, width } from "./sanitize.ts";

/**
 * Breaks a clean text into lines of at most `columns`, the first one after `first`, the others after as many spaces, and two
 * at least, so that none of a seller's words begins a line. A word that is longer than a line stays whole, so that an
 * address can be copied.
 */
export function wrap(text: string, columns: number, first = ""): string[] {
  const indent = " ".repeat(Math.max(2, Math.min(width(first), columns - 24)));
  const lines: string[] = [];
  let line = first;
  let used = width(first);
  let fresh = true;
  for (const word of text.split(" ").filter((one) => one !== "")) {
    const needed = width(word) + (fresh ? 0 : 1);
    if (!fresh && used + needed > columns) {
      lines.push(line);
      line = indent + word;
      used = width(line);
    } else {
      line += (fresh ? "" : " ") + word;
      used += needed;
    }
    fresh = false;
  }
  return [...lines, line];
}

/** The lines as one text in which none acts as a command of a build server. */
export const lines = (all: readonly string[]): string => all.map((line) => `${defuse(line)}\n`).join("");

/** Cuts a clean text to so many columns. */
export function shorten(text: string, columns: number): string {
  if (width(text) <= columns) return text;
  let result = "";
  let used = 0;
  for (const character of text) {
    const needed = width(character);
    if (used + needed > columns - 3) break;
    result += character;
    used += needed;
  }
  return `${result}...`;
}

export interface Style {
  bold(text: string): string;
  red(text: string): string;
  yellow(text: string): string;
  green(text: string): string;
  dim(text: string): string;
}

const sgr = (on: number, off: number) => (text: string) => `\u001b[${on}m${text}\u001b[${off}m`;
const same = (text: string) => text;

export const style = (colour: boolean): Style =>
  colour
    ? { bold: sgr(1, 22), red: sgr(31, 39), yellow: sgr(33, 39), green: sgr(32, 39), dim: sgr(2, 22) }
    : { bold: same, red: same, yellow: same, green: same, dim: same };
