import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, posix, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("../..", import.meta.url));

const NOT_OURS = new Set([".git", "node_modules", "dist", "coverage", "reports"]);

/** The files below a folder of the repository, as paths from its root with forward slashes. */
export function filesBelow(folder: string): string[] {
  const path = join(ROOT, folder);
  if (!existsSync(path)) return [];
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)).replaceAll(sep, "/"));
}

/** Every file of the repository that is not made by a tool. */
export function allFiles(): string[] {
  const top = readdirSync(ROOT, { withFileTypes: true }).filter(({ name }) => !NOT_OURS.has(name));
  return [
    // The loader of the test runner's configuration leaves a file beside it for a moment.
    ...top.filter((entry) => entry.isFile() && !/\.timestamp-|\.tgz$/.test(entry.name)).map(({ name }) => name),
    ...top.filter((entry) => entry.isDirectory()).flatMap(({ name }) => filesBelow(name)),
    ...filesBelow("reports/example"),
  ];
}

export const textOf = (file: string): string => readFileSync(join(ROOT, file), "utf8");

export interface Import {
  /** The file that is imported, from the root; absent for a package. */
  file?: string;
  /** What stands in the quotes. */
  name: string;
}

/** What a module imports, types included; the name of a package as it is written. */
export function importsOf(file: string): Import[] {
  const text = textOf(file);
  const names = [...text.matchAll(/^(?:import|export)\s(?:[\w\s{},*$]*\bfrom\s*)?"([^"]+)"/gm)].map(
    ([, name]) => name!,
  );
  const dynamic = [...text.matchAll(/\bimport\(\s*"([^"]+)"\s*\)/g)].map(([, name]) => name!);
  return [...names, ...dynamic].map((name) =>
    name.startsWith(".") ? { name, file: posix.normalize(posix.join(dirname(file), name)) } : { name },
  );
}
