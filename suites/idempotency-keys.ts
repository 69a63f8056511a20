import { randomBytes } from "node:crypto";
import { broke, held, type Judgement, unclear } from "../src/engine/judgement.ts";
import type { Scene } from "../src/engine/scene.ts";
import { scenario } from "../src/engine/suite.ts";
import { accepted, coded, refused, refusedCleanly } from "../src/model/refusal.ts";
import { rowsOf } from "../src/protocol/event-source.ts";
import type { JsonObject } from "../src/protocol/json.ts";
import { freshKey } from "../src/protocol/request.ts";
import { REFUSAL_CODES } from "./probes.ts";
import { replays, shown } from "./replays.ts";

/** One character short of the pattern, one too many, and one that it does not have. Never twice the same. */
const malformed = (): string[] => {
  const text = () => randomBytes(160).toString("hex");
  return [text().slice(0, 15), text().slice(0, 256), `${text().slice(0, 16)} ${text().slice(0, 16)}`];
};

const withoutKey = ({ idempotency_key: _, ...request }: JsonObject): JsonObject => request;

/** Scenarios about keys as such: missing, malformed, and used by calls that failed. */
export const keys = [
  scenario(
    "a key that is missing or malformed",
    { proves: ["IDM-01", "IDM-01-CODE", "IDM-02", "IDM-03"] },
    async ({ buyer, check, given }) => {
      const control = buyer.eventSource();
      given(accepted((await buyer.sync([control])).answer), "a well-formed request was refused as well");
      const source = () => ({
        ...buyer.eventSource({ event_source_id: control.event_source_id }),
        name: "must not be stored",
      });
      const missing = await buyer.probe(withoutKey, [source()]);
      check("IDM-01", refusedCleanly(missing));
      if (refused(missing).verdict === "held") check("IDM-01-CODE", coded(missing.answer, REFUSAL_CODES));
      check("IDM-02", unlisted(await buyer.probe(withoutKey)));
      for (const key of malformed()) {
        check(
          "IDM-03",
          refusedCleanly(await buyer.probe((request) => ({ ...request, idempotency_key: key }), [source()])),
        );
      }
    },
  ),
  scenario("a corrected call under the key of a failed one", { proves: ["IDM-13"], gate: replays }, corrected),
];

/** A discovery that should have been refused was not answered with sources. */
function unlisted({ answer }: Parameters<typeof refused>[0]): Judgement {
  if (answer.outcome.kind === "rejected") return held;
  if (answer.outcome.kind === "broken") return unclear(`the answer could not be read: ${answer.outcome.message}`);
  return broke("a discovery without an idempotency key was answered", {
    expected: "errors",
    actual: shown(answer),
    exchanges: [answer.exchange.n],
  });
}

/** Each request is spoiled in a way that fails as a whole with most sellers. One that fails a source alone is a success, and may be kept. */
const SPOILED: ((request: JsonObject, source: JsonObject) => JsonObject)[] = [
  (request, { event_source_id: _, ...source }) => ({ ...request, event_sources: [source] }),
  (request, source) => ({ ...request, event_sources: [source, { ...source, name: "another name" }] }),
  (request, source) => ({ ...request, event_sources: [{ ...source, event_types: ["cf_no_such_type"] }] }),
];

async function corrected({ buyer, check, given }: Scene<"IDM-13">): Promise<void> {
  given(accepted((await buyer.sync([buyer.eventSource()])).answer));
  for (const spoil of SPOILED) {
    const source = buyer.eventSource();
    const good = buyer.request({ event_sources: [source], idempotency_key: freshKey() });
    const bad = await buyer.probe(() => spoil(good, { ...source }));
    if (bad.answer.outcome.kind !== "rejected") {
      check("IDM-13", unclear("no bad request was refused as a whole"));
      continue;
    }
    const fixed = await buyer.probe(() => good);
    const done = rowsOf(fixed.answer.payload).some(
      (row) => row.id === source.event_source_id && row.action !== "failed",
    );
    const there = fixed.after.rows.some((row) => row.id === source.event_source_id);
    if (fixed.answer.outcome.kind === "accepted" && done && there) {
      check("IDM-13", held);
      continue;
    }
    const control = await buyer.probe(() => ({ ...good, idempotency_key: freshKey() }));
    const evidence = {
      expected: "the corrected call is carried out",
      actual: shown(fixed.answer),
      exchanges: [bad.answer.exchange.n, fixed.answer.exchange.n, control.answer.exchange.n],
    };
    check(
      "IDM-13",
      control.answer.outcome.kind === "accepted"
        ? broke("a corrected call was not carried out under the key of the failed one, and was under another", evidence)
        : unclear("the corrected call was refused under another key as well"),
    );
  }
}
