/** A worker of the self-test: plays each case that it is sent, several at a time, and sends back what became of it. */
import { parentPort } from "node:worker_threads";
import { type Case, play } from "./play.ts";

parentPort?.on("message", (one: Case) => {
  play(one).then(
    (played) => parentPort?.postMessage({ played }),
    (error: unknown) =>
      parentPort?.postMessage({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
  );
});
