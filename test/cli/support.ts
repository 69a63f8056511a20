import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cli } from "../../src/cli/cli.ts";
import type { Io } from "../../src/cli/io.ts";

export interface Ran {
  code: number;
  stdout: string;
  stderr: string;
}

export interface FakeIo extends Io {
  text(): { stdout: string; stderr: string };
  /** Sends the signal that `onSignal` waits for. */
  signal(): void;
}

export function fakeIo(over: { cwd: string; env?: Io["env"]; isTTY?: boolean; columns?: number }): FakeIo {
  const written = { stdout: "", stderr: "" };
  const handlers = new Set<() => void>();
  const output = (name: keyof typeof written) => ({
    write: (text: string) => {
      written[name] += text;
    },
    isTTY: over.isTTY ?? false,
    columns: over.columns ?? 100,
  });
  return {
    stdout: output("stdout"),
    stderr: output("stderr"),
    env: over.env ?? {},
    cwd: over.cwd,
    onSignal(handler) {
      handlers.add(handler);
      return () => handlers.delete(handler);
    },
    exit: (code) => {
      throw new Error(`exit ${code}`);
    },
    text: () => ({ ...written }),
    signal: () => {
      for (const handler of handlers) handler();
    },
  };
}

/** Runs a command line in this process. */
export async function ran(args: readonly string[], cwd: string, env: Io["env"] = {}): Promise<Ran> {
  const io = fakeIo({ cwd, env });
  const code = await cli(args, io);
  return { code, ...io.text() };
}

/** A new empty folder for one test. */
export function folder(): { path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), "adcp-conformance-"));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}
