import type { Reporter } from "./reporter.ts";

interface Format {
  /** The file it is written to beside `report.json`; absent: it goes to the standard output. */
  file?: string;
  load(): Promise<Reporter>;
}

const FORMATS: Record<string, Format> = {
  terminal: { load: async () => (await import("./terminal.ts")).terminal },
  json: { file: "report.json", load: async () => (await import("./json.ts")).json },
  html: { file: "report.html", load: async () => (await import("./html/page.ts")).html },
  junit: { file: "junit.xml", load: async () => (await import("./junit.ts")).junit },
  ctrf: { file: "ctrf.json", load: async () => (await import("./ctrf.ts")).ctrf },
  markdown: { file: "report.md", load: async () => (await import("./markdown.ts")).markdown },
  github: { load: async () => (await import("./github.ts")).github },
  adcp: { file: "adcp.json", load: async () => (await import("./adcp/adcp.ts")).adcp },
};

export const formatNames: readonly string[] = Object.keys(FORMATS);

export const isFormat = (name: string): boolean => Object.hasOwn(FORMATS, name);

export const fileOf = (name: string): string | undefined => FORMATS[name]?.file;

/** @throws Error for a format that `isFormat` denies. */
export async function reporter(name: string): Promise<Reporter> {
  if (!isFormat(name)) throw new Error(`no reporter for the format ${JSON.stringify(name)}`);
  return FORMATS[name]!.load();
}
