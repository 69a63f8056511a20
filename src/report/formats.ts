import type { Reporter } from "./reporter.ts";

interface Format {
  /** The file it is written to beside `report.json`; absent: it goes to the standard output. */
  file?: string;
  /** Absent: this version does not have it yet. */
  load?(): Promise<Reporter>;
}

const FORMATS: Record<string, Format> = {
  terminal: { load: async () => (await import("./terminal.ts")).terminal },
  json: { file: "report.json", load: async () => (await import("./json.ts")).json },
  junit: { file: "junit.xml", load: async () => (await import("./junit.ts")).junit },
  html: { file: "report.html", load: async () => (await import("./html/page.ts")).html },
  markdown: { file: "report.md", load: async () => (await import("./markdown.ts")).markdown },
  github: { load: async () => (await import("./github.ts")).github },
  ctrf: { file: "ctrf.json", load: async () => (await import("./ctrf.ts")).ctrf },
  adcp: { file: "adcp.json" },
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
