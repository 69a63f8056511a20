import { broke, held, type Judgement } from "../src/engine/judgement.ts";
import { must, should } from "../src/engine/rule.ts";
import { type AnswerCheck, suite } from "../src/engine/suite.ts";
import { toFieldPath } from "../src/model/field-path.ts";
import { leak } from "../src/model/leaks.ts";
import type { Answer } from "../src/protocol/answer.ts";
import { isKnownCode, STANDARD_RECOVERY } from "../src/protocol/error-codes.ts";
import { readTask } from "../src/protocol/extract-task.ts";
import { isObject, type JsonObject, own } from "../src/protocol/json.ts";
import { TASK } from "../src/protocol/request.ts";
import { docs, page, schema } from "./citations.ts";

/** An error object of an answer, wherever it stands. */
interface Placed {
  pointer: string;
  error: unknown;
}

function errorsIn(answer: Answer): Placed[] {
  const list = (value: unknown, base: string): Placed[] =>
    Array.isArray(value) ? value.map((error, at) => ({ pointer: `${base}/${at}`, error })) : [];
  const top = own(answer.payload, "adcp_error");
  const sources = own(answer.payload, "event_sources");
  return [
    ...list(own(answer.payload, "errors"), "/errors"),
    ...(top === undefined ? [] : [{ pointer: "/adcp_error", error: top }]),
    ...(Array.isArray(sources)
      ? sources.flatMap((one: unknown, at) => list(own(one, "errors"), `/event_sources/${at}/errors`))
      : []),
  ];
}

/** Judges every error of an answer; `undefined` from `judge`: the error has nothing to do with the rule. */
function eachError(
  judge: (
    error: JsonObject,
    found: (message: string, expected: unknown, actual: unknown, at?: string) => Judgement,
  ) => Judgement | undefined,
): AnswerCheck {
  return (answer) => {
    const judgements = errorsIn(answer).map(({ pointer, error }) =>
      isObject(error)
        ? judge(error, (message, expected, actual, at = "") =>
            broke(message, { pointer: pointer + at, expected, actual, exchanges: [answer.exchange.n] }),
          )
        : undefined,
    );
    return judgements.find((one) => one?.verdict === "broke") ?? judgements.find((one) => one !== undefined);
  };
}

