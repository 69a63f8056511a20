import { broke, every, held, type Judgement, unclear } from "../src/engine/judgement.ts";
import { must, should } from "../src/engine/rule.ts";
import type { Buyer } from "../src/engine/scene.ts";
import type { SellerFacts } from "../src/engine/seller.ts";
import { scenario, suite } from "../src/engine/suite.ts";
import { accepted, refusedCleanly, untouched } from "../src/model/refusal.ts";
import type { Answer } from "../src/protocol/answer.ts";
import { own } from "../src/protocol/json.ts";
import { docs, schema } from "./citations.ts";
import { listedAccount } from "./listed-account.ts";
import { probes } from "./probes.ts";

/** Requests that a seller has to refuse on every account. */
const REFUSED = [...probes["REQ-08"].edits, ...probes["REQ-11"].edits, ...probes["REQ-12"].edits.slice(0, 1)];

export default suite("sandbox", {
  about: "A sandbox account says that it is one, and is treated like any other.",
  rules: {
    "SBX-01": should("an answer for a sandbox account says sandbox: true", docs("sandbox", "response", "should")),
    "SBX-02": must("a sandbox account checks requests as a production account does", docs("sandbox", "validation")),
    "SBX-03": should(
      "an answer for a production account does not say sandbox: true",
      schema("response", "/oneOf/0/properties/sandbox", "derived"),
    ),
    "SBX-04": should("a header X-Dry-Run changes nothing", docs("sandbox", "X-Dry-Run")),
  },
  scenarios: [
    scenario(
      "what answers say of the account, and what it lets through",
      { proves: ["SBX-01", "SBX-02", "SBX-03"] },
      async ({ buyer, seller, check, exclude, given }) => {
        const kind = await kindOf(buyer, seller);
        if (kind === undefined) {
          const reason = "neither the account's reference nor list_accounts says whether it is a sandbox";
          for (const rule of ["SBX-01", "SBX-02", "SBX-03"] as const) exclude(rule, reason);
          return;
        }
        const source = buyer.eventSource();
        const { answer } = await buyer.sync([source]);
        given(accepted(answer), "a well-formed request was refused");
        if (kind === "production") {
          for (const rule of ["SBX-01", "SBX-02"] as const) exclude(rule, "the account is no sandbox");
          return check("SBX-03", saysSandbox(answer) ? wrong(answer, "a production", "false, or absent") : held);
        }
        exclude("SBX-03", "the account is a sandbox");
        check("SBX-01", saysSandbox(answer) ? held : wrong(answer, "a sandbox", true));
        for (const edit of REFUSED) {
          const written = await buyer.probe((request) => edit(request), [{ ...source, name: "must not be stored" }]);
          check("SBX-02", refusedCleanly(written));
        }
      },
    ),
    scenario("a sync with X-Dry-Run", { proves: ["SBX-04"] }, async ({ buyer, check, given }) => {
      const source = buyer.eventSource();
      given(accepted((await buyer.sync([source])).answer));
      const name = `${source.name}, in earnest`;
      const written = await buyer.probe((request) => request, [{ ...source, name }], {
        headers: { "X-Dry-Run": "true" },
      });
      const row = written.after.rows.find(({ id }) => id === source.event_source_id);
      const shown = row?.raw["name"];
      const exchanges = [written.before.exchange, written.answer.exchange.n, written.after.exchange];
      const applied: Judgement =
        shown === undefined
          ? unclear("the seller does not show the name of a source")
          : shown === name
            ? held
            : broke("an update that came with X-Dry-Run was not carried out", {
                expected: name,
                actual: shown,
                exchanges,
              });
      check("SBX-04", every(accepted(written.answer), applied, untouched(written, [source.event_source_id])));
    }),
  ],
});

/** Whether the run's account is a sandbox: its reference says so, or list_accounts; `undefined` where neither does. */
async function kindOf(buyer: Buyer, { tools }: SellerFacts): Promise<"sandbox" | "production" | undefined> {
  const { account } = buyer;
  const id = account["account_id"];
  if (id === undefined) return account["sandbox"] === true ? "sandbox" : "production";
  const mine = await listedAccount(buyer, tools);
  if (mine === undefined) return undefined;
  return own(mine, "sandbox") === true ? "sandbox" : "production";
}

const saysSandbox = (answer: Answer): boolean => own(answer.payload, "sandbox") === true;

function wrong(answer: Answer, kind: string, expected: unknown): Judgement {
  const said = own(answer.payload, "sandbox");
  return broke(`an answer for ${kind} account ${saysSandbox(answer) ? "says" : "does not say"} sandbox: true`, {
    pointer: said === undefined ? "" : "/sandbox",
    expected,
    actual: said ?? "nothing",
    exchanges: [answer.exchange.n],
  });
}
