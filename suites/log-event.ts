import { broke, every, held, type Judgement, unclear } from "../src/engine/judgement.ts";
import { must, should } from "../src/engine/rule.ts";
import { type Scenario, scenario, suite } from "../src/engine/suite.ts";
import { accepted, coded, refused } from "../src/model/refusal.ts";
import type { Answer } from "../src/protocol/answer.ts";
import { own } from "../src/protocol/json.ts";
import { docs, page, schema } from "./citations.ts";
import { eventFor, logRequest, plainTypesOf } from "./events.ts";

const TASK = "log_event";
const gate: Scenario["gate"] = ({ tools, capabilities }) => {
  if (!tools.includes(TASK)) return { not_applicable: "the seller does not offer log_event" };
  if (!capabilities.signedTasks.includes(TASK)) return undefined;
  return { not_tested: `the seller requires signed requests for ${TASK}, and this tool does not sign them` };
};

/** Codes that speak of the caller, not of the events: a run without the right to log events cannot judge them. */
const NOT_ALLOWED = /^(?:AUTH_|PERMISSION_DENIED$|SCOPE_INSUFFICIENT$|READ_ONLY_SCOPE$|FIELD_NOT_PERMITTED$)/;

export default suite("log-event", {
  about: "Events are taken for sources that were synced, and for no others.",
  rules: {
    "LOG-01": must("events for a source that was synced are taken", page("next-steps", "derived")),
    "LOG-02": must("events for an id that was never synced are refused", docs("logEvent", "error handling", "page")),
    "LOG-02-PARTIAL": should(
      "events for an id that was never synced are refused as a whole, not one by one",
      docs("logEvent", "error handling", "page"),
    ),
    "LOG-03": should("an unknown source is refused with REFERENCE_NOT_FOUND", docs("errors", "not found")),
    "LOG-04": should(
      "an event of a type that its source does not take is refused",
      docs("logEvent", "error handling", "page"),
    ),
    "LOG-05": must(
      "the answer to log_event is valid, and its counts are those of the request",
      schema("logResponse", "", "must"),
    ),
    "LOG-06": should("a source that failed to sync takes no events", page("response", "derived")),
    "DEL-12": should("a source that was deleted takes no events", page("clean-sync-with-delete_missing", "derived")),
  },
  answers: { "LOG-05": counted },
  scenarios: [
    scenario(
      "events for a synced source, an unknown one, and one that failed",
      { proves: ["LOG-01", "LOG-02", "LOG-02-PARTIAL", "LOG-03", "LOG-04", "LOG-06"], gate },
      async ({ buyer, seller, check, exclude, given }) => {
        const [type = "purchase", other] = plainTypesOf(seller);
        const source = buyer.eventSource({ event_types: [type] });
        const id = source.event_source_id;
        given(accepted((await buyer.sync([source])).answer));
        const good = eventFor(source, type, "1", seller);
        const taken = takenBy(await buyer.call(TASK, logRequest(buyer, id, [good])));
        check("LOG-01", taken);
        given(taken, "a good event for a source that was synced was not taken (LOG-01)");

        const unknown = `${id}_never_synced`;
        const answer = await buyer.call(TASK, logRequest(buyer, unknown, [eventFor(source, type, "2", seller)]));
        check("LOG-02", notTaken(answer, "events for an id that was never synced"));
        if (answer.outcome.kind === "rejected") {
          check("LOG-02-PARTIAL", held);
          check("LOG-03", coded(answer, ["REFERENCE_NOT_FOUND"]));
        } else {
          check("LOG-02-PARTIAL", oneByOne(answer));
          exclude("LOG-03", "events for an unknown source were not refused with an error");
        }

        if (other === undefined) exclude("LOG-04", "the seller takes one event type only");
        else check("LOG-04", otherType(await buyer.call(TASK, logRequest(buyer, id, mixed()))));
        function mixed() {
          return [eventFor(source, type, "3", seller), eventFor(source, other as string, "other", seller)];
        }

        const bad = buyer.eventSource({ event_types: ["cf_no_such_type"] });
        const there = buyer.state.rows.some((row) => row.id === bad.event_source_id);
        if (there) return exclude("LOG-06", "every id that the run may use was synced before");
        given(refused(await buyer.probe((request) => request, [bad])), "a source with an unknown event type was taken");
        const failed = eventFor(bad, type, "4", seller);
        check(
          "LOG-06",
          notTaken(
            await buyer.call(TASK, logRequest(buyer, bad.event_source_id, [failed])),
            "events for a source that failed to sync",
          ),
        );
      },
    ),
    scenario(
      "events for a source before and after it is deleted",
      { proves: ["DEL-12"], needs: ["delete"], gate },
      async ({ buyer, seller, check, given }) => {
        const [type = "purchase"] = plainTypesOf(seller);
        const source = buyer.eventSource({ event_types: [type] });
        const id = source.event_source_id;
        given(accepted((await buyer.sync([source])).answer));
        given(takenBy(await buyer.call(TASK, logRequest(buyer, id, [eventFor(source, type, "1", seller)]))));
        const { answer, after } = await buyer.sync([buyer.eventSource()], { delete_missing: true });
        given(accepted(answer));
        given(after.rows.some((row) => row.id === id) ? unclear("the source could not be deleted (DEL-01)") : held);
        const late = await buyer.call(TASK, logRequest(buyer, id, [eventFor(source, type, "2", seller)]));
        check("DEL-12", notTaken(late, "events for a source that was deleted"));
      },
    ),
  ],
});