export default suite("errors", {
  about: "An answer has sources or errors, never both; an error says what went wrong, and gives nothing away.",
  rules: {
    "RES-01": must("an answer has exactly one of event_sources and errors", page("response")),
    "RES-02": must("errors are never an empty list", schema("response", "/oneOf/1/properties/errors/minItems")),
    "RES-03": must("an answer with errors has neither sandbox nor event_sources", schema("response", "/oneOf/1/not")),
    "ERR-01": must("every error has a code of 1 to 64 characters and a message", schema("error", "/required")),
    "ERR-02": must(
      "an error's recovery is transient, correctable or terminal",
      schema("error", "/properties/recovery/enum"),
    ),
    "ERR-02-PRESENT": should("every error says its recovery", docs("errors", "recovery", "should")),
    "ERR-03": should("a fatal error stands in errors and in adcp_error", docs("errors", "two layers", "should")),
    "ERR-04": must("a success has no adcp_error", docs("errors", "two layers")),
    "ERR-05": should("adcp_error and the first of errors carry the same code", docs("errors", "two layers", "derived")),
    "ERR-06": must(
      "field says the same as the pointer of the first issue",
      schema("error", "/properties/field/description", "must"),
    ),
    "ERR-07": must("retry_after is between 1 and 3600 seconds", schema("error", "/properties/retry_after")),
    "ERR-07-INTEGER": should("retry_after is a whole number of seconds", schema("error", "/properties/retry_after"), {
      releases: ["3.2"],
    }),
    "ERR-08": should("RATE_LIMITED says when to try again, and is transient", docs("errors", "rate limits", "should")),
    "ERR-09": should("a standard code carries its documented recovery", schema("codes", "/enumMetadata", "derived")),
    "ERR-10": should(
      "a code is a standard one, one of the page, or X_VENDOR_CODE",
      docs("transportErrors", "vendor codes", "derived"),
    ),
    "ERR-11": must(
      "an error gives no stack trace, SQL, internal host or file path away",
      docs("transportErrors", "security"),
    ),
    "ERR-12": must(
      "no request ends in a server error, a dropped connection, silence, or an answer without either arm",
      schema("response", "/oneOf", "derived"),
    ),
    "ERR-13": should("an error does not repeat the idempotency key", docs("security", "idempotency")),
  },
  answers: {
    "RES-01": (answer) => {
      const { payload } = answer;
      if (answer.tool !== TASK || !payload || answer.place === "error.data") return undefined;
      const [sources, errors] = [Object.hasOwn(payload, "event_sources"), Object.hasOwn(payload, "errors")];
      if (sources !== errors) return held;
      // A refusal that carries adcp_error alone is ERR-03's, as long as it is marked as an error.
      if (!sources && answer.outcome.kind === "rejected" && isMarked(answer)) return undefined;
      const evidence = {
        expected: "event_sources or errors",
        actual: sources ? "both" : Object.keys(payload),
        exchanges: [answer.exchange.n],
      };
      return broke(
        sources ? "an answer has both event_sources and errors" : "an answer has neither event_sources nor errors",
        evidence,
      );
    },
    "RES-02": (answer) => {
      const errors = own(answer.payload, "errors");
      if (answer.tool !== TASK || errors === undefined) return undefined;
      if (Array.isArray(errors) && errors.length > 0) return held;
      return broke("errors is not a list with at least one error", {
        pointer: "/errors",
        expected: "at least one error",
        actual: errors,
        exchanges: [answer.exchange.n],
      });
    },
    "RES-03": (answer) => {
      const { payload } = answer;
      if (answer.tool !== TASK || !payload || !Array.isArray(payload["errors"])) return undefined;
      const beside = ["sandbox", "event_sources"].find((key) => Object.hasOwn(payload, key));
      if (!beside) return held;
      return broke(`${beside} stands beside errors`, {
        pointer: `/${beside}`,
        expected: "errors alone",
        actual: payload[beside],
        exchanges: [answer.exchange.n],
      });
    },
    "ERR-01": (answer) => {
      const errors = errorsIn(answer);
      const bad = errors.find(({ error }) => {
        const code = own(error, "code");
        return (
          typeof code !== "string" || code.length < 1 || code.length > 64 || typeof own(error, "message") !== "string"
        );
      });
      if (!bad) return errors.length > 0 ? held : undefined;
      return broke("an error lacks a code of 1 to 64 characters, or a message", {
        pointer: bad.pointer,
        expected: "code and message",
        actual: bad.error,
        exchanges: [answer.exchange.n],
      });
    },
    "ERR-02": eachError((error, found) => {
      const { recovery } = error;
      if (recovery === undefined) return undefined;
      const known = recovery === "transient" || recovery === "correctable" || recovery === "terminal";
      return known
        ? held
        : found("an error has an unknown recovery", ["transient", "correctable", "terminal"], recovery, "/recovery");
    }),
    "ERR-02-PRESENT": eachError((error, found) =>
      error["recovery"] === undefined ? found("an error does not say its recovery", "recovery", error) : held,
    ),
    "ERR-03": (answer) => {
      if (answer.tool !== TASK || answer.outcome.kind !== "rejected" || answer.outcome.layer !== "task")
        return undefined;
      const [errors, top] = [own(answer.payload, "errors"), own(answer.payload, "adcp_error")];
      if (errors !== undefined && top !== undefined) return held;
      const only = errors === undefined ? "adcp_error" : "errors";
      return broke(`a fatal error stands in ${only} alone`, {
        expected: "errors and adcp_error",
        actual: only,
        exchanges: [answer.exchange.n],
      });
    },
    "ERR-04": (answer) => {
      if (answer.outcome.kind !== "accepted") return undefined;
      const top = own(answer.payload, "adcp_error");
      if (top === undefined || top === null) return held;
      return broke("a success carries adcp_error", {
        pointer: "/adcp_error",
        expected: "no adcp_error",
        actual: top,
        exchanges: [answer.exchange.n],
      });
    },
    "ERR-05": (answer) => {
      const errors = own(answer.payload, "errors");
      const [first, top] = [
        own(Array.isArray(errors) ? errors[0] : undefined, "code"),
        own(own(answer.payload, "adcp_error"), "code"),
      ];
      if (first === undefined || top === undefined) return undefined;
      if (first === top) return held;
      return broke("adcp_error and errors carry different codes", {
        pointer: "/adcp_error/code",
        expected: first,
        actual: top,
        exchanges: [answer.exchange.n],
      });
    },
    "ERR-06": eachError((error, found) => {
      const issues = error["issues"];
      const pointer = own(Array.isArray(issues) ? issues[0] : undefined, "pointer");
      if (typeof pointer !== "string") return undefined;
      const expected = toFieldPath(pointer);
      return error["field"] === expected
        ? held
        : found(
            "field is not the pointer of the first issue, translated",
            expected,
            error["field"] ?? "nothing",
            "/field",
          );
    }),
    "ERR-07": eachError((error, found) => {
      const seconds = error["retry_after"];
      if (seconds === undefined) return undefined;
      const good = typeof seconds === "number" && seconds >= 1 && seconds <= 3600;
      return good ? held : found("retry_after is not between 1 and 3600", "1 to 3600", seconds, "/retry_after");
    }),
    "ERR-07-INTEGER": eachError((error, found) => {
      const seconds = error["retry_after"];
      if (typeof seconds !== "number") return undefined;
      return Number.isInteger(seconds)
        ? held
        : found("retry_after is no whole number", "a whole number", seconds, "/retry_after");
    }),
    "ERR-08": eachError((error, found) => {
      if (error["code"] !== "RATE_LIMITED") return undefined;
      const good = error["retry_after"] !== undefined && error["recovery"] === "transient";
      return good
        ? held
        : found("RATE_LIMITED does not say when to try again", "retry_after, and recovery transient", error);
    }),
    "ERR-09": eachError((error, found) => {
      const [code, recovery] = [error["code"], error["recovery"]];
      const documented = typeof code === "string" ? STANDARD_RECOVERY.get(code) : undefined;
      if (documented === undefined || typeof recovery !== "string") return undefined;
      return recovery === documented
        ? held
        : found(`${code as string} has another recovery than documented`, documented, recovery, "/recovery");
    }),
    "ERR-10": eachError((error, found) => {
      const { code } = error;
      if (typeof code !== "string") return undefined;
      return isKnownCode(code)
        ? held
        : found("an error has a code of its own making", "a standard code, or X_VENDOR_CODE", code, "/code");
    }),
    "ERR-11": (answer) => {
      const texts = [
        ...errorsIn(answer).map(({ pointer, error }) => ({ pointer, text: JSON.stringify(error) ?? "" })),
        ...proseOf(answer),
      ];
      if (texts.length === 0) return undefined;
      for (const { pointer, text } of texts) {
        const found = leak(text);
        if (found)
          return broke(`an error gives ${found.what} away`, {
            pointer,
            expected: "nothing internal",
            actual: found.text,
            exchanges: [answer.exchange.n],
          });
      }
      return held;
    },
    "ERR-12": (answer) => {
      const { outcome, exchange } = answer;
      if (answer.tool !== TASK && answer.tool !== "log_event") return undefined;
      const status = exchange.response?.status ?? 0;
      if (outcome.kind !== "broken" && status < 500) return held;
      // These have rules of their own.
      if (outcome.kind === "broken" && (outcome.reason === "contradictory" || outcome.reason === "unfinished"))
        return undefined;
      const said = outcome.kind === "broken" ? outcome.message : `HTTP ${status}`;
      return broke(`a call was not answered properly: ${said}`, {
        expected: "event_sources or errors",
        actual: said,
        exchanges: [exchange.n],
      });
    },
    "ERR-13": (answer) => {
      const key = answer.request["idempotency_key"];
      const errors = errorsIn(answer);
      if (typeof key !== "string" || key.length < 16 || errors.length === 0) return undefined;
      const at = errors.find(({ error }) => JSON.stringify(error)?.includes(key));
      if (!at) return held;
      return broke("an error repeats the idempotency key", {
        pointer: at.pointer,
        expected: "no key",
        actual: at.error,
        exchanges: [answer.exchange.n],
      });
    },
  },
});

/** Whether the wire itself says that the answer is an error. */
function isMarked({ exchange: { facts } }: Answer): boolean {
  return facts.kind === "mcp" ? own(facts.result, "isError") === true : readTask(facts.result)?.state !== "completed";
}

/** What a refusal without an AdCP error says in words. */
function proseOf(answer: Answer): { pointer: string; text: string }[] {
  if (answer.outcome.kind !== "rejected" || !answer.outcome.prose) return [];
  return [{ pointer: "", text: answer.outcome.prose }];
}
