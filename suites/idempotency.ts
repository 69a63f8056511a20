import { broke, held } from "../src/engine/judgement.ts";
import { must, should } from "../src/engine/rule.ts";
import { suite } from "../src/engine/suite.ts";
import { type JsonObject, own } from "../src/protocol/json.ts";
import { TASK } from "../src/protocol/request.ts";
import type { Release } from "../src/validation/release.ts";
import { docs, schema } from "./citations.ts";
import { errorObjects } from "./error-objects.ts";
import { conflicts } from "./idempotency-conflicts.ts";
import { keys } from "./idempotency-keys.ts";
import { limits } from "./idempotency-limits.ts";
import { races } from "./idempotency-races.ts";
import { repetitions } from "./idempotency-repetitions.ts";
import { isMarked, unmarked } from "./replays.ts";

const since31: Release[] = ["3.1", "3.2"];
const security = (section: string) => docs("security", section);
const key = schema("request", "/properties/idempotency_key");

/** The longest that any seller may keep an answer: the upper bound of replay_ttl_seconds. */
const LONGEST_TTL = 604_800;

export default suite("idempotency", {
  about: "A call is carried out once for its key, however often it is sent.",
  rules: {
    "IDM-01": must("a call that writes without an idempotency key is refused", security("idempotency key required")),
    "IDM-01-CODE": should(
      "a missing idempotency key is refused with INVALID_REQUEST or VALIDATION_ERROR",
      security("idempotency key required"),
    ),
    "IDM-02": must("a discovery without an idempotency key is refused", schema("request", "/required")),
    "IDM-03": must("a malformed idempotency key is refused", key),
    "IDM-04": must(
      "the same call under the same key gets the first answer, and is not carried out again",
      security("replay"),
    ),
    "IDM-05": must("a replay says that it is one", security("replay indicator"), { releases: since31 }),
    "IDM-05-OLD": should("a replay says that it is one", security("replay indicator"), { releases: ["3.0"] }),
    "IDM-06": must(
      "a call that is carried out for the first time is not called a replay",
      schema("envelope", "/properties/replayed"),
    ),
    "IDM-07": must(
      "another request under a used key is refused as a conflict, and not carried out",
      security("key reuse"),
    ),
    "IDM-08": must("a conflict tells nothing of the request that used the key first", security("shape of a conflict")),
    "IDM-09": must("a call with another context is the same call", security("payload equivalence")),
    "IDM-09-ECHO": should("a replay hands back the context of the call at hand", security("payload equivalence")),
    "IDM-10": must("the order of fields and white space do not make another request", security("payload equivalence")),
    "IDM-11": should("another ext makes another request", security("payload equivalence")),
    "IDM-12": must("a replay shows what was, also when the source has changed since", security("replay")),
    "IDM-13": must("a failed call does not use up its key", security("only successes are kept")),
    "IDM-14": must("of calls that come at once under one key, one is carried out", security("concurrent retries")),
    "IDM-15": should(
      "IDEMPOTENCY_IN_FLIGHT says how long to wait: a second at least, and no longer than answers are kept",
      security("concurrent retries"),
      { releases: since31 },
    ),
    "IDM-16": must("a key that was used on one account is free on another", security("scope of keys")),
    "IDM-17": must("an equal request under a fresh key is carried out", security("fresh keys")),
    "IDM-18": should("a key that was used for one task is a conflict for another", security("scope of keys"), {
      releases: ["3.2"],
    }),
    "IDM-19": must("RATE_LIMITED is not kept as the answer to a key", security("cache growth")),
    "DEL-11": must("a deletion that is sent again removes nothing that came later", security("replay")),
  },
  answers: {
    "IDM-06": (answer) => {
      if (answer.tool !== TASK || !answer.payload || answer.outcome.kind === "broken") return undefined;
      // Where the call was sent twice, or others had its key, the first execution may have been another one.
      if (answer.reused || answer.attempts.length > 1) return undefined;
      return own(answer.request, "idempotency_key") === undefined ? undefined : unmarked(answer);
    },
    "IDM-08": (answer) => {
      const error = errorObjects(answer).find((one) => own(one, "code") === "IDEMPOTENCY_CONFLICT");
      if (!error) return undefined;
      const telling = pointersOf(error).find((pointer) => pointer.replace(/^\//, "") !== "idempotency_key");
      if (telling === undefined) return held;
      return broke("a conflict says where the requests differ", {
        expected: "no field, and no issues",
        actual: telling,
        exchanges: [answer.exchange.n],
      });
    },
    "IDM-15": (answer) => {
      const error = errorObjects(answer).find((one) => own(one, "code") === "IDEMPOTENCY_IN_FLIGHT");
      if (!error) return undefined;
      // The pages put it into details, the error's schema beside the code.
      const asked = own(error, "retry_after") ?? own(own(error, "details"), "retry_after");
      if (typeof asked === "number" && asked >= 1 && asked <= LONGEST_TTL) return held;
      return broke("IDEMPOTENCY_IN_FLIGHT does not say how long to wait", {
        expected: `retry_after from 1 to ${LONGEST_TTL}`,
        actual: asked ?? "nothing",
        exchanges: [answer.exchange.n],
      });
    },
    "IDM-19": (answer) => {
      const limited = errorObjects(answer).some((one) => own(one, "code") === "RATE_LIMITED");
      if (!limited) return answer.limited && answer.outcome.kind === "accepted" ? held : undefined;
      if (!isMarked(answer)) return undefined;
      return broke("RATE_LIMITED was said to be a replay", {
        expected: "a refusal that is not kept",
        actual: "replayed: true",
        exchanges: [answer.exchange.n],
      });
    },
  },
  scenarios: [...keys, ...repetitions, ...conflicts, ...races, ...limits],
});

/** What an error points at in the request. */
function pointersOf(error: JsonObject): string[] {
  const issues = own(error, "issues");
  const pointed = (Array.isArray(issues) ? issues : []).map((issue: unknown) => own(issue, "pointer"));
  return [own(error, "field"), ...pointed].filter((one): one is string => typeof one === "string" && one !== "");
}
