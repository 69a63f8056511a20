import { broke, held, type Judgement, unclear } from "../src/engine/judgement.ts";
import { must, should } from "../src/engine/rule.ts";
import type { Scene } from "../src/engine/scene.ts";
import type { SellerFacts } from "../src/engine/seller.ts";
import { scenario, suite } from "../src/engine/suite.ts";
import { accepted, errorsOf } from "../src/model/refusal.ts";
import type { Answer } from "../src/protocol/answer.ts";
import { type JsonObject, own } from "../src/protocol/json.ts";
import { TASK } from "../src/protocol/request.ts";
import type { Release } from "../src/validation/release.ts";
import { docs, schema } from "./citations.ts";
import { errorObjects } from "./error-objects.ts";
import { shown } from "./replays.ts";

const since31: Release[] = ["3.1", "3.2"];
const negotiation = docs("versioning", "version negotiation");
const UNSUPPORTED = "VERSION_UNSUPPORTED";

/** A minor release that nobody will serve for long. */
const FAR_MINOR = "3.99";

/** `major.minor`, with the name of a prerelease where it is one: no patch. */
const RELEASE_PRECISION = /^(\d+\.\d+)(?:-[A-Za-z0-9.-]+)?$/;

export default suite("versions", {
  about:
    "The buyer says which release it speaks; the seller serves it or refuses it, and says which release it answers in.",
  rules: {
    "VER-01": must("an answer names the release that is served in adcp_version, without a patch", negotiation, {
      releases: ["3.2"],
    }),
    "VER-01-ADVICE": should(
      "an answer names the release that is served in adcp_version, without a patch",
      docs("versioning", "version negotiation", "should"),
      { releases: ["3.1"] },
    ),
    "VER-02": must("another major version is refused with VERSION_UNSUPPORTED", negotiation),
    "VER-03": must("a release of another major version is refused with VERSION_UNSUPPORTED", negotiation, {
      releases: ["3.2"],
    }),
    "VER-03-ADVICE": should("a release of another major version is refused with VERSION_UNSUPPORTED", negotiation, {
      releases: ["3.1"],
    }),
    "VER-04": must("a release and a major version that disagree are refused with VERSION_UNSUPPORTED", negotiation, {
      releases: since31,
    }),
    "VER-02-CODE": should(
      "a refused version is refused in AdCP's terms, not by the server's protocol library",
      schema("codes", "/enum", "derived"),
    ),
    "VER-05": should(
      "VERSION_UNSUPPORTED lists the versions that are served",
      docs("errors", "error details", "should"),
    ),
    "VER-06": should(
      "a newer minor release is served in an older one, not refused",
      docs("versioning", "version negotiation", "should"),
      { releases: since31 },
    ),
    "VER-07": must("a request that names the major version alone, as in 3.0, is served", negotiation),
  },
  answers: {
    "VER-05": (answer) => {
      const error = errorObjects(answer).find((one) => own(one, "code") === UNSUPPORTED);
      if (!error) return undefined;
      const lists = ["details", "data"].map((key) => own(own(error, key), "supported_versions"));
      if (lists.some((list) => Array.isArray(list) && list.length > 0)) return held;
      return broke("VERSION_UNSUPPORTED does not list the versions that are served", {
        expected: "details.supported_versions",
        actual: own(error, "details") ?? "no details",
        exchanges: [answer.exchange.n],
      });
    },
  },
  scenarios: [
    scenario(
      "the release of the run, another minor, and the major version alone",
      { proves: ["VER-01", "VER-01-ADVICE", "VER-06", "VER-07"], reads: true },
      async (scene) => {
        const { check, release } = scene;
        check("VER-07", served(await ask(scene, { adcp_major_version: 3 })));
        if (release === "3.0") return;
        const pinned = await ask(scene, { adcp_version: release, adcp_major_version: 3 });
        const naming = release === "3.2" ? "VER-01" : "VER-01-ADVICE";
        check(naming, namesRelease(pinned, scene.seller));
        const newer = await ask(scene, { adcp_version: FAR_MINOR, adcp_major_version: 3 });
        check("VER-06", served(newer));
        if (newer.outcome.kind === "accepted") check(naming, namesRelease(newer, scene.seller));
      },
    ),
    scenario(
      "versions that are not served",
      { proves: ["VER-02", "VER-02-CODE", "VER-03", "VER-03-ADVICE", "VER-04"], reads: true },
      async (scene) => {
        const { buyer, check, given, release } = scene;
        given(accepted(await buyer.discover()), "a discovery in the release of the run was refused as well");
        const probe = async (version: JsonObject) => {
          const answer = await ask(scene, version);
          if (answer.outcome.kind === "rejected") check("VER-02-CODE", inTerms(answer));
          return refusedAsUnsupported(answer, version);
        };
        check("VER-02", await probe({ adcp_major_version: 99 }));
        if (release === "3.0") return;
        check(release === "3.2" ? "VER-03" : "VER-03-ADVICE", await probe({ adcp_version: "99.0" }));
        check("VER-04", await probe({ adcp_version: release, adcp_major_version: 2 }));
      },
    ),
  ],
});

