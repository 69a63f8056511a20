import { broke, held } from "../src/engine/judgement.ts";
import { must, should } from "../src/engine/rule.ts";
import { type AnswerCheck, suite } from "../src/engine/suite.ts";
import type { Answer } from "../src/protocol/answer.ts";
import { own } from "../src/protocol/json.ts";
import { TASK } from "../src/protocol/request.ts";
import type { Release } from "../src/validation/release.ts";
import { docs, schema } from "./citations.ts";

const since31: Release[] = ["3.1", "3.2"];
const status = (answer: Answer): unknown => own(answer.payload, "status");

/** A refusal that carries adcp_error alone breaks the response schema, but it is the transport page's own example: ERR-03 warns. */
const isAdcpErrorAlone = (answer: Answer): boolean =>
  answer.outcome.kind === "rejected" &&
  own(answer.payload, "errors") === undefined &&
  own(answer.payload, "adcp_error") !== undefined;

const isUnionIssue = ({ pointer, keyword }: { pointer: string; keyword: string }): boolean =>
  pointer === "" && ["oneOf", "anyOf"].includes(keyword);

/** A field for a point in time that holds something else: another way of writing it, or no text at all. */
const isTimeIssue = ({ pointer, keyword, message }: { pointer: string; keyword: string; message: string }): boolean =>
  (keyword === "format" && /date-time/.test(message)) || (keyword === "type" && /\/(timestamp|\w+_at)$/.test(pointer));

/** Judges answers that carry an AdCP object from the task itself. */
const withPayload =
  (judge: AnswerCheck): AnswerCheck =>
  (answer) =>
    answer.payload && answer.place !== "error.data" ? judge(answer) : undefined;

export default suite("envelope", {
  about: "Every answer has the form that its release gives it.",
  rules: {
    "ENV-01": must(
      "an answer is valid against the schema of the release that is served",
      docs("specification", "conformance"),
    ),
    "ENV-02": must("an answer has a status", schema("envelope", "/required"), { releases: since31 }),
    "ENV-03": must("the status of a success is completed", schema("envelope", "/properties/status")),
    "ENV-04": must("an answer has neither task_status nor response_status", schema("envelope", "/not"), {
      releases: since31,
    }),
    "ENV-05": must(
      "the answer to a sync is final: the task has no asynchronous arm",
      schema("response", "/oneOf", "derived"),
    ),
    "ENV-06": should("the status of an error is failed or rejected", docs("errors", "two layers", "derived")),
    "ENV-07": must("points in time are written as RFC 3339 says", schema("envelope", "/properties/timestamp/format")),
  },
  answers: {
    "ENV-01": withPayload((answer) => {
      // What get_adcp_capabilities answers is CAP-01's.
      if (answer.tool === "get_adcp_capabilities") return undefined;
      const issue = answer.issues.find((one) => !(isAdcpErrorAlone(answer) && isUnionIssue(one)));
      if (!issue) return answer.tool === "list_accounts" ? undefined : held;
      return broke(`an answer does not fit its schema: ${issue.pointer || "the answer"} ${issue.message}`, {
        pointer: issue.pointer,
        expected: issue.message,
        actual: issue.actual ?? "nothing",
        exchanges: [answer.exchange.n],
        schema_id: issue.schema_id,
      });
    }),
    "ENV-02": withPayload((answer) => {
      if (typeof status(answer) === "string") return held;
      const evidence = {
        pointer: "",
        expected: "status",
        actual: Object.keys(answer.payload ?? {}),
        exchanges: [answer.exchange.n],
      };
      return broke("an answer has no status", evidence);
    }),
    "ENV-03": withPayload((answer) => {
      if (answer.tool !== TASK || answer.outcome.kind !== "accepted" || status(answer) === undefined) return undefined;
      if (status(answer) === "completed") return held;
      const evidence = {
        pointer: "/status",
        expected: "completed",
        actual: status(answer),
        exchanges: [answer.exchange.n],
      };
      return broke("the status of a success is another than completed", evidence);
    }),
    "ENV-04": withPayload((answer) => {
      const old = ["task_status", "response_status"].find((key) => own(answer.payload, key) !== undefined);
      if (!old) return held;
      const evidence = {
        pointer: `/${old}`,
        expected: "status alone",
        actual: own(answer.payload, old),
        exchanges: [answer.exchange.n],
      };
      return broke(`an answer carries ${old}`, evidence);
    }),
    "ENV-05": (answer) => {
      if (answer.tool !== TASK) return undefined;
      if (answer.outcome.kind !== "broken" || answer.outcome.reason !== "unfinished")
        return answer.payload ? held : undefined;
      const evidence = {
        pointer: "/status",
        expected: "a final answer",
        actual: status(answer),
        exchanges: [answer.exchange.n],
      };
      return broke("a sync was answered with a task to wait for", evidence);
    },
    "ENV-06": withPayload((answer) => {
      if (answer.outcome.kind !== "rejected" || status(answer) === undefined) return undefined;
      if (status(answer) === "failed" || status(answer) === "rejected") return held;
      const evidence = {
        pointer: "/status",
        expected: ["failed", "rejected"],
        actual: status(answer),
        exchanges: [answer.exchange.n],
      };
      return broke("the status of an error is neither failed nor rejected", evidence);
    }),
    "ENV-07": withPayload((answer) => {
      const issue = answer.issues.find(isTimeIssue);
      if (!issue) return held;
      return broke("a point in time is not written as RFC 3339 says", {
        pointer: issue.pointer,
        expected: "an RFC 3339 date-time",
        actual: issue.actual,
        exchanges: [answer.exchange.n],
        schema_id: issue.schema_id,
      });
    }),
  },
});
