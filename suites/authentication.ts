import { randomBytes } from "node:crypto";
import { broke, every, held, type Judgement, unclear } from "../src/engine/judgement.ts";
import { must, should } from "../src/engine/rule.ts";
import type { WireOptions } from "../src/engine/scene.ts";
import type { SellerFacts } from "../src/engine/seller.ts";
import { type Closed, type Scenario, scenario, suite } from "../src/engine/suite.ts";
import { accepted, errorsOf, untouched } from "../src/model/refusal.ts";
import type { Answer } from "../src/protocol/answer.ts";
import { answerText } from "../src/protocol/extract-task.ts";
import type { JsonObject } from "../src/protocol/json.ts";
import { TASK } from "../src/protocol/request.ts";
import type { Release } from "../src/validation/release.ts";
import { bare } from "./bare.ts";
import { docs, schema } from "./citations.ts";
import { credentialHeaders, isCredentialInUrl } from "./credentials.ts";
import { discreet, OPEN, turnedAway } from "./turned-away.ts";

const since31: Release[] = ["3.1", "3.2"];
const authentication = docs("authentication", "authentication");

const gate: Scenario["gate"] = (seller) => {
  if (!seller.credentials) return OPEN;
  if (isCredentialInUrl(seller)) return { not_applicable: "the credentials are part of the URL" };
  if (credentialHeaders(seller).length === 0)
    return { not_applicable: "no header of the run is known as a credential" };
  return undefined;
};

/** Two ways to call without the right to, and the codes that say which. */
const INTRUDERS = [
  {
    rule: "AUT-01",
    how: "without credentials",
    codes: ["AUTH_MISSING", "AUTH_REQUIRED"],
    headers: (names: string[]) => Object.fromEntries(names.map((name) => [name, null])),
  },
  {
    rule: "AUT-02",
    how: "with a made-up credential",
    codes: ["AUTH_INVALID", "AUTH_REQUIRED"],
    headers: (names: string[]) =>
      Object.fromEntries(names.map((name) => [name, name === "authorization" ? `Bearer ${madeUp()}` : madeUp()])),
  },
] as const;

const madeUp = () => `cf-not-a-credential-${randomBytes(12).toString("hex")}`;

export default suite("authentication", {
  about: "Nobody gets anything done, or told, without the right credentials.",
  rules: {
    "AUT-01": must(
      "a call without credentials is refused, changes nothing and tells nothing",
      docs("security", "authentication"),
    ),
    "AUT-02": must("a call with a made-up credential is refused, changes nothing and tells nothing", authentication),
    "AUT-03": must("HTTP 401 says how to authenticate, in WWW-Authenticate", authentication),
    "AUT-04": should(
      "refused credentials are AUTH_MISSING or AUTH_INVALID, whichever is true",
      schema("codes", "/enumMetadata/AUTH_MISSING"),
      { releases: since31 },
    ),
    "AUT-05": must("a credential that stands in the arguments is never repeated in an answer", authentication),
    "AUT-05-CODE": should(
      "a credential that stands in the arguments is refused with CREDENTIAL_IN_ARGS",
      schema("codes", "/enumMetadata/CREDENTIAL_IN_ARGS", "should"),
      { releases: since31 },
    ),
    "AUT-06": must("the endpoint is https", docs("security", "transport")),
    "AUT-07": must(
      "an unsigned call is refused where the seller declares that it requires signatures",
      schema("capabilities", "/properties/request_signing/properties/required_for"),
    ),
    "CAP-10": should(
      "get_adcp_capabilities is answered without credentials and without an idempotency key",
      docs("authentication", "public operations"),
    ),
  },
  answers: {
    "AUT-03": ({ exchange }) => {
      if (exchange.response?.status !== 401) return undefined;
      if ((exchange.response.headers["www-authenticate"] ?? "").trim() !== "") return held;
      return broke("HTTP 401 came without WWW-Authenticate", {
        expected: "WWW-Authenticate",
        actual: "no such header",
        exchanges: [exchange.n],
      });
    },
  },
  seller: {
    "AUT-07": ({ unsigned, release, credentials }): Judgement | Closed => {
      if (!unsigned) return { not_applicable: "the seller does not require signatures for the task" };
      if (release === "3.2" && credentials)
        return { not_applicable: "in 3.2 the run's credentials may stand in for a signature" };
      return turnedAway(unsigned, "without a signature");
    },
    "AUT-06": ({ url, allowHttp, capabilitiesAnswer }) => {
      const { protocol, hostname } = new URL(url);
      if (protocol === "https:") return held;
      if (isLoopback(hostname)) return { not_applicable: "the seller runs on this machine, without a network between" };
      if (allowHttp) return { not_applicable: "the run was allowed to speak plain http (--allow-http)" };
      return broke("the endpoint is plain http", {
        expected: "https:",
        actual: protocol,
        exchanges: [capabilitiesAnswer.exchange.n],
      });
    },
  },
  scenarios: [
    scenario(
      "get_adcp_capabilities from anybody",
      { proves: ["CAP-10"], reads: true },
      async ({ buyer, seller, check, exclude }) => {
        const known = seller.capabilitiesAnswer;
        if (seller.credentials && isCredentialInUrl(seller)) {
          return exclude("CAP-10", "the credentials are part of the URL");
        }
        if (known.outcome.kind === "accepted") {
          // The run's own question is repeated where it had credentials, or was only answered with a key.
          const keyed = known.request["idempotency_key"] !== undefined;
          const wire = seller.credentials ? without(seller) : undefined;
          const answer = wire || keyed ? await buyer.call("get_adcp_capabilities", {}, wire) : known;
          return check("CAP-10", capable(answer, keyed ? "without a key" : "without credentials"));
        }
        const keyed = await buyer.call("get_adcp_capabilities", {
          idempotency_key: buyer.request()["idempotency_key"],
        });
        const needed = keyed.outcome.kind === "accepted";
        check(
          "CAP-10",
          needed ? capable(known, "without a key") : unclear("the capabilities could not be read (CAP-01)"),
        );
      },
    ),
    scenario(
      "calls without credentials, and with a made-up one",
      { proves: ["AUT-01", "AUT-02", "AUT-04"], gate },
      async ({ buyer, seller, check, exclude, given }) => {
        const [source, other] = [buyer.eventSource(), buyer.eventSource()];
        given(accepted((await buyer.sync([source])).answer), "a well-formed call with credentials was refused as well");
        for (const { rule, how, codes, headers } of INTRUDERS) {
          // Another name for each intruder, so that each would be seen to have changed something.
          const sources = [
            { ...source, name: `renamed by an intruder ${how}` },
            { ...other, name: `made ${how}` },
          ];
          const wire: WireOptions = { headers: headers(credentialHeaders(seller)) };
          const written = await buyer.probe(bare, sources, wire);
          check(rule, every(turnedAway(written.answer, how), untouched(written), discreet(written.answer, buyer)));
          const look = await buyer.call(TASK, bare(buyer.request()), wire);
          check(rule, every(turnedAway(look, how), discreet(look, buyer)));
          for (const answer of [written.answer, look]) {
            const judgement = said(answer, codes, how);
            if (judgement) check("AUT-04", judgement);
            else exclude("AUT-04", "no refusal of credentials carried an AdCP error");
          }
        }
      },
    ),
    scenario(
      "a credential among the arguments",
      { proves: ["AUT-05", "AUT-05-CODE"] },
      async ({ buyer, check, given }) => {
        const source = buyer.eventSource();
        given(accepted((await buyer.sync([source])).answer));
        const secret = madeUp();
        const tempt = (request: JsonObject) => ({ ...request, ext: { cf: { api_key: secret } } });
        const good = await buyer.probe(tempt, [source]);
        check("AUT-05-CODE", refusedAsCredential(good.answer));
        const bad = await buyer.probe(tempt, [{ ...source, event_types: ["cf_no_such_type"] }]);
        for (const { answer, after } of [good, bad]) check("AUT-05", unrepeated(secret, answer, after.rows));
      },
    ),
  ],
});

