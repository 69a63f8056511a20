import { broke, held, type Judgement } from "../src/engine/judgement.ts";
import { must, should } from "../src/engine/rule.ts";
import type { SellerFacts } from "../src/engine/seller.ts";
import { type Closed, suite } from "../src/engine/suite.ts";
import { own } from "../src/protocol/json.ts";
import { TASK } from "../src/protocol/request.ts";
import { docs, schema } from "./citations.ts";

const UNREADABLE: Closed = { not_tested: "the capabilities could not be read (CAP-01)" };

/** Judges what the seller declares; where nothing could be read, CAP-01 alone speaks. */
const declared =
  (
    judge: (
      payload: unknown,
      found: (message: string, pointer: string, expected: unknown, actual: unknown) => Judgement,
      seller: SellerFacts,
    ) => Judgement | Closed,
  ) =>
  (seller: SellerFacts): Judgement | Closed => {
    const { payload, outcome, exchange } = seller.capabilitiesAnswer;
    if (!payload || outcome.kind !== "accepted") return UNREADABLE;
    const found = (message: string, pointer: string, expected: unknown, actual: unknown) =>
      broke(message, { pointer, expected, actual: actual ?? "nothing", exchanges: [exchange.n] });
    return judge(payload, found, seller);
  };

const TRACKING = "/media_buy/conversion_tracking";

export default suite("capabilities", {
  about: "The seller says what it can do, and what it says holds.",
  rules: {
    "CAP-01": must(
      "get_adcp_capabilities answers, and the answer is valid for the release served",
      docs("security", "capabilities"),
    ),
    "CAP-02": must(
      "a seller that declares conversion tracking offers sync_event_sources and log_event",
      docs("capabilities", "conversion_tracking"),
    ),
    "CAP-03": should(
      "a seller that offers the task declares conversion tracking",
      docs("capabilities", "no silent ignoring", "should"),
    ),
    "CAP-04": must("supported_protocols names media_buy", docs("requiredTasks", "media_buy")),
    "CAP-05": must(
      "support of idempotency keys is declared, with a replay time of one hour to seven days",
      docs("security", "idempotency"),
    ),
    "CAP-06": must(
      "in_flight_max_seconds is no longer than replay_ttl_seconds",
      schema("capabilities", "/properties/adcp/properties/idempotency"),
    ),
    "CAP-07": must(
      "supported event types and action sources are lists of known values, and not empty",
      schema("capabilities", "/properties/media_buy/properties/conversion_tracking"),
    ),
    "CAP-08": must("adcp.major_versions names 3", schema("capabilities", "/properties/adcp/properties/major_versions")),
    "CAP-09": must("adcp.supported_versions is there", docs("versioning", "supported_versions"), { releases: ["3.2"] }),
    "CAP-09-ADVICE": should("adcp.supported_versions is there", docs("versioning", "supported_versions", "should"), {
      releases: ["3.1"],
    }),
  },
  seller: {
    "CAP-01": ({ capabilitiesAnswer: { outcome, issues, exchange } }) => {
      if (outcome.kind !== "accepted") {
        const actual = outcome.kind === "rejected" ? (outcome.errors[0]?.raw ?? outcome.prose) : outcome.message;
        return broke("get_adcp_capabilities was not answered with capabilities", {
          expected: "adcp",
          actual,
          exchanges: [exchange.n],
        });
      }
      const [issue] = issues;
      if (!issue) return held;
      return broke(`the capabilities do not fit their schema: ${issue.pointer || "the answer"} ${issue.message}`, {
        pointer: issue.pointer,
        expected: issue.message,
        actual: issue.actual ?? "nothing",
        exchanges: [exchange.n],
        schema_id: issue.schema_id,
      });
    },
    "CAP-02": ({ capabilities, tools, toolsExchange, capabilitiesAnswer }) => {
      if (!capabilities.conversionTracking)
        return { not_applicable: "the seller does not declare conversion tracking" };
      const missing = [TASK, "log_event"].filter((tool) => !tools.includes(tool));
      if (missing.length === 0) return held;
      const exchanges = [capabilitiesAnswer.exchange.n, toolsExchange];
      return broke(`conversion tracking is declared, and ${missing.join(" and ")} not offered`, {
        expected: missing,
        actual: tools,
        exchanges,
      });
    },
    "CAP-03": declared((_, found, { capabilities, tools }) => {
      if (!tools.includes(TASK)) return { not_applicable: "the seller does not list the task" };
      return capabilities.conversionTracking
        ? held
        : found("the task is offered, and conversion tracking not declared", "", TRACKING, undefined);
    }),
    "CAP-04": declared((payload, found) => {
      const protocols = own(payload, "supported_protocols");
      const named = Array.isArray(protocols) && protocols.includes("media_buy");
      return named
        ? held
        : found("supported_protocols does not name media_buy", "/supported_protocols", "media_buy", protocols);
    }),
    "CAP-05": declared((payload, found) => {
      const idempotency = own(own(payload, "adcp"), "idempotency");
      const supported = own(idempotency, "supported");
      if (typeof supported !== "boolean")
        return found("support of idempotency keys is not declared", "/adcp", "idempotency.supported", idempotency);
      const ttl = own(idempotency, "replay_ttl_seconds");
      if (!supported || (typeof ttl === "number" && ttl >= 3600 && ttl <= 604_800)) return held;
      return found(
        "the replay time is not between one hour and seven days",
        "/adcp/idempotency/replay_ttl_seconds",
        "3600 to 604800",
        ttl,
      );
    }),
    "CAP-06": declared((payload, found) => {
      const idempotency = own(own(payload, "adcp"), "idempotency");
      const [flight, ttl] = [own(idempotency, "in_flight_max_seconds"), own(idempotency, "replay_ttl_seconds")];
      if (typeof flight !== "number" || typeof ttl !== "number")
        return { not_applicable: "the seller does not declare in_flight_max_seconds" };
      return flight <= ttl
        ? held
        : found(
            "in_flight_max_seconds is longer than the replay time",
            "/adcp/idempotency/in_flight_max_seconds",
            `at most ${ttl}`,
            flight,
          );
    }),
    "CAP-07": declared((_, found, { capabilitiesAnswer: { payload, issues } }) => {
      const tracking = own(own(payload, "media_buy"), "conversion_tracking");
      const lists = ["supported_event_types", "supported_action_sources"].filter(
        (key) => own(tracking, key) !== undefined,
      );
      if (lists.length === 0) return { not_applicable: "the seller declares neither event types nor action sources" };
      const issue = issues.find(({ pointer }) => lists.some((key) => pointer.startsWith(`${TRACKING}/${key}`)));
      return issue ? found(`a declared value ${issue.message}`, issue.pointer, issue.message, issue.actual) : held;
    }),
    "CAP-08": declared((payload, found) => {
      const majors = own(own(payload, "adcp"), "major_versions");
      const named = Array.isArray(majors) && majors.includes(3);
      return named ? held : found("adcp.major_versions does not name 3", "/adcp/major_versions", 3, majors);
    }),
    "CAP-09": declared(supportedVersions),
    "CAP-09-ADVICE": declared(supportedVersions),
  },
});

function supportedVersions(
  payload: unknown,
  found: (message: string, pointer: string, expected: unknown, actual: unknown) => Judgement,
): Judgement {
  const versions = own(own(payload, "adcp"), "supported_versions");
  const there = Array.isArray(versions) && versions.length > 0;
  return there ? held : found("adcp.supported_versions is not there", "/adcp", "supported_versions", versions);
}
