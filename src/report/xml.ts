import { escapeUnsafe } from "./sanitize.ts";

const ENTITIES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;" };

/**
 * Text for XML 1.0. What may not stand there at all, and what could act on a terminal, is shown as an escape; what could act
 * in a build log stands as a character reference. Line breaks stay; in attributes, where a parser takes them for spaces, they
 * are references too.
 */
const escaped = (text: string): string =>
  text
    .split("\n")
    .map(escapeUnsafe)
    .join("\n")
    .replaceAll(/[&<>"']/g, (one) => ENTITIES[one]!)
    .replaceAll(/##(?=\w*\[)/g, "#&#35;")
    .replaceAll(/^(\s*):(?=:)/gm, "$1&#58;");

export type Attributes = Record<string, string | number | undefined>;

/** A part of an XML document that is already written out. */
export interface Xml {
  readonly xml: string;
}

/** One element. Strings are escaped here, and nowhere else. */
export function element(name: string, attributes: Attributes, ...content: readonly (string | Xml)[]): Xml {
  const told = Object.entries(attributes).flatMap(([key, one]) =>
    one === undefined ? [] : [` ${key}="${escaped(String(one)).replaceAll("\n", "&#10;")}"`],
  );
  const inner = content.map((part) => (typeof part === "string" ? escaped(part) : `\n${part.xml}`)).join("");
  const end = content.some((part) => typeof part !== "string") ? "\n" : "";
  return {
    xml: content.length === 0 ? `<${name}${told.join("")}/>` : `<${name}${told.join("")}>${inner}${end}</${name}>`,
  };
}
