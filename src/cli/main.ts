#!/usr/bin/env node
import { cli } from "./cli.ts";
import type { Io } from "./io.ts";

const SIGNALS = ["SIGINT", "SIGTERM"] as const;

const io: Io = {
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  cwd: process.cwd(),
  onSignal(handler) {
    for (const signal of SIGNALS) process.on(signal, handler);
    return () => {
      for (const signal of SIGNALS) process.off(signal, handler);
    };
  },
  exit: (code) => process.exit(code),
};

// A reader that stops early (`| head`) ends the output, not the run.
for (const output of [process.stdout, process.stderr]) output.on("error", () => {});

const code = await cli(process.argv.slice(2), io);
process.exitCode = code;
// What was written has to arrive before the process ends; then nothing that is still open may hold it.
process.stdout.write("", () => process.stderr.write("", () => process.exit(code)));
