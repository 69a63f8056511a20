import type { Reporter } from "./reporter.ts";
import { escapeUnsafe } from "./sanitize.ts";

/** The report as JSON. Characters that could act on a terminal stand as escapes, so that its value is unchanged. */
export const json: Reporter = (report) =>
  `${JSON.stringify(report, null, 2).split("\n").map(escapeUnsafe).join("\n")}\n`;
