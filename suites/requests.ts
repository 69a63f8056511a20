import { broke, every, held, type Judgement } from "../src/engine/judgement.ts";
import { must, note, type Rule, should } from "../src/engine/rule.ts";
import type { Scene, Written } from "../src/engine/scene.ts";
import { type Need, scenario, suite } from "../src/engine/suite.ts";
import { accepted, coded, errorsOf, refused, refusedCleanly, untouched } from "../src/model/refusal.ts";
import { rowsOf } from "../src/protocol/event-source.ts";
import { isObject, type JsonObject, own } from "../src/protocol/json.ts";
import type { Release } from "../src/validation/release.ts";
import { docs, schema } from "./citations.ts";
import { type Probe, probes, REFUSAL_CODES, type Refusable } from "./probes.ts";

const since31: Release[] = ["3.1", "3.2"];

/** Rules about one source that must hold wherever in the list it stands. */
const BEHIND = ["REQ-08", "REQ-11", "REQ-12"] as const;

type Coded = `${Refusable}-CODE`;

const refusals = Object.fromEntries(
  Object.entries(probes).flatMap(([id, { statement, citation, releases }]: [string, Probe]) => [
    [id, must(statement, citation, releases && { releases })],
    [
      `${id}-CODE`,
      should(
        `${statement}: the refusal says why by its code`,
        docs("errors", "standard codes"),
        releases && { releases },
      ),
    ],
  ]),
) as Record<Refusable | Coded, Rule>;

/** One bad request each, beside a control that is one edit away and was accepted. */
function probing(name: string, ids: Refusable[], needs: Need[] = []) {
  return scenario(
    name,
    { proves: [...ids, ...ids.map((id): Coded => `${id}-CODE`), "REQ-25"] as (Refusable | Coded | "REQ-25")[], needs },
    async (scene) => {
      const { buyer, given, release } = scene;
      const control = buyer.eventSource();
      given(accepted((await buyer.sync([control])).answer), "a well-formed request was refused as well");
      for (const id of ids) {
        const probe: Probe = probes[id];
        if (probe.releases && !probe.releases.includes(release)) continue;
        for (const edit of probe.edits) await refusal(scene, id, probe, edit, control);
      }
    },
  );
}

async function refusal(
  { buyer, check, exclude }: Scene<Refusable | Coded | "REQ-25">,
  id: Refusable,
  probe: Probe,
  edit: Probe["edits"][number],
  control: { event_source_id: string },
): Promise<void> {
  const source = {
    ...buyer.eventSource({ event_source_id: control.event_source_id }),
    name: `must not be stored (${id})`,
  };
  const written = await buyer.probe((request) => edit(request, buyer.account), [source]);
  check(id, refusedCleanly(written));
  if (refused(written).verdict !== "held") return;
  check(`${id}-CODE`, coded(written.answer, probe.codes ?? REFUSAL_CODES));
  const raw = errorsOf(written.answer)[0]?.raw;
  if (!isObject(raw)) return exclude("REQ-25", "the refusals carry no AdCP error that could name a field");
  const issues = own(raw, "issues");
  const named =
    typeof own(raw, "field") === "string" || (Array.isArray(issues) && typeof own(issues[0], "pointer") === "string");
  const evidence = { expected: "field, or issues[0].pointer", actual: raw, exchanges: [written.answer.exchange.n] };
  check("REQ-25", named ? held : broke("an error about one field does not name it", evidence));
}

