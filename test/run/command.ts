import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { Report } from "../../src/report/report.ts";
import type { Exchange } from "../../src/transport/exchange.ts";
import { MAIN } from "./built.ts";

export interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

export interface Started {
  child: ChildProcess;
  ended: Promise<Ended>;
}

export interface Place {
  cwd: string;
  env?: Record<string, string>;
  /** The command's file; the built one unless given. */
  main?: string;
}

/** Starts the built command; it ends with the test at the latest. */
export function start(args: readonly string[], { cwd, env = {}, main = MAIN }: Place): Started {
  const { ADCP_TOKEN: _, ...inherited } = process.env;
  const child = spawn(process.execPath, [main, ...args], {
    cwd,
    env: { ...inherited, NO_COLOR: "1", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const said = { stdout: "", stderr: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    said.stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    said.stderr += text;
  });
  const ended = once(child, "close").then(([code, signal]) => ({ code, signal, ...said }));
  onTestFinished(async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill("SIGKILL");
    await ended;
  });
  return { child, ended };
}

/** Runs the built command to its end. */
export const command = (args: readonly string[], place: Place): Promise<Ended> => start(args, place).ended;

/** What a run left in its folder. */
export function readFolder(folder: string) {
  const text = (name: string) => readFileSync(join(folder, name), "utf8");
  const lines = (name: string) =>
    text(name)
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line));
  return {
    has: (name: string) => existsSync(join(folder, name)),
    report: () => JSON.parse(text("report.json")) as Report,
    exchanges: () => lines("exchanges.ndjson") as Exchange[],
    journal: () => lines("journal.ndjson") as Record<string, unknown>[],
  };
}

/** One sentence for a person: no trace of the program's inside. */
export const STACK = /^\s+at .+:\d+:\d+\)?$|node:internal|\bTypeError\b|a defect of this tool/m;
