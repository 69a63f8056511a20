import { must, should } from "../src/engine/rule.ts";
import type { Buyer, Scene } from "../src/engine/scene.ts";
import { scenario, suite } from "../src/engine/suite.ts";
import { judgeOverlap, type Orders } from "../src/model/orders.ts";
import { accepted } from "../src/model/refusal.ts";
import type { JsonObject } from "../src/protocol/json.ts";
import { docs, schema } from "./citations.ts";
import { together } from "./idempotency-races.ts";

const PROVES = ["OVL-01", "OVL-02"] as const;

export default suite("overlapping", {
  about: "Calls that come at once leave what they would leave one after another.",
  rules: {
    "OVL-01": must(
      "after calls that overlap, every source is what some order of them makes of it",
      schema("request", "/description", "derived"),
    ),
    "OVL-02": should(
      "one order of overlapping calls, each of them whole, explains what they leave and what their answers say",
      docs("accountState", "reading back", "derived"),
    ),
  },
  scenarios: [
    scenario("changes of one source", { proves: PROVES }, async (scene) => {
      const { buyer, given } = scene;
      const source = buyer.eventSource();
      given(accepted((await buyer.sync([source])).answer));
      const another = () => buyer.eventSource({ event_source_id: source.event_source_id });
      // The first round opens the connections, so that the calls of the second one arrive together.
      record(scene, await overlap(buyer, [{ event_sources: [another()] }, { event_sources: [another()] }]));
      given(accepted((await buyer.sync([source])).answer));
      const changes = [{ name: "changed at once" }, { allowed_domains: ["at-once.example.com"] }];
      record(
        scene,
        await overlap(
          buyer,
          changes.map((change) => ({ event_sources: [{ ...source, ...change }] })),
        ),
      );
    }),
    scenario("new sources, one of them in two calls", { proves: PROVES }, async (scene) => {
      const { buyer } = scene;
      const [one, shared, other] = [buyer.eventSource(), buyer.eventSource(), buyer.eventSource()];
      const again = buyer.eventSource({ event_source_id: shared.event_source_id });
      record(scene, await overlap(buyer, [{ event_sources: [one, shared] }, { event_sources: [again, other] }]));
    }),
    scenario("a new source beside a deletion", { proves: PROVES, needs: ["delete"] }, async (scene) => {
      const { buyer, given } = scene;
      const [kept, gone, fresh] = [buyer.eventSource(), buyer.eventSource(), buyer.eventSource()];
      given(accepted((await buyer.sync([kept, gone])).answer));
      const listed = [kept, ...buyer.keepers([kept])];
      const deletion = { event_sources: listed, delete_missing: true };
      record(scene, await overlap(buyer, [deletion, { event_sources: [fresh] }]));
    }),
  ],
});

/** Sends calls at once under keys of their own, and holds what they leave against every order of them. */
export async function overlap(buyer: Buyer, calls: readonly Parameters<Buyer["request"]>[0][]): Promise<Orders> {
  const before = buyer.state;
  const requests = calls.map((fields): JsonObject => buyer.request(fields));
  const { answers } = await together(buyer, requests);
  return judgeOverlap(before, answers, buyer.state);
}

function record({ check }: Pick<Scene<(typeof PROVES)[number]>, "check">, { sources, calls }: Orders): void {
  check("OVL-01", sources);
  check("OVL-02", calls);
}
