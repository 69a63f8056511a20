import { isOwnId, type Row } from "../protocol/event-source.ts";
import type { JsonObject } from "../protocol/json.ts";
import type { Guard } from "./guard.ts";
import { SENTINEL_ID } from "./lease.ts";
import { closedFor, type PlayerSetup } from "./player.ts";
import type { AccountEntry, Plan } from "./result.ts";
import type { RunSetup } from "./setup.ts";
import type { Scenario } from "./suite.ts";

export function entry(row: Row): AccountEntry {
  const name = row.raw["name"];
  return {
    event_source_id: row.id,
    managed_by: row.managedBy,
    ...(typeof name === "string" && { name }),
    own: isOwnId(row.id),
  };
}

/** What a run would send, as far as it is known before the first write. */
export function planOf(
  { suites, phase }: Pick<RunSetup, "suites" | "phase">,
  account: JsonObject,
  chosen: ReadonlySet<Scenario>,
  setup: Pick<PlayerSetup, "seller" | "guard" | "second" | "allowDestructive">,
): Plan {
  const { guard, seller } = setup;
  const scenarios = suites.flatMap((suite) =>
    suite.scenarios
      .filter((scenario) => chosen.has(scenario))
      .map((scenario) => {
        const closed = closedFor(scenario, setup);
        const blocked = closed && ("not_applicable" in closed ? closed.not_applicable : closed.not_tested);
        return {
          suite: suite.name,
          name: scenario.name,
          rules: [...scenario.proves],
          writes: scenario.reads !== true,
          deletes: scenario.needs?.includes("delete") === true,
          ...(blocked !== undefined && { blocked }),
        };
      }),
  );
  return {
    url: seller.url,
    release: seller.release,
    account,
    mode: guard.limited === undefined ? "full" : "limited",
    ...(guard.limited !== undefined && { reason: guard.limited }),
    foreign: guard.foreign.map(entry),
    seller_managed: guard.sellerManaged.map(entry),
    own: guard.own.map(entry),
    scenarios,
    sequences: phase?.runs ?? 0,
    will_stay: staying(guard),
  };
}

function staying(guard: Guard): string[] {
  if (guard.limited !== undefined) return [SENTINEL_ID, "up to nine sources named cf_<run>_*"];
  return guard.foreign.length > 0 ? [] : [SENTINEL_ID];
}
