import { UsageError } from "./usage.ts";

/**
 * The one format of a command that prints something other than a report.
 * @throws UsageError when there are several, or it is none of these
 */
export function outputFormat(formats: readonly string[] | undefined, command: string): "terminal" | "json" {
  const [format = "terminal", ...more] = formats ?? [];
  if (more.length > 0) throw new UsageError(`${command} prints one format, but --format names ${more.length + 1}.`);
  if (format !== "terminal" && format !== "json")
    throw new UsageError(`${command} does not print the format ${format}; it prints terminal and json.`);
  return format;
}
