import { randomUUID } from "node:crypto";
import { broke, every, held, type Judgement, unclear } from "../src/engine/judgement.ts";
import { must } from "../src/engine/rule.ts";
import type { WireOptions } from "../src/engine/scene.ts";
import type { SellerFacts } from "../src/engine/seller.ts";
import { scenario, suite } from "../src/engine/suite.ts";
import { accepted, errorsOf, untouched } from "../src/model/refusal.ts";
import type { Answer } from "../src/protocol/answer.ts";
import { TASK } from "../src/protocol/request.ts";
import { bare } from "./bare.ts";
import { docs } from "./citations.ts";
import { credentialHeaders } from "./credentials.ts";
import { discreet, OPEN, turnedAway } from "./turned-away.ts";

export default suite("authorization", {
  about: "Nobody gets at an account with the credentials of somebody who may not use it.",
  rules: {
    "AUT-08": must(
      "a call with the credentials of somebody who may not use the account is refused, changes nothing and tells nothing",
      docs("security", "account isolation"),
    ),
    "ACC-08": must(
      "an account that is somebody else's is refused just as one that does not exist",
      docs("errors", "not found"),
    ),
  },
  scenarios: [
    scenario(
      "calls with somebody else's credentials",
      {
        proves: ["AUT-08", "ACC-08"],
        gate: ({ credentials, otherToken }) => {
          if (!credentials) return OPEN;
          return otherToken === undefined
            ? { not_applicable: "no credential of somebody else was given (--other-token)" }
            : undefined;
        },
      },
      async ({ buyer, seller, check, exclude, given }) => {
        const [source, other] = [buyer.eventSource(), buyer.eventSource()];
        given(
          accepted((await buyer.sync([source])).answer),
          "a well-formed call with the run's credentials was refused as well",
        );
        const wire = asSomebodyElse(seller);
        const how = "with somebody else's credentials";
        const sources = [{ ...source, name: "renamed by somebody else" }, other];
        const written = await buyer.probe(bare, sources, wire);
        check("AUT-08", every(turnedAway(written.answer, how), untouched(written), discreet(written.answer, buyer)));
        const look = await buyer.call(TASK, bare(buyer.request()), wire);
        check("AUT-08", every(turnedAway(look, how), discreet(look, buyer)));
        if (typeof buyer.account["account_id"] !== "string")
          return exclude("ACC-08", "the run's account is not named by id, and any other reference may make an account");
        const unknown = { ...bare(buyer.request()), account: { account_id: randomUUID() } };
        check("ACC-08", indistinct(look, await buyer.call(TASK, unknown, wire)));
      },
    ),
  ],
});

/** The run's own credentials replaced by those of somebody else. */
function asSomebodyElse(seller: SellerFacts): WireOptions {
  const shown = (name: string) =>
    name === "authorization" ? `Bearer ${seller.otherToken}` : (seller.otherToken as string);
  const names = credentialHeaders(seller);
  const used = names.length > 0 ? names : ["authorization"];
  return { headers: Object.fromEntries(used.map((name) => [name, shown(name)])) };
}

/** Two refusals tell nothing of which account exists. What they were asked about may stand in their words. */
function indistinct(foreign: Answer, unknown: Answer): Judgement {
  for (const answer of [foreign, unknown]) {
    const refused = turnedAway(answer, "with somebody else's credentials");
    if (refused.verdict !== "held") return unclear("a call with somebody else's credentials was not refused (AUT-08)");
  }
  const [there, nowhere] = [foreign, unknown].map((answer) => ({
    status: answer.exchange.response?.status,
    code: errorsOf(answer)[0]?.code,
  }));
  if (there?.status === nowhere?.status && there?.code === nowhere?.code) return held;
  return broke("an account that is somebody else's was told from one that does not exist", {
    expected: nowhere,
    actual: there,
    exchanges: [unknown.exchange.n, foreign.exchange.n],
  });
}
