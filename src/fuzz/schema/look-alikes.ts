/**
 * Texts that are others than a given one and that careless software takes for it: in letter case, white space, Unicode
 * form or length.
 */
export function lookAlikes(text: string): string[] {
  const points = [...text];
  const candidates = [
    text.toUpperCase(),
    text.toLowerCase(),
    text.normalize("NFC"),
    text.normalize("NFD"),
    ` ${text}`,
    `${text} `,
    `${text}\u00a0`,
    `${text}\t`,
    `${text}\n`,
    `${text}\u0000`,
    `${text}\u200b`,
    `${text}\u0301`,
    `${text}\u00e9`,
    `${text}e\u0301`,
    text.replace(/[a-z]/i, fullWidth),
    text.replace(/[aceopxy]/, (letter) => CYRILLIC[letter]!),
    text + (points.at(-1) ?? "a"),
    points.slice(0, -1).join(""),
    text.padEnd(256, "a"),
    `${text}/`,
    `${text}%20`,
  ];
  return [...new Set(candidates)].filter((candidate) => candidate !== text);
}

/** Letters that look the same in another script. */
const CYRILLIC: Readonly<Record<string, string>> = {
  a: "\u0430",
  c: "\u0441",
  e: "\u0435",
  o: "\u043e",
  p: "\u0440",
  x: "\u0445",
  y: "\u0443",
};

/** The wide form of a Latin letter, which Unicode's compatibility forms (NFKC) make the plain one again. */
function fullWidth(letter: string): string {
  return String.fromCharCode(letter.charCodeAt(0) + 0xfee0);
}
