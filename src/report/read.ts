import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import ajv from "ajv";
import formats from "ajv-formats";
import type { Report } from "./report.ts";

/** What is wrong with a report file; one sentence. */
export class ReportError extends Error {
  override readonly name = "ReportError";
}

/**
 * Reads `report.json`, given as a file or by its folder, and checks it against schemas/report.json.
 * @throws ReportError
 */
export function readReport(path: string): Report {
  let text: string;
  try {
    text = readFileSync(statSync(path).isDirectory() ? join(path, "report.json") : path, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new ReportError(code === "ENOENT" ? `There is no report at ${path}.` : `${path} cannot be read: ${code}.`);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new ReportError(`${path} is no report: it is not JSON.`);
  }
  const validate = reportValidator();
  if (validate(value)) return value as Report;
  const [issue] = validate.errors ?? [];
  throw new ReportError(`${path} is no report of this tool: ${issue?.instancePath || "the root"} ${issue?.message}.`);
}

/** Validates a value against schemas/report.json. */
export function reportValidator() {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, "package.json"))) folder = dirname(folder);
  const checker = new ajv.Ajv({ strict: true, strictTypes: false, strictRequired: false });
  formats.default(checker);
  return checker.compile(JSON.parse(readFileSync(join(folder, "schemas", "report.json"), "utf8")));
}
