import { escapeMarkup } from "./entities.ts";

export type Attributes = Record<string, string | number | undefined>;

/** A part of an XML document that is already written out. */
export interface Xml {
  readonly xml: string;
}

/**
 * One element. Strings are escaped here, and nowhere else; line breaks in attributes are references, since a parser takes plain
 * ones for spaces.
 */
export function element(name: string, attributes: Attributes, ...content: readonly (string | Xml)[]): Xml {
  const told = Object.entries(attributes).flatMap(([key, one]) =>
    one === undefined ? [] : [` ${key}="${escapeMarkup(String(one)).replaceAll("\n", "&#10;")}"`],
  );
  const inner = content.map((part) => (typeof part === "string" ? escapeMarkup(part) : `\n${part.xml}`)).join("");
  const end = content.some((part) => typeof part !== "string") ? "\n" : "";
  return {
    xml: content.length === 0 ? `<${name}${told.join("")}/>` : `<${name}${told.join("")}>${inner}${end}</${name}>`,
  };
}
