/**
 * What a run of the scenarios costs beyond its requests, how fast the command starts, and how much memory it takes. Numbers
 * of one machine: compare them with one another, not with those of another machine.
 */
import { availableParallelism } from "node:os";
import { startEmbeddedSeller } from "../src/cli/embedded-seller.ts";
import { selfTest, startUp, wholeFuzz, wholeRun } from "./commands.ts";
import { timeFuzz } from "./fuzz.ts";
import { median } from "./median.ts";
import { timeReplay, timeRun } from "./scenarios.ts";

const PAIRS = 9;
/** Pairs that are not counted: the seller and the run are still being compiled. */
const WARM_UP = 3;
const FUZZ_PAIRS = 5;

const say = (line: string) => process.stdout.write(`${line}\n`);
const ratio = (one: number, other: number, aim: number) => `ratio ${(one / other).toFixed(2)} (aim: at most ${aim})`;

say(`node ${process.version}, ${availableParallelism()} processors`);

const { list, node } = await startUp(PAIRS);
say(`start-up  list ${list.toFixed(0)} ms, node -e 0 ${node.toFixed(0)} ms, ${ratio(list, node, 4)}`);

const seller = await startEmbeddedSeller({ release: "3.1" }, undefined, process.env);
try {
  const { mb, ms } = await wholeRun(seller.url, seller.account);
  say(`memory    ${mb.toFixed(0)} MB at most in a whole run of ${ms.toFixed(0)} ms (aim: at most 150 MB)`);

  const runs: number[] = [];
  const replays: number[] = [];
  let requests = 0;
  for (let pair = 0; pair < WARM_UP + PAIRS; pair++) {
    const timed = await timeRun(seller, pair);
    const replay = await timeReplay(timed);
    requests = timed.requests.length;
    if (pair < WARM_UP) continue;
    runs.push(timed.ms);
    replays.push(replay);
  }
  const [run, replay] = [median(runs), median(replays)];
  say(`requests  ${requests} in a full run of AdCP 3.1 (aim: at most 450)`);
  const more = ((run - replay) / requests).toFixed(2);
  say(`run       ${run.toFixed(0)} ms, the same requests alone ${replay.toFixed(0)} ms, ${ratio(run, replay, 1.3)}`);
  say(`          ${more} ms a request beyond what it takes to send it and to read the answer`);

  const generated = await timeFuzz(seller, FUZZ_PAIRS, 1);
  const share = (generated.replay / generated.fuzz).toFixed(2);
  say(
    `fuzz      ${generated.requests} requests in ${generated.fuzz.toFixed(0)} ms, alone in ${generated.replay.toFixed(0)} ms: ${share} of the requests a second (aim: at least 0.6)`,
  );
  const [few, many] = [
    await wholeFuzz(seller.url, seller.account, 1000),
    await wholeFuzz(seller.url, seller.account, 100_000),
  ];
  say(
    `          ${few.mb.toFixed(0)} MB at most in 1,000 requests, ${many.mb.toFixed(0)} MB in 100,000 (aim: at most 250 MB)`,
  );
} finally {
  await seller.stop();
}

const seconds = (await selfTest()).toFixed(0);
say(`self-test ${seconds} s for every defect and every variant (aim: at most 120 s)`);
