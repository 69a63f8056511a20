import { broke, held } from "../src/engine/judgement.ts";
import { must } from "../src/engine/rule.ts";
import { actionSourcesOf, typesOf } from "../src/engine/samples.ts";
import type { Buyer, Scene, Written } from "../src/engine/scene.ts";
import { scenario, suite } from "../src/engine/suite.ts";
import { leak } from "../src/model/leaks.ts";
import { accepted } from "../src/model/refusal.ts";
import type { Answer } from "../src/protocol/answer.ts";
import type { EventSource } from "../src/protocol/event-source.ts";
import { rowsOf } from "../src/protocol/event-source.ts";
import { answerText } from "../src/protocol/extract-task.ts";
import { own, pointer } from "../src/protocol/json.ts";
import { docs, schema } from "./citations.ts";
import { becameOf, texts } from "./hostile-texts.ts";
import { breakout, hostileText } from "./snippets.ts";

const SETUP = "/oneOf/0/properties/event_sources/items/properties/setup/properties/snippet";
const SOURCE = "/properties/event_sources/items/properties/name";

/** Kinds of sources for which sellers are likely to make different snippets, and how many of them are tried. */
const TELLING = ["website", "email", "chat", "app"];
const MOST_KINDS = 5;

export default suite("security", {
  about: "What a seller hands back cannot be turned against the buyer, and gives nothing of its inside away.",
  rules: {
    "SEC-01": must(
      "text that the buyer chose never stands unescaped in a snippet",
      schema("response", SETUP, "derived"),
      { security: true },
    ),
    "SEC-02": must(
      "no error gives a stack trace, SQL, an internal host or a file path away",
      docs("transportErrors", "security", "derived"),
      { security: true },
    ),
    "SEC-03": must(
      "hostile but valid text is stored exactly, or refused with a clear error",
      schema("request", SOURCE, "derived"),
      { security: true },
    ),
  },
  answers: {
    "SEC-02": (answer) => {
      const text = errorText(answer);
      if (text === undefined) return undefined;
      const found = leak(text);
      if (!found) return held;
      return broke(`an error gives ${found.what} away`, {
        expected: "nothing internal",
        actual: found.text,
        exchanges: [answer.exchange.n],
      });
    },
  },
  scenarios: [
    scenario("the buyer's text in snippets", { proves: ["SEC-01"], needs: ["delete"] }, snippets),
    scenario("text that is hard to store", { proves: ["SEC-03"], needs: ["delete"] }, oddTexts),
  ],
});

/** All that a refusal or a broken answer says, without the address that the run itself called. */
function errorText(answer: Answer): string | undefined {
  const { outcome, payload, exchange } = answer;
  const failed = rowsOf(payload).filter(({ action }) => action === "failed");
  if (outcome.kind === "accepted" && failed.length === 0) return undefined;
  const text =
    outcome.kind === "accepted"
      ? failed.map(({ raw }) => JSON.stringify(raw["errors"]) ?? "").join("\n")
      : outcome.kind === "rejected" && outcome.layer !== "http"
        ? [...outcome.errors.map(({ raw }) => JSON.stringify(raw)), outcome.prose ?? ""].join("\n")
        : answerText(exchange);
  const { url } = exchange.request;
  return URL.canParse(url) ? text.replaceAll(new URL(url).host, "") : text;
}

interface Source extends EventSource {
  /** The harmless source that it is compared with. */
  twin: string;
}

/**
 * For each kind of source one with harmless text, and others with text that breaks out of whatever does not escape it. What
 * a seller refuses is tried again in parts, since it may refuse one part of it only.
 */
