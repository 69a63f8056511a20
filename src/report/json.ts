import type { Reporter } from "./reporter.ts";
import { asJsonText } from "./sanitize.ts";

/** The report as JSON. */
export const json: Reporter = (report) => asJsonText(report);
