import { broke, held } from "../src/engine/judgement.ts";
import { must } from "../src/engine/rule.ts";
import type { WireOptions } from "../src/engine/scene.ts";
import type { SellerFacts } from "../src/engine/seller.ts";
import { type Scenario, scenario, suite } from "../src/engine/suite.ts";
import { accepted } from "../src/model/refusal.ts";
import type { Answer } from "../src/protocol/answer.ts";
import { extractTask, readTask, type TaskResult } from "../src/protocol/extract-task.ts";
import { isObject, type JsonObject, own } from "../src/protocol/json.ts";
import { TASK } from "../src/protocol/request.ts";
import { PROFILE } from "../src/transport/agent-card.ts";
import type { Release } from "../src/validation/release.ts";
import { bare } from "./bare.ts";
import { docs } from "./citations.ts";
import { endpointOver, notOver, onlyOver } from "./transports.ts";
import { turnedAway } from "./turned-away.ts";

const since32: Release[] = ["3.2"];
const UNDECLARED = { not_applicable: "the agent card does not declare the AdCP profile" };

/** How the card declares the profile; `undefined` where it does not. */
function declaration(seller: SellerFacts): JsonObject | undefined {
  const extensions = own(own(endpointOver("a2a", seller)?.card?.json, "capabilities"), "extensions");
  return (Array.isArray(extensions) ? extensions : []).filter(isObject).find((one) => own(one, "uri") === PROFILE);
}

const gate: Scenario["gate"] = (seller) => {
  if (!endpointOver("a2a", seller)) return notOver("a2a");
  // Releases without the profile allow what it forbids.
  if (!since32.includes(seller.release)) return { not_applicable: `AdCP ${seller.release} does not have the profile` };
  return declaration(seller) ? undefined : UNDECLARED;
};

