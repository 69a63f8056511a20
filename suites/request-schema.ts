import { broke, held, type Judgement } from "../src/engine/judgement.ts";
import { must, should } from "../src/engine/rule.ts";
import type { Written } from "../src/engine/scene.ts";
import { scenario, suite } from "../src/engine/suite.ts";
import { accepted, errorsOf, refused, refusedCleanly, untouched } from "../src/model/refusal.ts";
import { isObject, type JsonObject, own } from "../src/protocol/json.ts";
import { docs, schema } from "./citations.ts";

/** One way in which a request breaks its schema. */
export interface Defect {
  keyword: string;
  /** RFC 6901 pointer into the request. */
  pointer: string;
  /** The value that stands there; `undefined` where something is missing. */
  value?: unknown;
}

/** Parts of a request that say nothing about sources: what a seller makes of a defect there harms nobody. */
const LENIENT =
  /^\/(?:context|ext|adcp_version|adcp_major_version|push_notification_config|governance_context)(?:\/|$)|\/ext(?:\/|$)/;

/**
 * Whether a defect is one that many a seller overlooks without harm: `null` for a field that may be left out, for one, a further
 * member of a closed object, or something odd deep in an account's name.
 */
const isLenient = ({ keyword, pointer, value }: Defect): boolean =>
  LENIENT.test(pointer) ||
  /^\/account\/[^/]+\/./.test(pointer) ||
  keyword === "format" ||
  // A further member of a closed object is dropped by most libraries before a seller sees it.
  keyword === "additionalProperties" ||
  (value === null && !/\/(?:account|idempotency_key|event_source_id)(?:\/|$)/.test(pointer));

/**
 * Whether a defect is not worth sending: one that a seller may overlook and then hands back, so that its answers are broken as
 * well, or one of the version fields, of which rules of their own speak.
 */
export const isMoot = (defect: Defect): boolean =>
  /^\/adcp_/.test(defect.pointer) ||
  (isLenient(defect) && /^\/(?:event_sources\/|context(?:\/|$))/.test(defect.pointer));

/** The rule that a defect belongs to, and what the answer says of it. */
export function judgeDefect(
  written: Written,
  defect: Defect,
): { rule: "REQ-07-STATE" | "REQ-27" | "REQ-28"; judgement: Judgement } {
  // A list that is null may be taken for none: then the call is a discovery.
  if (defect.pointer === "/event_sources" && defect.value === null)
    return { rule: "REQ-07-STATE", judgement: untouched(written) };
  const lenient = isLenient(defect);
  const judgement = lenient ? refused(written) : refusedCleanly(written);
  const place = defect.pointer.replaceAll(/\/\d+(?=\/|$)/g, "/*") || "the request";
  const named =
    judgement.verdict === "broke" && judgement.pointer === "/event_sources"
      ? { ...judgement, message: `a request that breaks ${defect.keyword} at ${place} was accepted` }
      : judgement;
  return { rule: lenient ? "REQ-28" : "REQ-27", judgement: named };
}

/** A well-formed request was taken, or refused with an error that says why. */
export function judgeEdge({ answer }: Pick<Written, "answer">): Judgement {
  const { outcome } = answer;
  if (outcome.kind === "broken")
    return { verdict: "unclear", reason: `the answer could not be read: ${outcome.message}` };
  if (refused({ answer }).verdict !== "held") return held;
  if (outcome.kind === "rejected" && outcome.transient) return held;
  const [error] = errorsOf(answer);
  if (error?.code !== undefined && typeof own(error.raw, "message") === "string") return held;
  return broke("a request that the schema allows was refused without an AdCP error that says why", {
    expected: "code and message",
    actual: error?.raw ?? (outcome.kind === "rejected" ? outcome.prose : undefined) ?? "nothing",
    exchanges: [answer.exchange.n],
  });
}

const inSource =
  (fields: JsonObject) =>
  (request: JsonObject): JsonObject => {
    const sources = own(request, "event_sources");
    const first = Array.isArray(sources) && isObject(sources[0]) ? sources[0] : {};
    return { ...request, event_sources: [{ ...first, ...fields }] };
  };

const DEFECTS: { defect: Defect; edit(request: JsonObject): JsonObject }[] = [
  { defect: { keyword: "type", pointer: "/event_sources/0/name" }, edit: inSource({ name: 7 }) },
  { defect: { keyword: "type", pointer: "/event_sources/0/event_types" }, edit: inSource({ event_types: "purchase" }) },
  {
    defect: { keyword: "type", pointer: "/event_sources/0/allowed_domains/0" },
    edit: inSource({ allowed_domains: [7] }),
  },
  {
    defect: { keyword: "type", pointer: "/event_sources/0" },
    edit: (request) => ({ ...request, event_sources: [["cf_list"]] }),
  },
];

const OVERLOOKED: typeof DEFECTS = [
  { defect: { keyword: "type", pointer: "/ext" }, edit: (request) => ({ ...request, ext: "text" }) },
];

export default suite("request-schema", {
  about: "Every part of the request schema is kept, and what it allows is not refused without a word.",
  rules: {
    "REQ-27": must(
      "a request that breaks its schema in whatever way is refused, and changes nothing",
      schema("request", "/properties"),
    ),
    "REQ-28": should(
      "a defect in a part that says nothing of sources is refused as well",
      schema("request", "/properties", "derived"),
    ),
    "REQ-29": should(
      "a request that the schema allows is taken, or refused with an error that says why",
      docs("errors", "field", "derived"),
    ),
  },
  scenarios: [
    scenario("fields of another type", { proves: ["REQ-27", "REQ-28"] }, async ({ buyer, check, given }) => {
      const source = buyer.eventSource();
      given(accepted((await buyer.sync([source])).answer), "a well-formed request was refused as well");
      const bad = { ...source, name: "must not be stored (REQ-27)" };
      for (const { defect, edit } of DEFECTS)
        check("REQ-27", judgeDefect(await buyer.probe(edit, [bad]), defect).judgement);
      for (const { defect, edit } of OVERLOOKED)
        check("REQ-28", judgeDefect(await buyer.probe(edit, [bad]), defect).judgement);
    }),
    scenario("values at the limits of the schema", { proves: ["REQ-29"] }, async ({ buyer, check, given }) => {
      const source = buyer.eventSource();
      given(accepted((await buyer.sync([source])).answer));
      const text = (length: number) => "x".repeat(length);
      const surface = source.surface && {
        ...source.surface,
        property_type: text(128),
        namespace: text(128),
        property_id: text(256),
      };
      const edge = { ...source, name: text(120), ...(surface && { surface }) };
      check("REQ-29", judgeEdge(await buyer.sync([edge], { mayRefuse: true })));
    }),
  ],
});
