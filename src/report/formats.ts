import type { Reporter } from "./reporter.ts";

interface Format {
  /** The file it is written to beside `report.json`; absent: it is for the terminal. */
  file?: string;
  /** Absent: this version does not have it yet. */
  load?(): Promise<Reporter>;
}

const FORMATS: Record<string, Format> = {
  terminal: { load: async () => (await import("./terminal.ts")).terminal },
  json: { file: "report.json", load: async () => (await import("./json.ts")).json },
  junit: { file: "junit.xml" },
  html: { file: "report.html" },
  markdown: { file: "report.md" },
  ctrf: { file: "ctrf.json" },
  sarif: { file: "report.sarif" },
};

/** The names of all formats, those of later versions included. */
export const formatNames: readonly string[] = Object.keys(FORMATS);

export const isFormat = (name: string): boolean => Object.hasOwn(FORMATS, name);

export const hasReporter = (name: string): boolean => isFormat(name) && FORMATS[name]!.load !== undefined;

export const fileOf = (name: string): string | undefined => FORMATS[name]?.file;

/** @throws Error for a format that `hasReporter` denies. */
export async function reporter(name: string): Promise<Reporter> {
  const load = isFormat(name) ? FORMATS[name]!.load : undefined;
  if (!load) throw new Error(`no reporter for the format ${JSON.stringify(name)}`);
  return load();
}