const failuresOf = (answer: Answer): unknown[] => {
  const failures = own(answer.payload, "partial_failures");
  return Array.isArray(failures) ? failures : [];
};

const eventsOf = (answer: Answer): unknown[] => {
  const events = own(answer.request, "events");
  return Array.isArray(events) ? events : [];
};

/** Every event of the request stands among the partial failures. */
const allFailed = (answer: Answer): boolean => failuresOf(answer).length >= eventsOf(answer).length;

function evidence(answer: Answer, expected: unknown) {
  const { outcome, payload, exchange } = answer;
  const actual = outcome.kind === "rejected" ? (outcome.errors[0]?.raw ?? outcome.prose ?? "refused") : payload;
  return { expected, actual: actual ?? "nothing", exchanges: [exchange.n] };
}

/** The events of a well-formed request were taken. */
export function takenBy(answer: Answer): Judgement {
  const { outcome } = answer;
  if (outcome.kind === "broken") return unclear(`the answer to log_event could not be read: ${outcome.message}`);
  if (outcome.kind === "rejected") {
    const code = outcome.errors[0]?.code ?? "";
    if (NOT_ALLOWED.test(code)) return unclear(`the run's credentials do not allow log_event (${code})`);
    return broke("events for a source that was synced were refused", evidence(answer, "events_received"));
  }
  if (!allFailed(answer)) return held;
  return broke("events for a source that was synced all failed", {
    ...evidence(answer, "no partial failure"),
    pointer: "/partial_failures",
  });
}

/** The request was refused, or every event of it failed. */
export function notTaken(answer: Answer, what: string): Judgement {
  const { outcome } = answer;
  if (outcome.kind === "broken") return unclear(`the answer to log_event could not be read: ${outcome.message}`);
  if (outcome.kind === "rejected" || allFailed(answer)) return held;
  return broke(`${what} were taken`, evidence(answer, "errors"));
}

/** What is known as a whole was refused event by event. */
function oneByOne(answer: Answer): Judgement {
  if (answer.outcome.kind === "broken" || !allFailed(answer)) return unclear("the events were not refused (LOG-02)");
  return broke("events for an unknown source failed one by one, in a success", {
    ...evidence(answer, "errors"),
    pointer: "/partial_failures",
  });
}

const TYPE_CODES = ["VALIDATION_ERROR", "INVALID_EVENT_TYPE", "INVALID_REQUEST", "UNSUPPORTED_FEATURE"];

/** Of two events, the second, whose type the source does not take, was refused: with the first or alone. */
function otherType(answer: Answer): Judgement {
  const { outcome } = answer;
  if (outcome.kind === "broken") return unclear(`the answer to log_event could not be read: ${outcome.message}`);
  if (outcome.kind === "rejected") return coded(answer, TYPE_CODES);
  const id = own(eventsOf(answer)[1], "event_id");
  const failure = failuresOf(answer).find((one) => own(one, "event_id") === id);
  if (!failure) {
    const processed = own(answer.payload, "events_processed");
    if (typeof processed === "number" && processed < 2) return unclear("the events were not said to be processed");
    return broke("an event of a type that its source does not take was taken", evidence(answer, id));
  }
  const code = own(failure, "code");
  if (TYPE_CODES.includes(code as string)) return held;
  return broke("an event of another type was refused under another code", {
    ...evidence(answer, TYPE_CODES),
    pointer: "/partial_failures",
    actual: failure,
  });
}

/** The counts of a success fit its schema, the request and each other. */
function counted(answer: Answer): Judgement | undefined {
  if (answer.tool !== TASK || answer.place === "error.data" || !answer.payload) return undefined;
  const { payload, outcome } = answer;
  const [issue] = answer.issues;
  // A refusal that carries adcp_error alone is ERR-03's.
  if (issue && !(outcome.kind === "rejected" && own(payload, "errors") === undefined)) {
    return broke(`an answer to log_event does not fit its schema: ${issue.pointer || "the answer"} ${issue.message}`, {
      pointer: issue.pointer,
      expected: issue.message,
      actual: issue.actual ?? "nothing",
      exchanges: [answer.exchange.n],
      schema_id: issue.schema_id,
    });
  }
  if (outcome.kind !== "accepted") return undefined;
  const [received, processed] = [own(payload, "events_received"), own(payload, "events_processed")];
  if (typeof received !== "number" || typeof processed !== "number") return undefined;
  const sent = eventsOf(answer).length;
  const failed = failuresOf(answer).length;
  return every(
    received === sent
      ? held
      : wrongCount(answer, "events_received is not the number of events", "/events_received", sent),
    processed + failed <= received
      ? held
      : wrongCount(
          answer,
          "more events were processed or failed than were received",
          "/events_processed",
          `at most ${received - failed}`,
        ),
  );
}

const wrongCount = (answer: Answer, message: string, pointer: string, expected: unknown): Judgement =>
  broke(message, { pointer, expected, actual: own(answer.payload, pointer.slice(1)), exchanges: [answer.exchange.n] });
