import { resolve } from "node:path";
import type { RunSetup } from "../engine/setup.ts";
import { ALONE } from "../fuzz/defaults.ts";
import type { Given } from "./options.ts";

/** The small budget within `run`. */
const WITHIN_RUN = { runs: 25, edges: 120, maxRequests: 1000 };

/**
 * What is generated, as the options have it. Within `run` nothing is where the rules are picked one by one, unless the number
 * of sequences is given.
 */
export async function fuzzPhase(
  given: Given,
  alone: boolean,
  cwd: string,
): Promise<Pick<RunSetup, "phase" | "phaseOnly">> {
  const defaults = alone ? ALONE : { ...WITHIN_RUN, ...(given.only && { runs: 0 }) };
  const runs = given.runs ?? defaults.runs;
  if (runs === 0 && !alone) return {};
  const { fuzzing } = await import("../fuzz/fuzz.ts");
  const maxTime = given["max-time"] ?? (alone ? ALONE.maxTime : undefined);
  const phase = fuzzing({
    ...defaults,
    runs,
    maxRequests: given["max-requests"] ?? Math.max(defaults.maxRequests, alone ? 0 : runs * 40),
    ...(maxTime !== undefined && { maxTime }),
    ...(given.shard && { shard: given.shard }),
    ...(given.replay !== undefined && { path: given.replay }),
    ...(given.schemas !== undefined && { schemas: resolve(cwd, given.schemas) }),
  });
  return { phase, ...(alone && { phaseOnly: true }) };
}
