import { spawn } from "node:child_process";
import { once } from "node:events";
import { extname } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { Release } from "../validation/release.ts";

export interface EmbeddedSeller {
  url: string;
  a2aUrl: string;
  account: Record<string, unknown>;
  secondAccount: Record<string, unknown>;
  stop(): Promise<void>;
}

/**
 * Starts the embedded seller in a process of its own, so that it and the run do not share one thread.
 * @throws Error when it does not start
 */
export async function startEmbeddedSeller(
  options: { release: Release },
  token: string | undefined,
  env: Record<string, string | undefined>,
): Promise<EmbeddedSeller> {
  const script = fileURLToPath(new URL(`./seller-process${extname(import.meta.url)}`, import.meta.url));
  const child = spawn(process.execPath, [script, JSON.stringify(options)], {
    stdio: ["pipe", "pipe", "pipe"],
    env: { ...env, ADCP_TOKEN: token ?? "" },
  });
  const exited = once(child, "exit");
  // What it says of a failed start is kept; later words are dropped, so that it never waits for a reader.
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => {
    if (said.length < 2000) said += chunk;
  });
  child.stdin.on("error", () => {});
  const firstLine = once(createInterface({ input: child.stdout }), "line").then(([line]) => JSON.parse(String(line)));
  const failed = exited.then(([code]) => {
    throw new Error(`the embedded seller did not start (exit ${code}): ${said.trim().slice(0, 500)}`);
  });
  const { url, a2aUrl, account, secondAccount } = await Promise.race([firstLine, failed]);
  failed.catch(() => {});
  return {
    url,
    a2aUrl,
    account,
    secondAccount,
    async stop() {
      child.stdin.end();
      await exited;
    },
  };
}
