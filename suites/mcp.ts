import { broke, held } from "../src/engine/judgement.ts";
import { must, should } from "../src/engine/rule.ts";
import { suite } from "../src/engine/suite.ts";
import type { Answer } from "../src/protocol/answer.ts";
import { readToolResult } from "../src/protocol/extract.ts";
import { own, sameJson } from "../src/protocol/json.ts";
import { TASK } from "../src/protocol/request.ts";
import { docs } from "./citations.ts";
import { endpointOver, notOver, onlyOver } from "./transports.ts";

const isResult = ({ exchange: { facts } }: Answer): boolean => facts.kind === "mcp" && facts.reply === "result";

export default suite("mcp", {
  about: "The task is offered and answered as AdCP puts it over MCP.",
  rules: {
    "MCP-01": must("the tool list names sync_event_sources", docs("mcp", "tools")),
    "MCP-02": must(
      "the AdCP object stands at the root of the result, not under a key of its own",
      docs("mcp", "response format"),
    ),
    "MCP-03": should(
      "the AdCP object stands in structuredContent",
      docs("mcpExtraction", "structuredContent", "should"),
    ),
    "MCP-04": must(
      "a success is not marked isError, and a failure that only adcp_error tells is",
      docs("transportErrors", "MCP binding"),
    ),
    "MCP-04-ERROR": should("an answer with errors is marked isError", docs("mcpExtraction", "isError")),
    "MCP-05": should(
      "structuredContent and JSON text do not contradict each other",
      docs("transportErrors", "text fallback", "derived"),
    ),
  },
  seller: {
    ...onlyOver("mcp", ["MCP-02", "MCP-03", "MCP-04", "MCP-04-ERROR", "MCP-05"]),
    "MCP-01": (seller) => {
      const endpoint = endpointOver("mcp", seller);
      if (!endpoint) return notOver("mcp");
      const { tools, toolsProblem, toolsExchange } = endpoint;
      if (tools.includes(TASK)) return held;
      return broke(toolsProblem ?? `the tool list does not name ${TASK}`, {
        expected: TASK,
        actual: tools,
        exchanges: [toolsExchange],
      });
    },
  },
  answers: {
    "MCP-02": (answer) => {
      if (!isResult(answer) || !answer.payload) return undefined;
      if (answer.nested === undefined) return held;
      return broke(`the answer is wrapped in "${answer.nested}"`, {
        expected: "the AdCP object at the root",
        actual: `under ${answer.nested}`,
        exchanges: [answer.exchange.n],
      });
    },
    "MCP-03": (answer) => {
      if (!isResult(answer) || !answer.payload) return undefined;
      if (answer.place === "structuredContent") return held;
      return broke("the answer stands in text alone", {
        expected: "structuredContent",
        actual: answer.place,
        exchanges: [answer.exchange.n],
      });
    },
    "MCP-04": (answer) => {
      const { facts, n } = answer.exchange;
      if (!isResult(answer) || !answer.payload) return undefined;
      const marked = own(facts.result, "isError") === true;
      if (answer.outcome.kind === "broken" && answer.outcome.reason === "contradictory") {
        return broke("a success is marked as an error", {
          expected: "isError false or absent",
          actual: true,
          exchanges: [n],
        });
      }
      if (answer.outcome.kind === "accepted") return held;
      if (answer.outcome.kind !== "rejected" || own(answer.payload, "errors") !== undefined || marked) return undefined;
      return broke("a failure that adcp_error alone tells is not marked as an error", {
        expected: "isError true",
        actual: own(facts.result, "isError") ?? "absent",
        exchanges: [n],
      });
    },
    "MCP-04-ERROR": (answer) => {
      const { facts, n } = answer.exchange;
      if (!isResult(answer) || answer.outcome.kind !== "rejected" || own(answer.payload, "errors") === undefined)
        return undefined;
      if (own(facts.result, "isError") === true) return held;
      return broke("an answer with errors is not marked as an error", {
        expected: "isError true",
        actual: own(facts.result, "isError") ?? "absent",
        exchanges: [n],
      });
    },
    "MCP-05": (answer) => {
      const { facts, n } = answer.exchange;
      if (!isResult(answer)) return undefined;
      const { structured, textJson } = readToolResult(facts.result);
      if (!structured || !textJson) return undefined;
      const shared = Object.keys(textJson).filter((key) => Object.hasOwn(structured, key));
      const differing = shared.find((key) => !sameJson(textJson[key], structured[key]));
      const arms = ["event_sources", "errors"].map((key) => [
        Object.hasOwn(textJson, key),
        Object.hasOwn(structured, key),
      ]);
      const [sources, errors] = arms as [boolean[], boolean[]];
      const opposed = (sources[0] && errors[1] && !sources[1]) || (errors[0] && sources[1] && !errors[1]);
      if (differing === undefined && !opposed) return held;
      return broke("structuredContent and text say different things", {
        pointer: differing === undefined ? "" : `/${differing}`,
        expected: differing === undefined ? Object.keys(structured) : structured[differing],
        actual: differing === undefined ? Object.keys(textJson) : textJson[differing],
        exchanges: [n],
      });
    },
  },
});
