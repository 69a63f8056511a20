import { randomUUID } from "node:crypto";
import { broke, every, held, type Judgement, unclear } from "../src/engine/judgement.ts";
import { must, should } from "../src/engine/rule.ts";
import type { SellerFacts } from "../src/engine/seller.ts";
import { scenario, suite } from "../src/engine/suite.ts";
import { accepted, coded, errorsOf, refused, untouched } from "../src/model/refusal.ts";
import type { Answer } from "../src/protocol/answer.ts";
import { own } from "../src/protocol/json.ts";
import { TASK } from "../src/protocol/request.ts";
import { docs, page, schema } from "./citations.ts";
import { errorObjects } from "./error-objects.ts";

const NOT_FOUND = ["ACCOUNT_NOT_FOUND"];

/** Whether the seller hands out account ids: then an id that it did not hand out cannot mean an account. */
const handsOutIds = ({ capabilities, tools }: SellerFacts) =>
  capabilities.requireOperatorAuth === true || tools.includes("list_accounts");

export default suite("accounts", {
  about: "A call for an account that does not exist is refused as a whole.",
  rules: {
    "ACC-01": must("a call for an unknown account is refused, and makes nothing", page("error-handling")),
    "ACC-01-CODE": must(
      "a seller that hands out account ids refuses an unknown one with ACCOUNT_NOT_FOUND",
      page("error-handling"),
    ),
    "ACC-01-ADVICE": should("an unknown account is refused with ACCOUNT_NOT_FOUND", page("error-handling")),
    "ACC-02": should("ACCOUNT_NOT_FOUND is terminal", schema("codes", "/enumMetadata/ACCOUNT_NOT_FOUND", "derived")),
    "ACC-07": must("the sources of one account are not those of another", docs("security", "account isolation")),
    "ACC-03": must("an account error stands for the operation, not for a source", page("response")),
  },
  observations: { "other account stays": "ACC-07" },
  answers: {
    "ACC-02": (answer) => {
      const error = errorObjects(answer).find((one) => own(one, "code") === "ACCOUNT_NOT_FOUND");
      const recovery = own(error, "recovery");
      if (typeof recovery !== "string") return undefined;
      const evidence = { expected: "terminal", actual: recovery, exchanges: [answer.exchange.n] };
      return recovery === "terminal" ? held : broke("ACCOUNT_NOT_FOUND was given another recovery", evidence);
    },
    "ACC-03": (answer) => {
      if (answer.outcome.kind !== "accepted") return undefined;
      const sources = own(answer.payload, "event_sources");
      const codes = (Array.isArray(sources) ? sources : [])
        .flatMap((one) => own(one, "errors"))
        .map((error) => own(error, "code"));
      if (!codes.some((code) => typeof code === "string" && code.startsWith("ACCOUNT_"))) return undefined;
      const evidence = {
        pointer: "/event_sources",
        expected: "errors of the operation",
        actual: sources,
        exchanges: [answer.exchange.n],
      };
      return broke("an account error was reported for single sources", evidence);
    },
  },
  scenarios: [
    scenario(
      "one id on two accounts",
      { proves: ["ACC-07"], needs: ["second-account"] },
      async ({ buyer, second, check, given }) => {
        const source = buyer.eventSource();
        const id = source.event_source_id;
        // Where little may be made, ids are used again: an earlier scenario may have made this one there.
        const free = second.state.rows.every((row) => row.id !== id);
        given(free ? held : unclear("no id is left that the second account does not hold"));
        given(accepted((await buyer.sync([source])).answer));
        given(accepted(await second.discover()));
        const strayed = second.state.rows.find((row) => row.id === id);
        const evidence = {
          expected: "not there",
          actual: strayed?.raw,
          exchanges: [buyer.state.exchange, second.state.exchange],
        };
        check("ACC-07", strayed ? broke("a source of one account stands in another", evidence) : held);
        const here = buyer.state;
        const written = await second.sync([{ ...source, name: "the second account's" }]);
        given(accepted(await buyer.discover()));
        const change = buyer.changesSince(here)[0];
        check(
          "ACC-07",
          change
            ? broke("a sync for one account changed a source of another", {
                expected: change.before ?? "not there",
                actual: change.after ?? "not there any more",
                exchanges: [here.exchange, written.answer.exchange.n, buyer.state.exchange],
              })
            : held,
        );
      },
    ),
    scenario(
      "an account id that nobody has",
      { proves: ["ACC-01", "ACC-01-CODE", "ACC-01-ADVICE", "ACC-03"] },
      async ({ buyer, seller, check, exclude, given }) => {
        const source = buyer.eventSource();
        given(
          accepted((await buyer.sync([source])).answer),
          "a well-formed request for the run's account was refused as well",
        );
        const account = { account_id: randomUUID() };
        const written = await buyer.probe(
          (request) => ({ ...request, account, context: { trace_id: "cf-unknown-account" } }),
          [buyer.eventSource({ event_source_id: source.event_source_id })],
        );
        const look = await buyer.call(TASK, { ...buyer.request(), account });
        check("ACC-01", every(refused(written), untouched(written), unknown(look)));
        if (refused(written).verdict !== "held") return;
        check(handsOutIds(seller) ? "ACC-01-CODE" : "ACC-01-ADVICE", strictlyCoded(written.answer));
        if (handsOutIds(seller)) exclude("ACC-01-ADVICE", "the seller hands out account ids: ACC-01-CODE speaks");
        else exclude("ACC-01-CODE", "the seller does not hand out account ids: ACC-01-ADVICE speaks");
        const operation = written.answer.outcome.kind === "rejected";
        const evidence = {
          pointer: "/event_sources",
          expected: "errors",
          actual: written.answer.outcome,
          exchanges: [written.answer.exchange.n],
        };
        check("ACC-03", operation ? held : broke("an unknown account was reported for single sources", evidence));
      },
    ),
  ],
});

/** An account that does not exist cannot be discovered either. */
function unknown(answer: Answer): Judgement {
  if (answer.outcome.kind !== "accepted") return held;
  return broke("a discovery of an account that does not exist was answered with sources", {
    pointer: "/event_sources",
    expected: "ACCOUNT_NOT_FOUND",
    actual: own(answer.payload, "event_sources"),
    exchanges: [answer.exchange.n],
  });
}

/** The code itself, not just any refusal: the protocol library cannot know an account. */
function strictlyCoded(answer: Answer): Judgement {
  const judgement = coded(answer, NOT_FOUND);
  if (errorsOf(answer).some(({ code }) => code === "ACCOUNT_NOT_FOUND")) return held;
  return judgement.verdict === "held"
    ? broke("the refusal carries no AdCP code", { expected: NOT_FOUND, actual: "none", exchanges: [answer.exchange.n] })
    : judgement;
}
