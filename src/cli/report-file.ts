import { resolve } from "node:path";
import { ReportError, readReport } from "../report/read.ts";
import type { Report } from "../report/report.ts";
import { UsageError } from "./usage.ts";

/** @throws UsageError for a file that is no report */
export const reportFile = (cwd: string, name: string): Report => asUsage(() => readReport(resolve(cwd, name)));

/** Reports that cannot be used are wrong usage. @throws UsageError */
export function asUsage<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof ReportError) throw new UsageError(error.message);
    throw error;
  }
}
