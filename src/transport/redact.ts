import { Buffer } from "node:buffer";
import { credentialsOf, isCredentialHeader, isCredentialName, isPlainHeader } from "./credentials.ts";
import type { RpcFacts } from "./exchange.ts";

const MASK = "***";

/** Below this length a text's encoded forms are too short to be told from other text. */
const ENCODED_MIN = 6;

/** Replaces credentials in whatever is recorded. It works on copies: what is sent stays as it is. */
export class Redactor {
  readonly #known = new Set<string>();
  /** Exact spellings, longest first. */
  #needles: string[] = [];
  /** What a secret becomes inside base64, at each of the three alignments. */
  #cores: string[] = [];
  /** Any mixture of percent and backslash-u escapes. */
  #escaped: RegExp[] = [];
  readonly #maskedHeaders = new Set<string>();
  /** The address seen last, and how it is shown: nearly always the same one. */
  #lastUrl: [address: string, shown: string] = ["", ""];

  /** @param headers what the caller configured @param secrets values that must never be recorded */
  constructor(headers: Record<string, string>, secrets: readonly string[]) {
    for (const secret of secrets) this.learn(secret, 1);
    this.learnHeaders(headers);
  }

  /** Adds a secret; one shorter than `min` is left alone, since masking it would mangle other text. */
  learn(secret: string, min = 4): void {
    if (secret.length < min || this.#known.has(secret)) return;
    this.#known.add(secret);
    const once = JSON.stringify(secret).slice(1, -1);
    const spellings = [secret, once, JSON.stringify(once).slice(1, -1), once.replaceAll("/", "\\/")];
    if (secret.length >= ENCODED_MIN) {
      const url = percentEncoded(secret);
      spellings.push(url, url.replaceAll("%20", "+"), encodeURI(wellFormed(secret)));
      this.#cores.push(...base64Cores(secret));
      this.#escaped.push(anyEscaping(secret));
    }
    this.#needles = [...new Set([...this.#needles, ...spellings])].sort((a, b) => b.length - a.length);
  }

  /** Takes the credentials from headers that the caller configured. */
  learnHeaders(headers: Record<string, string | null>): void {
    for (const [name, value] of Object.entries(headers)) {
      if (value === null || isPlainHeader(name, value)) continue;
      this.#maskedHeaders.add(name.toLowerCase());
      const min = isCredentialHeader(name) ? 4 : 8;
      for (const secret of credentialsOf(value)) this.learn(secret, min);
    }
  }

  /** Takes the credentials from a URL: its user information and query parameters that are named like credentials. */
  learnUrl(url: URL): void {
    const password = url.password || url.username;
    this.learn(password);
    this.learn(decoded(password));
    for (const [name, value] of url.searchParams) if (isCredentialName(name)) this.learn(value);
  }

  /** The text itself, the very same string, where no secret occurs in it. */
  text(text: string): string {
    let out = text;
    for (const needle of this.#needles) if (out.includes(needle)) out = out.replaceAll(needle, MASK);
    for (const core of this.#cores) if (out.includes(core)) out = maskRuns(out, core);
    if (this.#escaped.length > 0 && (out.includes("\\u") || out.includes("%"))) {
      for (const pattern of this.#escaped) out = out.replace(pattern, MASK);
    }
    return out;
  }

  /** The first `max` characters of a text that broke off; the beginning of a secret at its end is masked too. */
  part(text: string, max: number): string {
    const longest = this.#needles[0]?.length ?? 0;
    let out = this.text(text.slice(0, max + 2 * longest)).slice(0, max);
    for (const needle of this.#needles) {
      for (let length = Math.min(needle.length - 1, out.length); length >= 4; length--) {
        if (out.endsWith(needle.slice(0, length))) {
          out = out.slice(0, -length) + MASK;
          break;
        }
      }
    }
    return out;
  }

  headers(headers: Record<string, string>): Record<string, string> {
    const out: Record<string, string> = {};
    for (const name in headers) {
      const masked = isCredentialHeader(name) || this.#maskedHeaders.has(name);
      const value = masked ? MASK : this.text(headers[name]!);
      // A header may be called __proto__: it is to be recorded, not to become a prototype.
      if (name === "__proto__") Object.defineProperty(out, name, { value, enumerable: true });
      else out[name] = value;
    }
    return out;
  }

  /** A URL without user information and without the values of query parameters that are named like credentials. */
  url(text: string): string {
    if (this.#lastUrl[0] !== text) this.#lastUrl = [text, shownUrl(text)];
    return this.text(this.#lastUrl[1]);
  }

  /** The facts about an answer whose body holds a secret. */
  facts<Facts extends RpcFacts>(facts: Facts): Facts {
    return {
      ...facts,
      ...("result" in facts && { result: this.value(facts.result) }),
      ...(facts.error && { error: this.value(facts.error) }),
    };
  }

  /** A copy of a JSON value in which no string, key or number holds a secret. */
  value(value: unknown): unknown {
    if (typeof value === "string") return this.text(value);
    if (typeof value === "number") return this.text(String(value)) === String(value) ? value : MASK;
    if (Array.isArray(value)) return value.map((item) => this.value(item));
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [this.text(key), this.value(item)]));
  }
}

function shownUrl(text: string): string {
  if (!URL.canParse(text)) return text;
  const url = new URL(text);
  let shown = url.href;
  if (url.username || url.password) shown = shown.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/?#]*@/i, `$1${MASK}@`);
  return shown.replace(/([?&])([^=&#]+)=([^&#]+)/g, (whole, before: string, name: string) =>
    isCredentialName(name) ? `${before}${name}=${MASK}` : whole,
  );
}

function percentEncoded(secret: string): string {
  return encodeURIComponent(wellFormed(secret));
}

/** Lone surrogates cannot be URL-encoded: they are replaced as they would be on the wire. */
function wellFormed(text: string): string {
  return Buffer.from(text).toString();
}

/** Percent-decoded text; the text itself where it is not well encoded. */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The part of a base64 text that a secret decides, for each of the three positions it may start at. */
function base64Cores(secret: string): string[] {
  const bytes = Buffer.from(secret);
  const cores: string[] = [];
  for (const offset of [0, 1, 2]) {
    const text = Buffer.concat([Buffer.alloc(offset), bytes]).toString("base64");
    const core = text.slice([0, 2, 3][offset], Math.floor(((offset + bytes.length) * 8) / 6));
    cores.push(core, core.replaceAll("+", "-").replaceAll("/", "_"));
  }
  return [...new Set(cores)];
}

const BASE64 = /[A-Za-z0-9+/_=-]/;

/** Masks every run of base64 characters that contains the core. One pass, however often it occurs. */
function maskRuns(text: string, core: string): string {
  let out = "";
  let done = 0;
  for (let at = text.indexOf(core); at !== -1; at = text.indexOf(core, done)) {
    let start = at;
    while (start > done && BASE64.test(text[start - 1]!)) start--;
    let end = at + core.length;
    while (end < text.length && BASE64.test(text[end]!)) end++;
    out += text.slice(done, start) + MASK;
    done = end;
  }
  return out + text.slice(done);
}

/** Matches a secret of which any characters stand as `%41`, `\u0041` or behind backslashes. */
function anyEscaping(secret: string): RegExp {
  const one = [...secret].map((character) => {
    const literal = character.replace(/[\\^$.*+?()[\]{}|/-]/, "\\$&");
    const percent = percentEncoded(character).startsWith("%")
      ? percentEncoded(character)
      : `%${character.charCodeAt(0).toString(16).padStart(2, "0")}`;
    const unicode = character
      .split("")
      .map((unit) => `\\\\{1,8}u${anyCase(unit.charCodeAt(0).toString(16).padStart(4, "0"))}`)
      .join("");
    const space = character === " " ? "|\\+" : "";
    return `(?:\\\\{0,8}${literal}|${anyCase(percent)}|${unicode}${space})`;
  });
  return new RegExp(one.join(""), "g");
}

function anyCase(hex: string): string {
  return hex.replace(/[a-f]/gi, (letter) => `[${letter.toLowerCase()}${letter.toUpperCase()}]`);
}
