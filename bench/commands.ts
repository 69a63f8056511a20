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

/** A whole `adcp-conformance run` without its seller's process: the most memory in MB, and the time in milliseconds. */
export async function wholeRun(url: string, account: Record<string, unknown>): Promise<{ mb: number; ms: number }> {
  const out = mkdtempSync(join(tmpdir(), "adcp-conformance-bench-"));
  const started = performance.now();
  const preload = ["--import", `data:text/javascript,${encodeURIComponent(TELL_MEMORY)}`];
  const words = [
    "run",
    url,
    "--account",
    JSON.stringify(account),
    "--runs",
    "0",
    "--seed",
    "1",
    "--quiet",
    "--out",
    out,
  ];
  const child = spawn(process.execPath, [...preload, CLI, ...words], {
    stdio: ["ignore", "ignore", "inherit", "pipe"],
  });
  const [[code], told] = await Promise.all([once(child, "exit"), text(child.stdio[3] as NodeJS.ReadableStream)]);
  const ms = performance.now() - started;
  rmSync(out, { recursive: true });
  if (code !== 0) throw new Error(`adcp-conformance run ended with ${code}`);
  return { mb: Number(told) / 1024, ms };
}

/** Seconds that `adcp-conformance self-test` takes. */
export const selfTest = async (): Promise<number> => (await timeNode([CLI, "self-test", "--quiet"])) / 1000;
