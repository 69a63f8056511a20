import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import ajv from "ajv";
import formats from "ajv-formats";
import { ReadError, readBounded } from "./read-bounded.ts";
import type { Report } from "./report.ts";

/** A report may come from anybody: no file of any size is taken into memory. */
const MOST_OF_A_REPORT = 256 * 2 ** 20;
const MOST_DEPTH = 200;

/** What is wrong with a report file; one sentence. */
export class ReportError extends Error {
  override readonly name = "ReportError";
}

/**
 * Reads `report.json`, given as a file or by its folder, and checks it against schemas/report.json.
 * @throws ReportError
 */
export function readReport(path: string): Report {
  const file = statSync(path, { throwIfNoEntry: false })?.isDirectory() ? join(path, "report.json") : path;
  let text: string;
  try {
    text = readBounded(file, MOST_OF_A_REPORT);
  } catch (error) {
    if (!(error instanceof ReadError)) throw error;
    throw new ReportError(error.missing ? `There is no report at ${path}.` : `${path} ${error.message}.`);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new ReportError(`${path} is no report: it is not JSON.`);
  }
  if (isDeeperThan(MOST_DEPTH, value))
    throw new ReportError(`${path} is no report of this tool: it is nested too deeply.`);
  const validate = reportValidator();
  if (validate(value)) return value as Report;
  const [issue] = validate.errors ?? [];
  throw new ReportError(`${path} is no report of this tool: ${issue?.instancePath || "the root"} ${issue?.message}.`);
}

/** Whether a JSON value is nested more deeply than that: writing it again would not end well. */
function isDeeperThan(most: number, root: unknown): boolean {
  let level: unknown[] = [root];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > most) return true;
    level = level.flatMap((one) => (typeof one === "object" && one !== null ? Object.values(one) : []));
  }
  return false;
}

/** Validates a value against schemas/report.json. */
export function reportValidator() {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, "package.json"))) folder = dirname(folder);
  const checker = new ajv.Ajv({ strict: true, strictTypes: false, strictRequired: false });
  formats.default(checker);
  return checker.compile(JSON.parse(readFileSync(join(folder, "schemas", "report.json"), "utf8")));
}