const without = (seller: SellerFacts): WireOptions => ({
  headers: Object.fromEntries(credentialHeaders(seller).map((name) => [name, null])),
});

const isLoopback = (host: string): boolean =>
  host === "localhost" || host.endsWith(".localhost") || host === "[::1]" || /^127(?:\.\d{1,3}){3}$/.test(host);

function capable(answer: Answer, how: string): Judgement {
  const { outcome, exchange } = answer;
  if (outcome.kind === "accepted") return held;
  const actual = outcome.kind === "rejected" ? (outcome.errors[0]?.raw ?? outcome.prose ?? "refused") : outcome.message;
  return broke(`get_adcp_capabilities ${how} was not answered`, { expected: "adcp", actual, exchanges: [exchange.n] });
}

/** What the AdCP error of a refusal calls it; `undefined` where there is none. */
function said(answer: Answer, codes: readonly string[], how: string): Judgement | undefined {
  if (answer.outcome.kind !== "rejected") return undefined;
  const code = errorsOf(answer)[0]?.code;
  if (code === undefined) return undefined;
  if (codes.includes(code)) return held;
  return broke(`a call ${how} was refused under another code`, {
    expected: codes,
    actual: code,
    exchanges: [answer.exchange.n],
  });
}

function refusedAsCredential(answer: Answer): Judgement {
  const codes = errorsOf(answer).map(({ code }) => code ?? "no code");
  if (codes.includes("CREDENTIAL_IN_ARGS")) return held;
  const how = answer.outcome.kind === "rejected" ? "refused under another code" : "not refused";
  if (answer.outcome.kind === "broken") return unclear(`the answer could not be read: ${answer.outcome.message}`);
  return broke(`a credential among the arguments was ${how}`, {
    expected: "CREDENTIAL_IN_ARGS",
    actual: codes.length > 0 ? codes : answer.outcome.kind,
    exchanges: [answer.exchange.n],
  });
}

function unrepeated(secret: string, { exchange }: Answer, rows: readonly { raw: JsonObject }[]): Judgement {
  const answered = answerText(exchange).includes(secret);
  if (!answered && !JSON.stringify(rows.map(({ raw }) => raw)).includes(secret)) return held;
  return broke(`a credential among the arguments stands in ${answered ? "the answer" : "discovery"}`, {
    expected: "not repeated",
    actual: secret,
    exchanges: [exchange.n],
  });
}
