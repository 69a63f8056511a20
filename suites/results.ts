import { broke, held, type Judgement } from "../src/engine/judgement.ts";
import { must, should } from "../src/engine/rule.ts";
import { actionSourcesOf } from "../src/engine/samples.ts";
import { type AnswerCheck, scenario, suite } from "../src/engine/suite.ts";
import { accepted } from "../src/model/refusal.ts";
import { isSync, requestedIds } from "../src/model/requests.ts";
import type { Answer } from "../src/protocol/answer.ts";
import { isOwnId, type Row, rowsOf } from "../src/protocol/event-source.ts";
import { own } from "../src/protocol/json.ts";
import { TASK } from "../src/protocol/request.ts";
import { docs, page, schema } from "./citations.ts";

const ITEM = "/oneOf/0/properties/event_sources/items";
const ACTIONS = ["created", "updated", "unchanged", "deleted", "failed"];
const CATEGORIES_BESIDE = new Set(["owned_property"]);

/** Judges each row of a success; `undefined` from `judge`: the row has nothing to do with the rule. */
function eachRow(
  judge: (row: Row, answer: Answer) => Judgement | undefined,
  applies = (_: Answer) => true,
): AnswerCheck {
  return (answer) => {
    if (answer.tool !== TASK || answer.outcome.kind !== "accepted" || !applies(answer)) return undefined;
    const judgements = rowsOf(answer.payload).map((row) => judge(row, answer));
    return judgements.find((one) => one?.verdict === "broke") ?? judgements.find((one) => one !== undefined);
  };
}

function wrong(row: Row, field: string, answer: Answer, message: string, expected: unknown): Judgement {
  const there = row.raw[field] !== undefined;
  return broke(message, {
    pointer: `/event_sources/${row.index}${there ? `/${field}` : ""}`,
    expected,
    actual: row.raw[field] ?? "nothing",
    exchanges: [answer.exchange.n],
  });
}

const schemaIssue =
  (pattern: RegExp): AnswerCheck =>
  (answer) => {
    if (answer.tool !== TASK || answer.outcome.kind !== "accepted") return undefined;
    const issue = answer.issues.find((one) => pattern.test(one.pointer));
    if (!issue) return held;
    return broke(`a result's ${issue.pointer.split("/").at(-1)} ${issue.message}`, {
      pointer: issue.pointer,
      expected: issue.message,
      actual: issue.actual ?? "nothing",
      exchanges: [answer.exchange.n],
      schema_id: issue.schema_id,
    });
  };

