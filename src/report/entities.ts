import { escapeUnsafe } from "./sanitize.ts";

const ENTITIES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

/**
 * Text for XML 1.0 and for HTML, between tags or in a quoted attribute. What may not stand there at all, and what could act on
 * a terminal, is shown as an escape; what could act in a build log stands as a character reference. Line breaks stay.
 */
export const escapeMarkup = (text: string): string =>
  text
    .split("\n")
    .map(escapeUnsafe)
    .join("\n")
    .replaceAll(/[&<>"']/g, (one) => ENTITIES[one]!)
    .replaceAll(/##(?=\w*\[)/g, "#&#35;")
    .replaceAll(/^(\s*):(?=:)/gm, "$1&#58;");
