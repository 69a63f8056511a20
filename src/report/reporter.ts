import type { Report } from "./report.ts";

export interface RenderOptions {
  columns: number;
  colour: boolean;
}

/** Turns a report into the text of one format; ends in a line break. */
export type Reporter = (report: Report, options: RenderOptions) => string;