export default suite("results", {
  about: "Every result says which source it is for, what happened to it, and what it now is.",
  rules: {
    "RES-04": must("every result has an event_source_id and a known action", schema("response", `${ITEM}/required`)),
    "RES-05": must("every requested source has a result", docs("specification", "sync_event_sources")),
    "RES-06": should("a source has one result at most", page("response", "derived")),
    "RES-07": must("managed_by is buyer or seller", schema("response", `${ITEM}/properties/managed_by`)),
    "RES-08": must(
      "a source that the buyer made is not marked as the seller's",
      schema("response", `${ITEM}/properties/managed_by`),
    ),
    "RES-08-PRESENT": should(
      "a source that the buyer made is marked as the buyer's",
      schema("response", `${ITEM}/properties/managed_by`),
    ),
    "RES-09": must("only a failed result carries errors", page("response")),
    "RES-09-EMPTY": should("a result that did not fail carries no empty list of errors", page("response")),
    "RES-10": should("a failed result says why, with code and message", page("response")),
    "RES-11": must("a result does not contradict the request", page("response")),
    "RES-11-ECHO": should("a result repeats the fields of the request", page("response")),
    "RES-12": should("a result repeats the allowed domains of the request", page("response")),
    "RES-13": must(
      "a result names its source by the id of the request",
      schema("response", `${ITEM}/properties/event_source_id`),
    ),
    "RES-15": must(
      "event types in a result are those of the release",
      schema("response", `${ITEM}/properties/event_types`),
    ),
    "RES-16": should(
      "action_source says the same as surface.category",
      schema("surface", "/properties/category", "should"),
      {
        releases: ["3.1", "3.2"],
      },
    ),
  },
  observations: { "echo is faithful": "RES-11", "echo is complete": "RES-11-ECHO", "domains are echoed": "RES-12" },
  answers: {
    "RES-04": (answer) => {
      if (answer.tool !== TASK || answer.outcome.kind !== "accepted") return undefined;
      const sources = own(answer.payload, "event_sources");
      if (!Array.isArray(sources)) return undefined;
      const at = sources.findIndex((one: unknown) => {
        const action = own(one, "action");
        return (
          typeof own(one, "event_source_id") !== "string" || typeof action !== "string" || !ACTIONS.includes(action)
        );
      });
      if (at < 0) return sources.length > 0 ? held : undefined;
      const evidence = {
        pointer: `/event_sources/${at}`,
        expected: `event_source_id, and action one of ${ACTIONS.join(", ")}`,
        actual: sources[at] as unknown,
      };
      return broke("a result does not say which source it is for, or what happened to it", {
        ...evidence,
        exchanges: [answer.exchange.n],
      });
    },
    "RES-05": (answer) => {
      if (!isSync(answer) || answer.outcome.kind !== "accepted") return undefined;
      const answered = new Set(rowsOf(answer.payload).map(({ id }) => id));
      const missing = requestedIds(answer.request).find((id) => !answered.has(id));
      if (missing === undefined) return held;
      return broke("a requested source has no result", {
        pointer: "/event_sources",
        expected: missing,
        actual: [...answered],
        exchanges: [answer.exchange.n],
      });
    },
    "RES-06": (answer) => {
      if (answer.tool !== TASK || answer.outcome.kind !== "accepted") return undefined;
      const rows = rowsOf(answer.payload);
      const counts = new Map<string, number>();
      for (const { id } of rows) counts.set(id, (counts.get(id) ?? 0) + 1);
      const twin = rows.find(({ id }) => counts.get(id) !== 1);
      if (!twin) return rows.length > 0 ? held : undefined;
      return wrong(twin, "event_source_id", answer, `a source has ${counts.get(twin.id)} results`, "one result");
    },
    "RES-07": schemaIssue(/^\/event_sources\/\d+\/managed_by$/),
    "RES-08": eachRow((row, answer) => {
      const buyers = isOwnId(row.id) || (requestedIds(answer.request).includes(row.id) && row.action === "created");
      if (!buyers || row.raw["managed_by"] === undefined) return undefined;
      return row.managedBy === "buyer"
        ? held
        : wrong(row, "managed_by", answer, "a source that the buyer made is marked as the seller's", "buyer");
    }),
    "RES-08-PRESENT": eachRow((row, answer) => {
      if (!isOwnId(row.id) || row.action === "deleted" || row.action === "failed") return undefined;
      const there = row.raw["managed_by"] !== undefined && row.raw["managed_by"] !== null;
      return there ? held : wrong(row, "managed_by", answer, "a source that the buyer made has no managed_by", "buyer");
    }),
    "RES-09": eachRow((row, answer) => {
      const errors = row.raw["errors"];
      if (row.action === "failed" || !Array.isArray(errors) || errors.length === 0) return held;
      return wrong(row, "errors", answer, `a result that says ${row.action} carries errors`, "no errors");
    }),
    "RES-09-EMPTY": eachRow((row, answer) => {
      const errors = row.raw["errors"];
      if (row.action === "failed" || !Array.isArray(errors) || errors.length > 0) return held;
      return wrong(
        row,
        "errors",
        answer,
        `a result that says ${row.action} carries an empty list of errors`,
        "no errors",
      );
    }),
    "RES-10": eachRow((row, answer) => {
      if (row.action !== "failed") return undefined;
      const errors = row.raw["errors"];
      const [first] = Array.isArray(errors) ? errors : [];
      const said = typeof own(first, "code") === "string" && typeof own(first, "message") === "string";
      return said
        ? held
        : wrong(row, "errors", answer, "a failed result does not say why", "errors with code and message");
    }),
    "RES-13": eachRow((row, answer) => {
      if (requestedIds(answer.request).includes(row.id)) return held;
      const foreign = row.action === "created" || row.action === "updated";
      return foreign
        ? wrong(
            row,
            "event_source_id",
            answer,
            `a result says ${row.action} under an id that the request does not name`,
            requestedIds(answer.request),
          )
        : undefined;
    }, isSync),
    "RES-15": schemaIssue(/^\/event_sources\/\d+\/event_types(\/\d+)?$/),
    "RES-16": eachRow((row, answer) => {
      const category = own(row.raw["surface"], "category");
      const source = row.raw["action_source"];
      if (typeof category !== "string" || typeof source !== "string" || CATEGORIES_BESIDE.has(category))
        return undefined;
      return category === source
        ? held
        : wrong(row, "action_source", answer, "action_source and surface.category say different things", category);
    }),
  },
  scenarios: [
    scenario("a name beyond ASCII", { proves: ["RES-11"] }, async ({ buyer, check }) => {
      const source = buyer.eventSource({ name: "Z\u00fcrich \u6771\u4eac \u{1f600}" });
      const { answer } = await buyer.probe((request) => request, [source]);
      const result = rowsOf(answer.payload).find(({ id }) => id === source.event_source_id);
      const shown = result?.raw["name"];
      // A seller may refuse such a name; what it says of one that it took has to be that name.
      if (!result || result.action === "failed" || typeof shown !== "string") return check("RES-11", held);
      check(
        "RES-11",
        shown === source.name
          ? held
          : wrong(result, "name", answer, "the result names another name than the request", source.name),
      );
    }),
    scenario(
      "a surface without action_source",
      {
        proves: ["RES-16"],
        gate: ({ release }) => (release === "3.0" ? { not_applicable: "AdCP 3.0 does not have the field" } : undefined),
      },
      async ({ buyer, seller, given }) => {
        const category = actionSourcesOf(seller).find((one) => one !== "website");
        if (category === undefined) return;
        const { action_source: _, ...source } = buyer.eventSource();
        given(accepted((await buyer.sync([{ ...source, surface: { category } }])).answer));
      },
    ),
  ],
});
