import type { Comparison } from "./compare.ts";
import type { RenderOptions } from "./reporter.ts";
import { escapeUnsafe } from "./sanitize.ts";

/** The formats of a comparison, and their files; a terminal's has none. */
export const COMPARE_FILES = {
  terminal: undefined,
  json: "comparison.json",
  markdown: "comparison.md",
  html: "comparison.html",
} as const;

export type CompareFormat = keyof typeof COMPARE_FILES;

export const isCompareFormat = (name: string): name is CompareFormat => Object.hasOwn(COMPARE_FILES, name);

export async function renderComparison(
  told: Comparison,
  format: CompareFormat,
  options: RenderOptions,
): Promise<string> {
  switch (format) {
    case "terminal":
      return (await import("./compare-terminal.ts")).compareTerminal(told, options);
    case "json":
      return `${JSON.stringify(told, null, 2).split("\n").map(escapeUnsafe).join("\n")}\n`;
    case "markdown":
      return (await import("./compare-markdown.ts")).compareMarkdown(told);
    case "html":
      return (await import("./compare-html.ts")).compareHtml(told);
  }
}
