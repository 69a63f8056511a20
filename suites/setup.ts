import { broke, held, type Judgement } from "../src/engine/judgement.ts";
import { must, note, should } from "../src/engine/rule.ts";
import { actionSourcesOf } from "../src/engine/samples.ts";
import { scenario, suite } from "../src/engine/suite.ts";
import { accepted } from "../src/model/refusal.ts";
import type { Answer } from "../src/protocol/answer.ts";
import { type Row, rowsOf } from "../src/protocol/event-source.ts";
import { isObject, own } from "../src/protocol/json.ts";
import { TASK } from "../src/protocol/request.ts";
import { docs, page, schema } from "./citations.ts";
import { eachPart } from "./rows.ts";

const SETUP = "/oneOf/0/properties/event_sources/items/properties/setup";
const TYPES = ["javascript", "html", "pixel_url", "server_only"];
const INSTALLED = TYPES.slice(0, 3);

/** Secrets that are known by their form, and names under which nothing stands that the public may see. */
const SECRETS = [
  /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----/,
  /\b[sr]k_(?:live|test)_[A-Za-z0-9]{10,}/,
  /\bAKIA[0-9A-Z]{16}\b/,
  /\bgh[pousr]_[A-Za-z0-9]{30,}/,
  /\bxox[abprs]-[A-Za-z0-9-]{10,}/,
  /\bauthorization\b["'\s:=]{1,8}(?:bearer|basic)\s+[\w.~+/=-]{8,}/i,
  /:\/\/[^\s/:@"'<>]{1,80}:[^\s/:@"'<>]{3,80}@/,
  /\b(?:client_?secret|secret(?:_?key)?|private_?key|passw(?:or)?d)["']?\s{0,5}[:=]\s{0,5}["'](?!\W|your|xxx|example|placeholder|insert)[^"'\s]{8,}["']/i,
];
const LONGEST = 100_000;

export default suite("setup", {
  about: "A new source comes with what the buyer needs to install it.",
  rules: {
    "SET-01": should(
      "a source that was created comes with setup",
      docs("specification", "sync_event_sources", "should"),
    ),
    "SET-02": must(
      "snippet_type is one of the four that exist",
      schema("response", `${SETUP}/properties/snippet_type`),
    ),
    "SET-03": should("a snippet to be installed is there, and not empty", page("response")),
    "SET-04": should("a pixel_url is an absolute https URL", page("response")),
    "SET-05": should(
      "a source that takes server events only has no snippet",
      schema("response", `${SETUP}/properties/snippet_type`),
    ),
    "SET-06": note("whether discovery shows the snippet that the sync answered with", page("response")),
    "SET-07": should("a snippet carries no credentials", docs("transportErrors", "security", "derived")),
  },
  answers: {
    "SET-01": (answer) => {
      if (answer.tool !== TASK || answer.outcome.kind !== "accepted") return undefined;
      const created = rowsOf(answer.payload).filter(({ action }) => action === "created");
      const bare = created.find(({ raw }) => !isObject(own(raw, "setup")));
      if (!bare) return created.length > 0 ? held : undefined;
      return broke("a source was created without a word on how to install it", {
        pointer: `/event_sources/${bare.index}`,
        expected: "setup",
        actual: own(bare.raw, "setup") ?? "nothing",
        exchanges: [answer.exchange.n],
      });
    },
    "SET-02": eachPart("setup", ({ value, found }) => {
      const type = own(value, "snippet_type");
      if (type === undefined) return undefined;
      return TYPES.includes(type as string) ? held : found("snippet_type is an unknown one", TYPES, "snippet_type");
    }),
    "SET-03": eachPart("setup", ({ value, found }) => {
      const type = own(value, "snippet_type");
      if (!INSTALLED.includes(type as string)) return undefined;
      const snippet = own(value, "snippet");
      const there = typeof snippet === "string" && snippet.trim() !== "";
      return there ? held : found(`snippet_type is ${type}, and there is no snippet`, "a snippet", "snippet");
    }),
    "SET-04": eachPart("setup", ({ value, found }) => {
      const snippet = own(value, "snippet");
      if (own(value, "snippet_type") !== "pixel_url" || typeof snippet !== "string" || snippet.trim() === "")
        return undefined;
      const url = snippet.trim();
      return URL.canParse(url) && new URL(url).protocol === "https:"
        ? held
        : found("a pixel_url is no absolute https URL", "an absolute https URL", "snippet");
    }),
    "SET-05": eachPart("setup", ({ value, found }) => {
      if (own(value, "snippet_type") !== "server_only") return undefined;
      const snippet = own(value, "snippet") ?? "";
      return snippet === "" ? held : found("snippet_type is server_only, and there is a snippet", "none", "snippet");
    }),
    "SET-07": eachPart("setup", ({ value, found }) => {
      const snippet = own(value, "snippet");
      if (typeof snippet !== "string") return undefined;
      const head = snippet.slice(0, LONGEST);
      return SECRETS.some((secret) => secret.test(head))
        ? found("a snippet carries what looks like a credential", "no credential", "snippet")
        : held;
    }),
  },
  scenarios: [
    scenario(
      "the snippet in the answer and in discovery",
      { proves: ["SET-01", "SET-06"] },
      async ({ buyer, seller, check, exclude, given }) => {
        const website = seller.release !== "3.0" && actionSourcesOf(seller).includes("website");
        // Sellers are likelier to have a snippet for websites than for anything else.
        const { surface: _, ...source } = buyer.eventSource(website ? { action_source: "website" } : {});
        const { answer, after } = await buyer.sync([source]);
        given(accepted(answer));
        const mine = ({ id }: Row) => id === source.event_source_id;
        const [said, shown] = [rowsOf(answer.payload).find(mine), after.rows.find(mine)].map(snippetOf);
        if (said === undefined || shown === undefined)
          return exclude("SET-06", "the seller does not show a snippet twice");
        check("SET-06", sameSnippet(said, shown, answer, after.exchange));
      },
    ),
  ],
});

const snippetOf = (row: Row | undefined): string | undefined => {
  const snippet = own(own(row?.raw, "setup"), "snippet");
  return typeof snippet === "string" ? snippet : undefined;
};

function sameSnippet(said: string, shown: string, answer: Answer, discovery: number): Judgement {
  if (said === shown) return held;
  return broke("the snippet is another in each answer", {
    expected: said,
    actual: shown,
    exchanges: [answer.exchange.n, discovery],
  });
}
