import { fuzzing } from "../src/fuzz/fuzz.ts";
import { median } from "./median.ts";
import { type Target, timeReplay, timeRun } from "./scenarios.ts";

/** Requests of one run that is timed. */
const REQUESTS = 2000;

/** Medians in milliseconds of generated calls, and of the same requests alone, in turn; and how many there were. */
export async function timeFuzz(
  seller: Target,
  pairs: number,
  warmUp: number,
): Promise<{ fuzz: number; replay: number; requests: number }> {
  const fuzz: number[] = [];
  const replay: number[] = [];
  let requests = 0;
  for (let pair = 0; pair < warmUp + pairs; pair++) {
    const phase = fuzzing({ runs: 1e6, edges: 100, maxRequests: REQUESTS });
    const timed = await timeRun(seller, pair, { phase, phaseOnly: true });
    const alone = await timeReplay(timed);
    requests = timed.requests.length;
    if (pair < warmUp) continue;
    fuzz.push(timed.ms);
    replay.push(alone);
  }
  return { fuzz: median(fuzz), replay: median(replay), requests };
}
