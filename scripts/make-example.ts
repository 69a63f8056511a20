/** Makes \`reports/example\`; with --check, says instead which of its files are stale. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeExample } from "./example.ts";

const FOLDER = join("reports", "example");

const files = await makeExample();
const there = existsSync(FOLDER) ? readdirSync(FOLDER) : [];
const text = (name: string) => (there.includes(name) ? readFileSync(join(FOLDER, name), "utf8") : undefined);

if (process.argv.includes("--check")) {
  const stale = [...files].filter(([name, made]) => text(name) !== made).map(([name]) => name);
  const old = there.filter((name) => !files.has(name));
  for (const name of [...stale, ...old]) process.stderr.write(`${join(FOLDER, name)} is stale\n`);
  if (stale.length + old.length > 0) {
    process.stderr.write("npm run example makes them again\n");
    process.exitCode = 1;
  }
} else {
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER, { recursive: true });
  for (const [name, made] of files) writeFileSync(join(FOLDER, name), made);
}
