import { broke, held, type Judgement, unclear } from "../src/engine/judgement.ts";
import type { Buyer } from "../src/engine/scene.ts";
import { ScenarioEnd } from "../src/engine/stop.ts";
import { scenario } from "../src/engine/suite.ts";
import { isDiscovery, isSync } from "../src/model/requests.ts";
import { type JsonObject, sameJson } from "../src/protocol/json.ts";
import { freshKey, TASK } from "../src/protocol/request.ts";
import { replays } from "./replays.ts";

/** What became of keys whose calls the seller's rate limit refused. It is played last, when the run has had occasion. */
export const limits = [
  scenario(
    "a call that the rate limit refused to the end, under another key and under its own",
    { proves: ["IDM-19"], gate: replays },
    async ({ buyer, check, exclude }) => {
      const requests = repeatable(buyer);
      if (requests.length === 0) {
        return exclude("IDM-19", "the seller limited no call of this run for longer than was waited");
      }
      const before = buyer.givenUp.length;
      for (const request of requests) {
        const judgement = await limitKept(buyer, request);
        check("IDM-19", judgement);
        if (judgement.verdict !== "unclear" || buyer.givenUp.length > before) break;
      }
      // Some of the calls may have written.
      await sent(() => buyer.discover());
    },
  ),
];

/** Limited calls for this account that may be carried out late without harm: discoveries first, and no deletions. */
function repeatable(buyer: Buyer): JsonObject[] {
  const calls = buyer.givenUp.filter(
    ({ request }) => sameJson(request["account"], buyer.account) && request["delete_missing"] === undefined,
  );
  return [...calls.filter(isDiscovery), ...calls.filter(isSync)].slice(0, 3).map(({ request }) => request);
}

/**
 * A limit is of calls, not of keys: where a key is refused for as long as it is waited for, and another passes at once, and
 * both again, it is the refusal that was kept.
 */
async function limitKept(buyer: Buyer, request: JsonObject): Promise<Judgement> {
  const exchanges: number[] = [];
  for (let round = 0; round < 2; round++) {
    const other = await sent(() => buyer.call(TASK, { ...request, idempotency_key: freshKey() }));
    if (other?.outcome.kind !== "accepted" || other.limited) {
      return unclear("a call that was limited is refused under another key as well");
    }
    const own = await sent(() => buyer.call(TASK, request));
    if (own) return own.outcome.kind === "accepted" ? held : unclear("the call was refused for another reason");
    exchanges.push(other.exchange.n, ...(buyer.givenUp.at(-1)?.exchanges.slice(-1) ?? []));
  }
  return broke("a key stayed refused with RATE_LIMITED, while equal calls under other keys passed", {
    expected: "the call is carried out when the time has passed",
    actual: "RATE_LIMITED",
    exchanges,
  });
}

/** The answer; nothing where the seller limited the call to the end. */
async function sent<T>(call: () => Promise<T>): Promise<T | undefined> {
  return call().catch((error: unknown) => {
    if (error instanceof ScenarioEnd) return undefined;
    throw error;
  });
}