async function snippets({ buyer, seller, check, exclude, given }: Scene<"SEC-01">): Promise<void> {
  const kinds = actionSourcesOf(seller).toSorted((a, b) => rank(a) - rank(b));
  const [type = "purchase"] = typesOf(seller);
  const harmless = (seller.release === "3.0" ? ["website"] : kinds.slice(0, MOST_KINDS)).map((kind): EventSource => {
    const base = { name: "harmless", event_types: [type], allowed_domains: ["shop.example.com"] };
    const { surface: _, ...source } = buyer.eventSource({
      ...base,
      ...(seller.release !== "3.0" && { action_source: kind }),
    });
    return source;
  });
  const { answer, after } = await buyer.sync(harmless);
  given(accepted(answer), "sources with harmless text were refused as well");
  const mine = after.rows.filter(({ id }) => harmless.some(({ event_source_id }) => event_source_id === id));
  if (!mine.some(({ raw }) => typeof own(own(raw, "setup"), "snippet") === "string"))
    return exclude("SEC-01", "the seller hands out no snippets");

  const hostile = (fields: (source: EventSource) => Partial<EventSource>) => () =>
    harmless.map((source): Source => {
      const { event_source_id } = buyer.eventSource();
      return { ...source, event_source_id, twin: source.event_source_id, ...fields({ ...source, event_source_id }) };
    });
  const [line, lines] = [hostileText(false), hostileText(true)];
  const names = hostile(() => ({ name: line }));
  const multiline = hostile(() => ({ name: lines }));
  const domains = hostile(() => ({ allowed_domains: [line] }));
  const ids = hostile(({ event_source_id: id }) => ({ event_source_id: id + line }));

  let taken = await breakouts(
    buyer,
    [names, multiline, domains, ids].flatMap((make) => make()),
    check,
  );
  if (taken) return;
  for (const make of [multiline, names, domains, ids]) taken = (await breakouts(buyer, make(), check)) || taken;
  if (!taken) exclude("SEC-01", "the seller refuses such text");
}

const rank = (kind: string): number => (TELLING.includes(kind) ? TELLING.indexOf(kind) : TELLING.length);

/** Sends the sources and looks at the snippets that come back. @returns whether any source was taken. */
async function breakouts(buyer: Buyer, sources: Source[], check: Scene<"SEC-01">["check"]): Promise<boolean> {
  const written = await buyer.probe(
    (request) => request,
    sources.map(({ twin: _, ...source }) => source),
  );
  const twins = new Map(sources.map(({ event_source_id, twin }) => [event_source_id, twin]));
  const setups = new Map(written.after.rows.map(({ id, raw }) => [id, raw["setup"]]));
  let taken = false;
  for (const { rows, exchange } of shown(written)) {
    for (const { id, index, raw } of rows) {
      const twin = twins.get(id);
      if (twin === undefined) continue;
      taken = true;
      const how = breakout(setups.get(twin), raw["setup"]);
      if (how === undefined) check("SEC-01", held);
      else {
        check(
          "SEC-01",
          broke(`text that the buyer chose ${how}`, {
            pointer: pointer("event_sources", index, "setup", "snippet"),
            expected: "escaped for the place where it stands",
            actual: own(raw["setup"], "snippet"),
            exchanges: [written.answer.exchange.n, ...(exchange === written.answer.exchange.n ? [] : [exchange])],
          }),
        );
      }
    }
  }
  return taken;
}

/** The rows of the answer and of the discovery after it. */
const shown = ({ answer, after }: Written) => [
  { rows: rowsOf(answer.payload).filter(({ action }) => action !== "failed"), exchange: answer.exchange.n },
  { rows: after.rows, exchange: after.exchange },
];

/** One source for each text, all in one request; where that is refused or breaks, in single ones. */
async function oddTexts({ buyer, release, check, given }: Scene<"SEC-03">): Promise<void> {
  const plain = buyer.eventSource();
  given(accepted((await buyer.sync([plain])).answer), "a well-formed request was refused as well");
  const odd = texts(release).map((text) => {
    const source = buyer.eventSource();
    return { what: text.what, source: { ...source, ...text.fields(source) } };
  });
  const all = await buyer.probe(
    (request) => request,
    odd.map(({ source }) => source),
  );
  if (all.answer.outcome.kind === "accepted") {
    for (const { what, source } of odd) check("SEC-03", becameOf(what, source, all));
    return;
  }
  for (const { what, source } of odd) {
    check("SEC-03", becameOf(what, source, await buyer.probe((request) => request, [source])));
  }
}