export default suite("requests", {
  about: "Bad requests are refused and change nothing; what the schema allows is taken.",
  rules: {
    ...refusals,
    "REQ-07": should("event_sources null is refused", schema("request", "/properties/event_sources/type", "derived")),
    "REQ-07-STATE": must(
      "event_sources null changes nothing",
      schema("request", "/properties/event_sources/type", "derived"),
    ),
    "REQ-10": note(
      "what becomes of an empty event_source_id",
      schema("request", "/properties/event_sources/items/properties/event_source_id"),
    ),
    "REQ-13": must(
      "an event type that the seller does not support is not silently accepted",
      docs("errors", "server-narrowed enums", "derived"),
    ),
    "REQ-13-CODE": should(
      "the refusal of an unsupported event type says why by its code",
      docs("errors", "server-narrowed enums", "derived"),
    ),
    "REQ-13-DROPPED": should(
      "a source with an unsupported event type is refused, not narrowed",
      docs("errors", "server-narrowed enums", "derived"),
    ),
    "REQ-15": note(
      "an action source that the seller does not list is taken",
      schema("capabilities", "/properties/media_buy", "derived"),
    ),
    "REQ-17": note(
      "an owned property without property_type is taken",
      schema("surface", "/properties/property_type/description"),
      { releases: since31 },
    ),
    "REQ-17-ACCEPT": should("an owned property without property_type is not refused", schema("surface", "/required"), {
      releases: since31,
    }),
    "REQ-21": should("a context that is no object is refused", schema("request", "/properties/context/type")),
    "REQ-22": must(
      "a source with an event_source_id alone is accepted",
      schema("request", "/properties/event_sources/items/required"),
    ),
    "REQ-23": must("fields that the schema does not know are tolerated", docs("security", "unknown fields"), {
      releases: since31,
    }),
    "REQ-23-OLD": should(
      "fields that the schema does not know are tolerated",
      schema("request", "/additionalProperties"),
      { releases: ["3.0"] },
    ),
    "REQ-24": must("envelope fields are tolerated in a request", docs("security", "envelope fields"), {
      releases: since31,
    }),
    "REQ-24-OLD": should("envelope fields are tolerated in a request", schema("request", "/additionalProperties"), {
      releases: ["3.0"],
    }),
    "REQ-25": should("an error about one field names it", docs("errors", "field", "derived")),
  },
  scenarios: [
    probing("the account", ["REQ-01", "REQ-02", "REQ-03", "REQ-04", "REQ-05"]),
    probing("the list of sources", ["REQ-06", "REQ-26"], ["delete"]),
    probing("one source", ["REQ-08", "REQ-09", "REQ-11", "REQ-12", "REQ-14", "REQ-16", "REQ-18", "REQ-20"]),
    scenario("a bad source behind a good one", { proves: BEHIND }, async ({ buyer, check, given }) => {
      const [good, other] = [buyer.eventSource(), buyer.eventSource()];
      given(accepted((await buyer.sync([good, other])).answer), "a well-formed request was refused as well");
      for (const id of BEHIND) {
        const [edit]: Probe["edits"] = probes[id].edits;
        const written = await buyer.probe(
          (request) => {
            const bad = edit?.({ event_sources: [{ ...other, name: `must not be stored (${id})` }] }, buyer.account);
            return { ...request, event_sources: [good, ...(own(bad, "event_sources") as JsonObject[])] };
          },
          [good],
        );
        check(id, every(partlyRefused(written), untouched(written, [good.event_source_id])));
      }
    }),
    probing("delete_missing is no boolean", ["REQ-19"], ["delete"]),
    scenario(
      "event_sources null",
      { proves: ["REQ-07", "REQ-07-STATE"], needs: ["delete"] },
      async ({ buyer, check, given }) => {
        given(accepted((await buyer.sync([buyer.eventSource()])).answer));
        const written = await buyer.probe((request) => ({ ...request, event_sources: null }));
        check("REQ-07-STATE", untouched(written));
        check("REQ-07", refused(written));
        const deleting = await buyer.probe((request) => ({ ...request, event_sources: null, delete_missing: true }));
        check("REQ-07-STATE", untouched(deleting));
      },
    ),
    scenario("an empty event_source_id", { proves: ["REQ-10"], needs: ["delete"] }, async ({ buyer, check }) => {
      const written = await buyer.probe((request) => request, [buyer.eventSource({ event_source_id: "" })]);
      const how = refused(written).verdict === "held" ? "refused" : written.answer.outcome.kind;
      const evidence = {
        expected: "not said by the specification",
        actual: how,
        exchanges: [written.answer.exchange.n],
      };
      check("REQ-10", broke(`an empty event_source_id was ${how}`, evidence));
    }),
    scenario(
      "an event type that the seller does not support",
      {
        proves: ["REQ-13", "REQ-13-CODE", "REQ-13-DROPPED"],
        gate: (seller) =>
          seller.capabilities.eventTypes === undefined || unsupported(seller.capabilities.eventTypes) === undefined
            ? { not_applicable: "the seller declares no event types, or all of them" }
            : undefined,
      },
      async ({ buyer, seller, check, given }) => {
        const source = buyer.eventSource();
        given(accepted((await buyer.sync([source])).answer));
        const type = unsupported(seller.capabilities.eventTypes ?? []) as string;
        const written = await buyer.probe(
          (request) => request,
          [{ ...source, event_types: [...(source.event_types ?? []), type] }],
        );
        const refusal = refused(written, [source.event_source_id]);
        if (refusal.verdict !== "broke") {
          check("REQ-13", refusal.verdict === "held" ? untouched(written) : refusal);
          check("REQ-13-CODE", coded(written.answer, UNSUPPORTED_CODES));
          return check("REQ-13-DROPPED", refusal);
        }
        const stored = written.after.rows.find(({ id }) => id === source.event_source_id)?.raw["event_types"];
        const dropped = Array.isArray(stored) && !stored.includes(type);
        check(
          "REQ-13",
          dropped ? held : { ...refusal, message: `"${type}", which the seller does not support, was accepted` },
        );
        if (dropped)
          check("REQ-13-DROPPED", { ...refusal, message: `"${type}", which the seller does not support, was dropped` });
      },
    ),
    scenario(
      "an action source that the seller does not list",
      {
        proves: ["REQ-15"],
        gate: ({ capabilities }) =>
          capabilities.actionSources === undefined || capabilities.actionSources.includes("other")
            ? { not_applicable: "the seller declares no action sources, or this one as well" }
            : undefined,
      },
      async ({ buyer, check }) => {
        const written = await buyer.probe((request) => request, [buyer.eventSource({ action_source: "other" })]);
        const how = refused(written).verdict === "held" ? "refused" : written.answer.outcome.kind;
        const evidence = {
          expected: "not said by the specification",
          actual: how,
          exchanges: [written.answer.exchange.n],
        };
        check("REQ-15", broke(`an action source that the seller does not list was ${how}`, evidence));
      },
    ),
    scenario(
      "an owned property without property_type",
      { proves: ["REQ-17", "REQ-17-ACCEPT"], gate: has("3.1") },
      async ({ buyer, check }) => {
        const { action_source: _, ...source } = buyer.eventSource({ surface: { category: "owned_property" } });
        const written = await buyer.probe((request) => request, [source]);
        const refusal = refused(written, [source.event_source_id]);
        const evidence = {
          expected: "accepted",
          actual: written.answer.outcome,
          exchanges: [written.answer.exchange.n],
        };
        const judgement =
          refusal.verdict === "held" ? broke("a surface that the schema allows was refused", evidence) : held;
        check("REQ-17", judgement);
        check("REQ-17-ACCEPT", judgement);
      },
    ),
    scenario("a context that is no object", { proves: ["REQ-21"] }, async ({ buyer, check, given }) => {
      const source = buyer.eventSource();
      given(accepted((await buyer.sync([source])).answer));
      check("REQ-21", refused(await buyer.probe((request) => ({ ...request, context: "text" }), [source])));
    }),
    scenario("a source with an id alone", { proves: ["REQ-22"] }, async ({ buyer, check }) => {
      const { event_source_id } = buyer.eventSource();
      const written = await buyer.sync([{ event_source_id }]);
      check("REQ-22", every(taken(written), stored(written, event_source_id)));
    }),
    scenario(
      "fields that the schema does not know",
      { proves: ["REQ-23", "REQ-23-OLD", "REQ-24", "REQ-24-OLD"] },
      async ({ buyer, release, check, given }) => {
        const source = buyer.eventSource();
        given(accepted((await buyer.sync([source])).answer));
        const old = release === "3.0";
        const unknown = { cf_unknown: { of: "no meaning" } };
        const surface = source.surface && { surface: { ...source.surface, ...unknown } };
        const extended = { ...source, ...unknown, ...surface };
        check(
          old ? "REQ-23-OLD" : "REQ-23",
          taken(await buyer.probe((request) => ({ ...request, ...unknown }), [extended])),
        );
        check(
          old ? "REQ-24-OLD" : "REQ-24",
          taken(await buyer.probe((request) => ({ ...request, ...ENVELOPE }), [source])),
        );
      },
    ),
  ],
});