/** A discovery with these version fields and no others. */
async function ask({ buyer }: Pick<Scene<never>, "buyer">, version: JsonObject): Promise<Answer> {
  const { adcp_version: _, adcp_major_version: __, ...request } = buyer.request();
  return buyer.call(TASK, { ...version, ...request });
}

function served(answer: Answer): Judgement {
  if (answer.outcome.kind === "accepted") return held;
  if (answer.outcome.kind === "broken") return unclear(`the answer could not be read: ${answer.outcome.message}`);
  return broke("a version that has to be served was refused", {
    expected: "event_sources",
    actual: shown(answer),
    exchanges: [answer.exchange.n],
  });
}

/** A refusal by the protocol library is one too; what it says is VER-02-CODE's. */
function refusedAsUnsupported(answer: Answer, version: JsonObject): Judgement {
  if (answer.outcome.kind === "broken") return unclear(`the answer could not be read: ${answer.outcome.message}`);
  const exchanges = [answer.exchange.n];
  if (answer.outcome.kind === "accepted") {
    return broke("a version that is not served was not refused", { expected: UNSUPPORTED, actual: version, exchanges });
  }
  const codes = errorsOf(answer).map(({ code }) => code ?? "no code");
  if (codes.length === 0 || codes.includes(UNSUPPORTED)) return held;
  return broke("a version that is not served was refused with another code", {
    pointer: own(answer.payload, "errors") === undefined ? "" : "/errors/0/code",
    expected: UNSUPPORTED,
    actual: codes,
    exchanges,
  });
}

function inTerms(answer: Answer): Judgement {
  if (errorsOf(answer).length > 0) return held;
  return broke("a version that is not served was refused without an AdCP error", {
    expected: UNSUPPORTED,
    actual: shown(answer),
    exchanges: [answer.exchange.n],
  });
}

/** The answer names a release, one that the seller declares; the one that was asked for, where it declares that. */
function namesRelease(answer: Answer, { capabilities, release }: SellerFacts): Judgement {
  if (answer.outcome.kind !== "accepted") return unclear("a discovery in the release of the run was refused");
  const named = own(answer.payload, "adcp_version");
  const asked = own(answer.request, "adcp_version");
  const declared = capabilities.releases ?? [];
  const expected = asked === release && declared.includes(release) ? [release] : declared;
  const evidence = {
    pointer: named === undefined ? "" : "/adcp_version",
    expected: expected.length > 0 ? expected : "a release, like 3.1",
    actual: named ?? "nothing",
    exchanges: [answer.exchange.n],
  };
  if (named === undefined) return broke("an answer does not name the release that is served", evidence);
  const served = typeof named === "string" ? RELEASE_PRECISION.exec(named)?.[1] : undefined;
  if (served === undefined) return broke("an answer names something that is no release", evidence);
  if (expected.length > 0 && !expected.includes(served)) {
    return broke("an answer names a release that is not the one served", evidence);
  }
  return held;
}