export default suite("a2a", {
  about: "The task is offered and answered as AdCP puts it over A2A.",
  rules: {
    "A2A-01": must(
      "the agent card stands at its well-known path and names sync_event_sources as the id of a skill",
      docs("a2aProfile", "runtime discovery"),
    ),
    "A2A-02": must(
      "the AdCP object is the last data part of the answer, and not under a key of its own",
      docs("a2aFormat", "required structure"),
    ),
    "A2A-03": must("an answer stands in one artifact", docs("a2aFormat", "required structure")),
    "A2A-04": must(
      "a seller of the AdCP profile refuses a call that has its arguments under parameters, or stands in two data parts",
      docs("a2aProfile", "invocation message"),
      { releases: since32 },
    ),
    "A2A-04-ACTIVATION": must(
      "a seller that requires the AdCP profile refuses a call that does not activate it",
      docs("a2aProfile", "advertisement and activation"),
      { releases: since32 },
    ),
    "A2A-04-CARD": must(
      "a card that declares the AdCP profile gives it no parameters, and names get_adcp_capabilities as the id of a skill",
      docs("a2aProfile", "advertisement and activation"),
      { releases: since32 },
    ),
  },
  seller: {
    ...onlyOver("a2a", ["A2A-02", "A2A-03"]),
    "A2A-01": (seller) => {
      const endpoint = endpointOver("a2a", seller);
      if (!endpoint?.card) return notOver("a2a");
      const { card, tools } = endpoint;
      const exchanges = [card.exchange];
      if (card.url.endsWith("/.well-known/agent.json"))
        return broke("the agent card stands at the path of older versions alone", {
          expected: "/.well-known/agent-card.json",
          actual: card.url,
          exchanges,
        });
      if (tools.includes(TASK)) return held;
      return broke(`no skill of the agent card has the id ${TASK}`, {
        pointer: "/skills",
        expected: TASK,
        actual: tools,
        exchanges,
      });
    },
    "A2A-04-CARD": (seller) => {
      const endpoint = endpointOver("a2a", seller);
      if (!endpoint?.card) return notOver("a2a");
      const declared = declaration(seller);
      if (!declared) return UNDECLARED;
      const exchanges = [endpoint.card.exchange];
      const params = own(declared, "params");
      if (isObject(params) && Object.keys(params).length > 0)
        return broke("the card gives the AdCP profile parameters", {
          pointer: "/capabilities/extensions",
          expected: "no params",
          actual: params,
          exchanges,
        });
      if (endpoint.tools.includes("get_adcp_capabilities")) return held;
      return broke("no skill of the agent card has the id get_adcp_capabilities", {
        pointer: "/skills",
        expected: "get_adcp_capabilities",
        actual: endpoint.tools,
        exchanges,
      });
    },
  },
  answers: {
    "A2A-02": (answer) => {
      const task = taskOf(answer);
      if (!task) return undefined;
      const exchanges = [answer.exchange.n];
      const { payload, nested } = answer;
      if (!payload) {
        // A task that came to nothing, or has not ended, may say so in words.
        if (task.state !== undefined && task.state !== "completed") return undefined;
        return broke("the answer holds no data part", { expected: "the AdCP object", actual: task.prose, exchanges });
      }
      if (nested !== undefined)
        return broke(`the answer is wrapped in "${nested}"`, {
          expected: "the AdCP object at the root of the data part",
          actual: `under ${nested}`,
          exchanges,
        });
      if (payload === authoritative(task, answer)) return held;
      return broke("the AdCP object is not the last data part of the answer", {
        expected: "the AdCP object",
        actual: authoritative(task, answer) ?? "no data part in the first artifact",
        exchanges,
      });
    },
    "A2A-03": (answer) => {
      const artifacts = taskOf(answer)?.artifacts.length ?? 0;
      if (artifacts <= 1) return artifacts === 1 ? held : undefined;
      return broke("the answer stands in several artifacts", {
        expected: 1,
        actual: artifacts,
        exchanges: [answer.exchange.n],
      });
    },
  },
  scenarios: [
    scenario(
      "calls that the profile does not know",
      { proves: ["A2A-04"], reads: true, gate },
      async ({ buyer, seller, check, given }) => {
        const over = sendOver(seller);
        given(accepted(await buyer.call(TASK, bare(buyer.request()), over)));
        for (const invocation of ["parameters", "twice"] as const) {
          const answer = await buyer.call(TASK, bare(buyer.request()), { ...over, invocation });
          check("A2A-04", turnedAway(answer, invocation === "twice" ? "in two data parts" : "under parameters"));
        }
      },
    ),
    scenario(
      "a call that does not activate the profile",
      { proves: ["A2A-04-ACTIVATION"], reads: true, gate },
      async ({ buyer, seller, check, exclude, given }) => {
        if (own(declaration(seller), "required") !== true)
          return exclude("A2A-04-ACTIVATION", "the agent card does not require the AdCP profile");
        const over = sendOver(seller);
        given(accepted(await buyer.call(TASK, bare(buyer.request()), over)));
        const headers = { "a2a-extensions": null, "x-a2a-extensions": null };
        const answer = await buyer.call(TASK, bare(buyer.request()), { ...over, headers });
        check("A2A-04-ACTIVATION", turnedAway(answer, "without the extension"));
      },
    ),
  ],
});

/** Where the run itself speaks MCP, its other endpoint is the one to call. */
const sendOver = (seller: SellerFacts): WireOptions => (seller.transport === "a2a" ? {} : { also: true });

function taskOf({ exchange: { facts } }: Answer): TaskResult | undefined {
  return facts.kind === "a2a" && facts.reply === "result" ? readTask(facts.result) : undefined;
}

/** What a client takes for the answer; of a message without a task, its last data part. */
function authoritative(task: TaskResult, { exchange: { facts } }: Answer): JsonObject | undefined {
  return task.state === undefined ? task.said.at(-1) : extractTask(facts.result).data;
}
