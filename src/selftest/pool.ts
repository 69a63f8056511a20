import { availableParallelism } from "node:os";
import { extname } from "node:path";
import { Worker } from "node:worker_threads";
import { type Case, type Played, play } from "./play.ts";

/** Runs at a time in one thread: most of the time of a slow one is waiting. */
const LANES = 3;

export interface PoolOptions {
  /** Worker threads; 0 plays everything in this thread. */
  threads?: number;
  signal?: AbortSignal;
  onPlayed?(played: Played, done: number, all: number): void;
}

/**
 * Plays cases, several at a time, and gives what became of them in the order of the cases. An aborted signal ends it early
 * with those that are done.
 * @throws Error when a run cannot be carried out at all, which is a defect of this tool.
 */
export async function playAll(cases: readonly Case[], options: PoolOptions = {}): Promise<Played[]> {
  const threads = Math.min(options.threads ?? defaultThreads(), cases.length);
  const results = new Array<Played | undefined>(cases.length);
  let next = 0;
  let done = 0;
  const lane = async (carryOut: (one: Case) => Promise<Played>) => {
    while (next < cases.length && !options.signal?.aborted) {
      const at = next++;
      const played = await carryOut(cases[at] as Case);
      results[at] = played;
      options.onPlayed?.(played, ++done, cases.length);
    }
  };
  const lanes = (carryOut: (one: Case) => Promise<Played>) => Array.from({ length: LANES }, () => lane(carryOut));
  const workers = Array.from({ length: threads }, startWorker);
  try {
    await Promise.all(workers.length === 0 ? lanes(play) : workers.flatMap((worker) => lanes(worker.play)));
  } finally {
    await Promise.all(workers.map((worker) => worker.stop()));
  }
  return results.filter((played) => played !== undefined);
}

/** Workers load the built files: from the sources everything is played in this thread. */
const defaultThreads = () => (extname(import.meta.url) === ".js" ? Math.max(2, availableParallelism()) : 0);

function startWorker() {
  const worker = new Worker(new URL("./worker.js", import.meta.url));
  const waiting = new Map<string, { resolve(played: Played): void; reject(error: Error): void }>();
  const keyOf = ({ kind, name, release, seed, stream }: Case) => JSON.stringify([kind, name, release, seed, stream]);
  const failAll = (error: Error) => {
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  };
  worker.on("error", failAll);
  worker.on("message", ({ played, error }: { played?: Played; error?: string }) => {
    if (!played) return failAll(new Error(error));
    waiting.get(keyOf(played.case))?.resolve(played);
    waiting.delete(keyOf(played.case));
  });
  return {
    play: (one: Case) =>
      new Promise<Played>((resolve, reject) => {
        waiting.set(keyOf(one), { resolve, reject });
        worker.postMessage(one);
      }),
    stop: () => worker.terminate(),
  };
}
