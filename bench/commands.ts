import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { median } from "./median.ts";

const CLI = fileURLToPath(new URL("../src/cli/main.js", import.meta.url));

/** Runs node to its end; milliseconds. @throws Error unless it exits with 0 */
async function timeNode(args: readonly string[]): Promise<number> {
  const started = performance.now();
  const [code] = await once(spawn(process.execPath, args, { stdio: "ignore" }), "exit");
  if (code !== 0) throw new Error(`node ${args.join(" ")} ended with ${code}`);
  return performance.now() - started;
}

/** Medians in milliseconds: `adcp-conformance list`, and node with nothing to do, in turn. */
export async function startUp(pairs: number): Promise<{ list: number; node: number }> {
  const list: number[] = [];
  const node: number[] = [];
  for (let pair = 0; pair < pairs; pair++) {
    list.push(await timeNode([CLI, "list"]));
    node.push(await timeNode(["-e", "0"]));
  }
  return { list: median(list), node: median(node) };
}

/**
 * Tells on file descriptor 3 the most memory that its process held. Linux counts a process's maximum resident set from the
 * one that started it; the high-water mark of its own memory is read instead, where there is one.
 */
const TELL_MEMORY = `
  import { readFileSync, writeSync } from "node:fs";
  process.on("exit", () => {
    let kb = process.resourceUsage().maxRSS;
    try { kb = /VmHWM:\\s*(\\d+)/.exec(readFileSync("/proc/self/status", "utf8"))[1]; } catch {}
    writeSync(3, String(kb));
  });`;

/** What a whole command took without its seller's process: the most memory in MB, and the time in milliseconds. */
export interface Taken {
  mb: number;
  ms: number;
}

/** A whole `adcp-conformance run` of the scenarios. */
export const wholeRun = (url: string, account: Record<string, unknown>): Promise<Taken> =>
  take(["run", url, "--account", JSON.stringify(account), "--runs", "0", "--seed", "1"]);

/** A whole `adcp-conformance fuzz` of so many requests. */
export const wholeFuzz = (url: string, account: Record<string, unknown>, requests: number): Promise<Taken> => {
  const budget = ["--runs", "1000000", "--max-requests", String(requests), "--max-time", "100000"];
  return take(["fuzz", url, "--account", JSON.stringify(account), "--seed", "1", ...budget]);
};

/** @throws Error unless it exits with 0 */
async function take(words: readonly string[]): Promise<Taken> {
  const out = mkdtempSync(join(tmpdir(), "adcp-conformance-bench-"));
  const started = performance.now();
  const preload = ["--import", `data:text/javascript,${encodeURIComponent(TELL_MEMORY)}`];
  const child = spawn(process.execPath, [...preload, CLI, ...words, "--quiet", "--out", out], {
    stdio: ["ignore", "ignore", "inherit", "pipe"],
  });
  const [[code], told] = await Promise.all([once(child, "exit"), text(child.stdio[3] as NodeJS.ReadableStream)]);
  const ms = performance.now() - started;
  rmSync(out, { recursive: true });
  if (code !== 0) throw new Error(`adcp-conformance ${words[0]} ended with ${code}`);
  return { mb: Number(told) / 1024, ms };
}

/** Seconds that `adcp-conformance self-test` takes. */
export const selfTest = async (): Promise<number> => (await timeNode([CLI, "self-test", "--quiet"])) / 1000;
