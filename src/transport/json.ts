/** Deeper nesting is refused: whoever walks such a value recursively would run out of stack. RFC 8259, 9 allows a limit. */
const MAX_DEPTH = 2000;

/**
 * Parses JSON of unknown origin. A byte order mark in front is passed over.
 * @returns undefined where the text is no JSON, or is nested more than 2,000 levels deep
 */
export function parseJson(text: string): { value: unknown } | undefined {
  if (nestedDeeperThan(text, MAX_DEPTH)) return undefined;
  try {
    return { value: JSON.parse(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text) };
  } catch {
    return undefined;
  }
}

/** Counts brackets outside of strings; text that is no JSON may be counted wrongly, and then does not parse anyway. */
function nestedDeeperThan(text: string, limit: number): boolean {
  if (text.length <= limit) return false;
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit === 0x22) {
      at = endOfString(text, at);
      if (at === -1) return false;
    } else if (unit === 0x7b || unit === 0x5b) {
      if (++depth > limit) return true;
    } else if (unit === 0x7d || unit === 0x5d) {
      depth--;
    }
  }
  return false;
}

/** The index of the quote that closes the string, or -1. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end !== -1; end = text.indexOf('"', end + 1)) {
    let escapes = end;
    while (text.charCodeAt(escapes - 1) === 0x5c) escapes--;
    if ((end - escapes) % 2 === 0) return end;
  }
  return -1;
}

export function objectOf(value: unknown): Record<string, unknown> | undefined {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
}
