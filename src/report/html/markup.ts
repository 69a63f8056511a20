import { escapeMarkup } from "../entities.ts";

/** A part of a page that is already written out. */
export interface Markup {
  readonly html: string;
}

type Part = string | number | Markup | undefined | false | readonly Part[];

function written(part: Part): string {
  if (part === undefined || part === false) return "";
  if (typeof part === "object") return "html" in part ? part.html : part.map(written).join("");
  return escapeMarkup(String(part));
}

/**
 * A part of a page. Whatever is put into the template is escaped here, and nowhere else: it is text between tags, or in a
 * quoted attribute.
 */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return { html: strings.map((string, index) => string + written(parts[index])).join("") };
}

/** Trusted text of our own, such as a style sheet. */
export const trusted = (text: string): Markup => ({ html: text });

/** A link where the address is one of the web, and its text alone where it is not. */
export const link = (url: string, text: string): Markup =>
  /^https:\/\/[\w.-]+(:\d+)?([/?#]|$)/.test(url) ? html`<a href="${url}" rel="noreferrer">${text}</a>` : html`${text}`;

/** The id of a part of the page, and the address of it. */
export const anchor = (id: string): string => id.replaceAll(/[^\w.-]/g, "_");
