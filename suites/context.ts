import { broke, every, held } from "../src/engine/judgement.ts";
import { must, note, should } from "../src/engine/rule.ts";
import { scenario, suite } from "../src/engine/suite.ts";
import { accepted, untouched } from "../src/model/refusal.ts";
import { isDiscovery } from "../src/model/requests.ts";
import type { Answer } from "../src/protocol/answer.ts";
import { isObject, own, sameJson } from "../src/protocol/json.ts";
import { TASK } from "../src/protocol/request.ts";
import { docs } from "./citations.ts";

const echo = docs("context", "context");

/** A context that would do harm if a seller took it for more than a thing to hand back. */
const TEMPTING = {
  delete_missing: true,
  dry_run: true,
  event_sources: [],
  errors: [{ code: "INVALID_REQUEST", message: "not an error" }],
  status: "failed",
  account: { account_id: "cf_no_such_account" },
  idempotency_key: "cf-not-a-key-of-this-call",
};

/** Whether the request's context came back as it was; `undefined` where none was sent. */
function echoed(answer: Answer) {
  const sent = own(answer.request, "context");
  if (answer.tool !== TASK || !isObject(sent)) return undefined;
  const back = own(answer.payload, "context");
  if (sameJson(sent, back)) return held;
  const evidence = {
    pointer: back === undefined ? "" : "/context",
    expected: sent,
    actual: back ?? "nothing",
    exchanges: [answer.exchange.n],
  };
  return broke(
    back === undefined ? "the context did not come back" : "another context came back than was sent",
    evidence,
  );
}

export default suite("context", {
  about: "The buyer's context comes back as it was sent, and means nothing to the seller.",
  rules: {
    "CTX-01": must("a success hands the context back unchanged", echo),
    "CTX-02": must("an error of the task hands the context back unchanged", echo),
    "CTX-02-EARLY": should("a refusal before the task is reached hands the context back as well", echo),
    "CTX-03": must("an answer has no context where the request had none", echo),
    "CTX-04": must("the context has no influence on what is done", echo),
    "CTX-05": must("a discovery hands the context back unchanged", echo),
    "CTX-06": note("ext in a request is accepted", docs("context", "ext")),
  },
  answers: {
    "CTX-01": (answer) => {
      // What a replay hands back is IDM-09-ECHO's.
      const first = answer.outcome.kind === "accepted" && !isDiscovery(answer) && !answer.reused;
      return first ? echoed(answer) : undefined;
    },
    "CTX-02": (answer) =>
      answer.outcome.kind === "rejected" && answer.outcome.layer === "task" ? echoed(answer) : undefined,
    "CTX-02-EARLY": (answer) => {
      const early = answer.outcome.kind === "rejected" && answer.outcome.layer !== "task" && !answer.outcome.transient;
      return early ? echoed(answer) : undefined;
    },
    "CTX-03": (answer) => {
      if (answer.tool !== TASK || !answer.payload || own(answer.request, "context") !== undefined) return undefined;
      const back = own(answer.payload, "context");
      if (back === undefined || back === null) return held;
      const evidence = { pointer: "/context", expected: "no context", actual: back, exchanges: [answer.exchange.n] };
      return broke("an answer has a context that nobody sent", evidence);
    },
    "CTX-05": (answer) => {
      const first = answer.outcome.kind === "accepted" && isDiscovery(answer) && !answer.reused;
      return first ? echoed(answer) : undefined;
    },
  },
  scenarios: [
    scenario("a context of every kind of value", { proves: ["CTX-01", "CTX-05"] }, async ({ buyer, given }) => {
      const context = {
        trace_id: "cf-trace",
        nested: { list: [1, 2.5, -3, "four", null, true, { five: [] }], empty: {}, none: null, blank: "" },
        nothing: null,
        blank: "",
        list: [],
        "a key with spaces and \u00e4": "\u65e5\u672c",
      };
      given(accepted((await buyer.sync([buyer.eventSource()], { context })).answer));
      await buyer.discover({ context });
    }),
    scenario(
      "a context that would tempt",
      { proves: ["CTX-04"], needs: ["delete"] },
      async ({ buyer, check, given }) => {
        const source = buyer.eventSource();
        given(accepted((await buyer.sync([source])).answer));
        const written = await buyer.probe(
          (request) => ({ ...request, context: TEMPTING }),
          [{ ...source, name: "renamed beside a context" }],
        );
        const row = written.after.rows.find(({ id }) => id === source.event_source_id);
        const renamed = row?.raw["name"] === undefined || row.raw["name"] === "renamed beside a context";
        const evidence = {
          expected: "the update",
          actual: row?.raw ?? "not there",
          exchanges: [written.answer.exchange.n, written.after.exchange],
        };
        const applied = row && renamed ? held : broke("a context kept an update from being applied", evidence);
        check("CTX-04", every(accepted(written.answer), applied, untouched(written, [source.event_source_id])));
      },
    ),
    scenario("ext in a request", { proves: ["CTX-06"] }, async ({ buyer, check }) => {
      const written = await buyer.probe(
        (request) => ({ ...request, ext: { cf: { note: "means nothing" } } }),
        [buyer.eventSource()],
      );
      check("CTX-06", accepted(written.answer));
    }),
  ],
});
