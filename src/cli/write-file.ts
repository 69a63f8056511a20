import { renameSync, writeFileSync } from "node:fs";

/** Writes a file that is complete or not there. */
export function writeFile(path: string, text: string): void {
  writeFileSync(`${path}.part`, text);
  renameSync(`${path}.part`, path);
}