const UNSUPPORTED_CODES = ["UNSUPPORTED_FEATURE", "INVALID_EVENT_TYPE", "POLICY_VIOLATION", ...REFUSAL_CODES];

export const ENVELOPE: JsonObject = {
  context_id: "cf-context",
  governance_context: "cf-governance",
  push_notification_config: {
    // A host that cannot exist: nothing is ever delivered there.
    url: "https://buyer.invalid/adcp",
    operation_id: "cf_operation",
    authentication: { schemes: ["Bearer"], credentials: "not-a-secret-not-a-secret-not-a-secret" },
  },
};

/** The request was refused, or a result says that a source of it was. */
function partlyRefused(written: Written): Judgement {
  const some = rowsOf(written.answer.payload).some(({ action }) => action === "failed");
  return some ? held : refused(written);
}

/** A source of the request stands in discovery. */
function stored({ answer, after }: Written, id: string): Judgement {
  if (after.rows.some((row) => row.id === id)) return held;
  const exchanges = [answer.exchange.n, after.exchange];
  return broke("a source that was accepted is not there", {
    pointer: "/event_sources",
    expected: id,
    actual: "not there",
    exchanges,
  });
}

/** The request was accepted, and no source of it failed. */
export function taken(written: Parameters<typeof refused>[0]) {
  const { answer } = written;
  const answered = accepted(answer);
  if (answered.verdict === "broke") return { ...answered, message: "a request that the schema allows was refused" };
  if (refused(written).verdict !== "held") return answered;
  return broke("a source that the schema allows failed", {
    pointer: "/event_sources",
    expected: "accepted",
    actual: errorsOf(answer).map(({ raw }) => raw),
    exchanges: [answer.exchange.n],
  });
}

/** An event type of every release that the seller does not declare. */
function unsupported(declared: readonly string[]): string | undefined {
  return ["donate", "schedule", "submit_application", "share", "contact", "app_install", "refund"].find(
    (type) => !declared.includes(type),
  );
}

function has(release: Release) {
  return (seller: { release: Release }) =>
    seller.release >= release ? undefined : { not_applicable: `AdCP ${seller.release} does not have the field` };
}
