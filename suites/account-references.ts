import { randomUUID } from "node:crypto";
import { broke, held, type Judgement } from "../src/engine/judgement.ts";
import { must, should } from "../src/engine/rule.ts";
import type { Buyer } from "../src/engine/scene.ts";
import { scenario, suite } from "../src/engine/suite.ts";
import { accepted, errorsOf } from "../src/model/refusal.ts";
import type { Answer } from "../src/protocol/answer.ts";
import { rowsOf } from "../src/protocol/event-source.ts";
import { isObject, type JsonObject, own } from "../src/protocol/json.ts";
import { TASK } from "../src/protocol/request.ts";
import { docs, schema } from "./citations.ts";
import { listedAccount } from "./listed-account.ts";

const BY_ID = "the seller wants accounts named by id (require_operator_auth)";
const BY_KEY = "the seller takes accounts by brand and operator (no require_operator_auth)";
const UNLISTED = "list_accounts does not name the run's account in the other way";
const UNKNOWN_KEY_CODES = ["ACCOUNT_NOT_FOUND", "ACCOUNT_SETUP_REQUIRED", "ACCOUNT_AMBIGUOUS", "BRAND_REQUIRED"];

export default suite("account-references", {
  about: "An account is reached in the way that the seller declares, by id or by brand and operator.",
  rules: {
    "ACC-04": must(
      "a seller whose accounts the buyer declares takes a reference by brand and operator",
      schema("account", "/oneOf/1"),
    ),
    "ACC-05": must("a seller that hands out account ids takes a reference by id", schema("account", "/oneOf/0")),
    "ACC-06": should(
      "a brand and operator that the seller does not know are refused by an account code, or given an account",
      docs("accountsAndAgents", "account references", "derived"),
    ),
    "ACC-10": must(
      "the sandbox of a brand and operator is another account than their production account",
      docs("sandbox", "accounts"),
    ),
  },
  scenarios: [
    scenario(
      "the run's account by brand and operator",
      { proves: ["ACC-04"], reads: true },
      async ({ buyer, seller, check, exclude }) => {
        if (seller.capabilities.requireOperatorAuth !== false) return exclude("ACC-04", BY_ID);
        const reference =
          "brand" in buyer.account ? buyer.account : naturalKey(await listedAccount(buyer, seller.tools));
        if (!reference) return exclude("ACC-04", UNLISTED);
        check("ACC-04", reached(await discover(buyer, reference), "brand and operator"));
      },
    ),
    scenario(
      "the run's account by id",
      { proves: ["ACC-05"], reads: true },
      async ({ buyer, seller, check, exclude }) => {
        if (seller.capabilities.requireOperatorAuth !== true) return exclude("ACC-05", BY_KEY);
        const id = buyer.account["account_id"] ?? own(await listedAccount(buyer, seller.tools), "account_id");
        if (typeof id !== "string") return exclude("ACC-05", UNLISTED);
        check("ACC-05", reached(await discover(buyer, { account_id: id }), "id"));
      },
    ),
    scenario(
      "a brand and an operator that nobody has",
      { proves: ["ACC-06"], reads: true, needs: ["overwrite"] },
      async ({ buyer, check }) => {
        const domain = `cf-${randomUUID()}.example`;
        const answer = await discover(buyer, { brand: { domain }, operator: domain });
        const codes = errorsOf(answer).map(({ code }) => code);
        const understood =
          accepted(answer).verdict === "held" || codes.some((code) => UNKNOWN_KEY_CODES.includes(code ?? ""));
        const evidence = { expected: UNKNOWN_KEY_CODES, actual: codes, exchanges: [answer.exchange.n] };
        check(
          "ACC-06",
          understood ? held : broke("an unknown brand and operator were refused in another way", evidence),
        );
      },
    ),
    scenario("production and sandbox", { proves: ["ACC-10"] }, async ({ buyer, check, exclude, given }) => {
      const { account } = buyer;
      if (!isObject(account["brand"])) return exclude("ACC-10", "the run's account is not named by brand and operator");
      const twin = { ...account, sandbox: account["sandbox"] !== true };
      const source = buyer.eventSource();
      given(accepted((await buyer.sync([source])).answer));
      const answer = await discover(buyer, twin);
      if (answer.outcome.kind !== "accepted") return exclude("ACC-10", "the seller has no such second account");
      const strayed = rowsOf(answer.payload).find(({ id }) => id === source.event_source_id);
      const exchanges = [buyer.state.exchange, answer.exchange.n];
      check(
        "ACC-10",
        strayed
          ? broke("a source of one account stands in its sandbox or production twin", {
              pointer: `/event_sources/${strayed.index}`,
              expected: "not there",
              actual: strayed.raw,
              exchanges,
            })
          : held,
      );
    }),
  ],
});

const discover = (buyer: Buyer, account: JsonObject): Promise<Answer> =>
  buyer.call(TASK, { ...buyer.request(), account });

function reached(answer: Answer, how: string): Judgement {
  const judgement = accepted(answer);
  return judgement.verdict === "broke"
    ? { ...judgement, message: `the run's account could not be reached by ${how}` }
    : judgement;
}

function naturalKey(entry: JsonObject | undefined): JsonObject | undefined {
  const { brand, operator, sandbox } = entry ?? {};
  if (!isObject(brand) || typeof brand["domain"] !== "string" || typeof operator !== "string") return undefined;
  return { brand: { domain: brand["domain"] }, operator, ...(sandbox === true && { sandbox }) };
}
