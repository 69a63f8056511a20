import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("../..", import.meta.url));
export const MAIN = join(ROOT, "dist/src/cli/main.js");

const SOURCES = ["src", "suites", "fixtures"];
/** A folder is made by one process alone: test files run beside each other. */
const LOCK = join(ROOT, "node_modules/.adcp-conformance-build");
const LOCK_MS = 60_000;

/** Builds the command where it is missing or older than a source. @throws Error when it cannot be built */
export async function build(): Promise<void> {
  while (!isFresh()) {
    if (!take()) {
      await delay(200);
      continue;
    }
    try {
      const { status, stdout, stderr } = spawnSync("npx", ["tsc", "-p", "tsconfig.build.json"], {
        cwd: ROOT,
        encoding: "utf8",
      });
      if (status !== 0) throw new Error(`the command could not be built:\n${stdout}${stderr}`);
    } finally {
      rmSync(LOCK, { recursive: true, force: true });
    }
  }
}

function take(): boolean {
  try {
    mkdirSync(LOCK);
    return true;
  } catch {
    // A build that was killed leaves its folder behind.
    if (existsSync(LOCK) && Date.now() - statSync(LOCK).mtimeMs > LOCK_MS)
      rmSync(LOCK, { recursive: true, force: true });
    return false;
  }
}

/** Whether every source has its output, and none is newer than it. */
function isFresh(): boolean {
  return SOURCES.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" }).map((name) => join(folder, name)),
  )
    .filter((name) => name.endsWith(".ts"))
    .every((name) => {
      const output = join(ROOT, "dist", name.replace(/\.ts$/, ".js"));
      return existsSync(output) && statSync(output).mtimeMs >= statSync(join(ROOT, name)).mtimeMs;
    });
}
