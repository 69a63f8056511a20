/** What is wrong with a JSON text and where; the message never quotes the text, which may hold credentials. */
export class JsonSyntaxError extends Error {
  override readonly name = "JsonSyntaxError";
  readonly offset: number;
  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

export interface LocatedJson {
  value: unknown;
  /** For an object: where the key and the value of each of its properties begin. */
  properties: Map<string, { key: number; value: number }>;
}

const SPACE = /[ \t\r\n]*/y;
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const SCALAR = /(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)(?![\w.])/y;
const MAX_DEPTH = 200;

/**
 * Reads a JSON text and remembers where its outermost properties stand.
 * @throws JsonSyntaxError with an offset in UTF-16 units.
 */
export function parseLocated(text: string): LocatedJson {
  let at = 0;
  const properties: LocatedJson["properties"] = new Map();

  const match = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    if (found !== undefined) at += found.length;
    return found;
  };
  const skip = () => void match(SPACE);
  const fail = (expected: string): never => {
    throw new JsonSyntaxError(
      at >= text.length ? `${expected} expected, but the text ends` : `${expected} expected`,
      at,
    );
  };
  const string = (what: string): string => JSON.parse(match(STRING) ?? fail(what));

  function object(depth: number): Record<string, unknown> {
    const result: Record<string, unknown> = {};
    const seen = new Set<string>();
    at++;
    skip();
    if (text[at] === "}") at++;
    else
      for (;;) {
        const keyAt = at;
        const key = string(
          seen.size === 0 ? "a property name in double quotes or }" : "a property name in double quotes",
        );
        if (seen.has(key)) throw new JsonSyntaxError("this property stands here twice", keyAt);
        seen.add(key);
        skip();
        if (text[at] !== ":") fail("a colon");
        at++;
        skip();
        if (depth === 0) properties.set(key, { key: keyAt, value: at });
        Object.defineProperty(result, key, {
          value: value(depth + 1),
          enumerable: true,
          configurable: true,
          writable: true,
        });
        skip();
        const next = text[at];
        if (next !== "}" && next !== ",") fail("a comma or }");
        at++;
        if (next === "}") break;
        skip();
      }
    return result;
  }

  function array(depth: number): unknown[] {
    const result: unknown[] = [];
    at++;
    skip();
    if (text[at] === "]") at++;
    else
      for (;;) {
        result.push(value(depth + 1));
        skip();
        const next = text[at];
        if (next !== "]" && next !== ",") fail("a comma or ]");
        at++;
        if (next === "]") break;
        skip();
      }
    return result;
  }

  function value(depth: number): unknown {
    if (depth > MAX_DEPTH) throw new JsonSyntaxError("this is nested too deeply", at);
    if (text[at] === "{") return object(depth);
    if (text[at] === "[") return array(depth);
    if (text[at] === '"') return string("a closed string without raw control characters");
    return JSON.parse(match(SCALAR) ?? fail("a JSON value"));
  }

  if (text.startsWith("\uFEFF")) at = 1;
  skip();
  const result = value(0);
  skip();
  if (at < text.length) fail("nothing more");
  return { value: result, properties };
}

/** Line and column, both from 1, of an offset into a text. */
export function position(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset).split("\n");
  return { line: before.length, column: before.at(-1)!.length + 1 };
}
