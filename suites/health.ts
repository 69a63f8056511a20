import { broke, held } from "../src/engine/judgement.ts";
import { must, should } from "../src/engine/rule.ts";
import { suite } from "../src/engine/suite.ts";
import type { Answer } from "../src/protocol/answer.ts";
import { rowsOf } from "../src/protocol/event-source.ts";
import { isObject, own } from "../src/protocol/json.ts";
import { TASK } from "../src/protocol/request.ts";
import { docs, schema } from "./citations.ts";
import { eachPart, type Part } from "./rows.ts";

/** How far the clocks of the two ends may be apart, in milliseconds. */
const SKEW_MS = 5 * 60_000;
const MOST_ISSUES = 5;

/** Whether a point in time had not come when the answer was read, on the later of the two ends' clocks. */
function isFuture(value: unknown, { exchange }: Answer): boolean {
  const time = typeof value === "string" ? Date.parse(value) : Number.NaN;
  const here = Date.parse(exchange.at) + exchange.duration_ms;
  const there = Date.parse(exchange.response?.headers["date"] ?? "");
  return time > Math.max(here, Number.isNaN(there) ? here : there) + SKEW_MS;
}

const notFuture = ({ value, answer, found }: Part, field: "last_event_at" | "evaluated_at") => {
  if (typeof own(value, field) !== "string") return undefined;
  return isFuture(own(value, field), answer)
    ? found(`${field} lies in the future`, `not after ${answer.exchange.at}`, field)
    : held;
};

export default suite("health", {
  about: "What the seller says of the health of a source is well-formed, and can be true.",
  rules: {
    "HLT-01": must("health has a known status, and every value in it is within its bounds", schema("health")),
    "HLT-02": should("a seller that grades one source grades all of them", schema("health", "/description")),
    "HLT-03": should(
      "last_event_at is absent while no event has come, and never in the future",
      schema("health", "/properties/last_event_at", "derived"),
    ),
    "HLT-04": should(
      "a new source that no event has reached is neither good nor excellent",
      docs("conversionTracking", "event source health", "derived"),
    ),
    "HLT-05": should("a score is not above its maximum", schema("health", "/properties/detail", "derived")),
    "HLT-06": should("health lists five issues at most", schema("health", "/properties/issues/description", "should")),
    "HLT-07": should("evaluated_at is not in the future", schema("health", "/properties/evaluated_at", "derived")),
  },
  answers: {
    "HLT-01": (answer) => {
      if (answer.tool !== TASK || answer.outcome.kind !== "accepted") return undefined;
      const issue = answer.issues.find(({ pointer }) => /^\/event_sources\/\d+\/health(?:\/|$)/.test(pointer));
      if (!issue) return rowsOf(answer.payload).some(({ raw }) => isObject(own(raw, "health"))) ? held : undefined;
      return broke(`health does not fit its schema: ${issue.pointer.split("/").at(-1)} ${issue.message}`, {
        pointer: issue.pointer,
        expected: issue.message,
        actual: issue.actual ?? "nothing",
        exchanges: [answer.exchange.n],
        schema_id: issue.schema_id,
      });
    },
    "HLT-02": (answer) => {
      if (answer.tool !== TASK || answer.outcome.kind !== "accepted") return undefined;
      const rows = rowsOf(answer.payload).filter(({ action }) => action !== "deleted" && action !== "failed");
      const without = rows.filter(({ raw }) => !isObject(own(raw, "health")));
      if (without.length === rows.length) return undefined;
      const [first] = without;
      if (!first) return held;
      return broke(`${without.length} of ${rows.length} sources have no health, and the others do`, {
        pointer: `/event_sources/${first.index}`,
        expected: "health",
        actual: own(first.raw, "health") ?? "nothing",
        exchanges: [answer.exchange.n],
      });
    },
    "HLT-03": eachPart("health", (part) => {
      const { row, value, found } = part;
      const said = own(value, "last_event_at");
      if (row.action === "created" && typeof said === "string")
        return found("a source that was just created has had an event", "no last_event_at", "last_event_at");
      return notFuture(part, "last_event_at") ?? (row.action === "created" ? held : undefined);
    }),
    "HLT-04": eachPart("health", ({ row, value, found }) => {
      if (row.action !== "created" || (own(value, "events_received_24h") ?? 0) !== 0) return undefined;
      const status = own(value, "status");
      return status === "good" || status === "excellent"
        ? found(`a source that was just created is ${status}`, ["insufficient", "minimum"], "status")
        : held;
    }),
    "HLT-05": eachPart("health", ({ value, found }) => {
      const detail = own(value, "detail");
      const [score, most] = [own(detail, "score"), own(detail, "max_score")];
      if (typeof score !== "number" || typeof most !== "number") return undefined;
      return score <= most ? held : found("a score is above its maximum", `at most ${most}`, "detail", "score");
    }),
    "HLT-06": eachPart("health", ({ value, found }) => {
      const issues = own(value, "issues");
      if (!Array.isArray(issues)) return undefined;
      return issues.length <= MOST_ISSUES ? held : found("health lists more than five issues", "at most 5", "issues");
    }),
    "HLT-07": eachPart("health", (part) => notFuture(part, "evaluated_at")),
  },
});
