import { randomUUID } from "node:crypto";
import { broke, held, type Judgement, unclear } from "../src/engine/judgement.ts";
import type { Snapshot } from "../src/engine/oracle.ts";
import { should } from "../src/engine/rule.ts";
import { type Scenario, scenario, suite } from "../src/engine/suite.ts";
import { changesBetween } from "../src/model/changes.ts";
import { accepted, errorsOf } from "../src/model/refusal.ts";
import type { Answer } from "../src/protocol/answer.ts";
import { rowsOf } from "../src/protocol/event-source.ts";
import type { JsonObject } from "../src/protocol/json.ts";
import { TASK } from "../src/protocol/request.ts";
import { docs } from "./citations.ts";

const also = { also: true } as const;

const gate: Scenario["gate"] = ({ also: other }) =>
  other ? undefined : { not_applicable: "no second endpoint was given (--also)" };

export default suite("parity", {
  about: "A seller that speaks two transports is one seller.",
  rules: {
    "A2A-05": should(
      "both endpoints of a seller show the same event sources, and answer the same request alike",
      docs("callingAnAgent", "transports", "derived"),
    ),
  },
  scenarios: [
    scenario(
      "writes over one endpoint, seen over the other",
      { proves: ["A2A-05"], gate },
      async ({ buyer, check, given }) => {
        const source = buyer.eventSource();
        given(accepted((await buyer.sync([source])).answer));
        const seen = await buyer.call(TASK, buyer.request(), also);
        check("A2A-05", same(buyer.state, seen, "what was written over one endpoint"));
        const updated = { ...source, name: `${source.name}, over the other endpoint` };
        const written = await buyer.probe((request) => request, [updated], also);
        check("A2A-05", served(written.answer, written.after));
        check(
          "A2A-05",
          same(
            written.after,
            await buyer.call(TASK, buyer.request(), also),
            "what was written over the other endpoint",
          ),
        );
      },
    ),
    scenario(
      "the same bad requests over both endpoints",
      { proves: ["A2A-05"], reads: true, gate },
      async ({ buyer, check }) => {
        const edits: ((request: JsonObject) => JsonObject)[] = [
          (request) => ({ ...request, account: { account_id: randomUUID() } }),
          ({ account: _, ...request }) => request,
        ];
        for (const edit of edits) {
          const here = await buyer.call(TASK, edit(buyer.request()));
          check("A2A-05", alike(here, await buyer.call(TASK, edit(buyer.request()), also)));
        }
      },
    ),
  ],
});

/** What discovery over the other endpoint shows is what discovery over this one shows. */
function same(here: Snapshot, there: Answer, what: string): Judgement {
  const unread = served(there, here);
  if (unread.verdict !== "held") return unread;
  const rows = rowsOf(there.payload).filter(({ action }) => action !== "deleted");
  const [change] = changesBetween(here, { exchange: there.exchange.n, rows });
  if (!change) return held;
  return broke(`${what} is not shown alike by both`, {
    pointer: "/event_sources",
    expected: change.before ?? "not there",
    actual: change.after ?? "not there",
    exchanges: [here.exchange, there.exchange.n],
  });
}

/** The other endpoint serves what this one serves. */
function served({ outcome, exchange }: Answer, here: Snapshot): Judgement {
  if (outcome.kind === "accepted") return held;
  if (outcome.kind === "broken")
    return unclear(`the answer of the other endpoint could not be read: ${outcome.message}`);
  return broke("a request that one endpoint serves was refused by the other", {
    expected: "event_sources",
    actual: outcome.errors[0]?.raw ?? outcome.prose,
    exchanges: [here.exchange, exchange.n],
  });
}

/** Both refuse, or neither does; where both name a code it is the same. */
function alike(here: Answer, there: Answer): Judgement {
  const exchanges = [here.exchange.n, there.exchange.n];
  for (const { outcome } of [here, there])
    if (outcome.kind === "broken" || (outcome.kind === "rejected" && outcome.transient))
      return unclear("one of two answers to the same request could not be judged");
  if (here.outcome.kind !== there.outcome.kind)
    return broke("one endpoint served a request that the other refused", {
      expected: here.outcome.kind,
      actual: there.outcome.kind,
      exchanges,
    });
  const [mine, theirs] = [here, there].map((answer) => errorsOf(answer)[0]?.code);
  if (mine === undefined || theirs === undefined || mine === theirs) return held;
  return broke("the two endpoints refused a request under different codes", {
    expected: mine,
    actual: theirs,
    exchanges,
  });
}
