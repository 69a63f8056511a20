import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** Requests after which garbage is collected. */
const EVERY = 250;

/**
 * Collects garbage every so many requests: in a long run V8 lets some hundred megabytes of it gather, most of them answers that
 * lived a little too long.
 * @returns to be told the number of requests so far
 */
export function collector(): (requests: number) => void {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  setFlagsFromString("--no-expose-gc");
  let next = EVERY;
  return (requests) => {
    if (requests < next) return;
    next = requests + EVERY;
    collect();
  };
}
