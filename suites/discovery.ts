import { broke, held, unclear } from "../src/engine/judgement.ts";
import { must, should } from "../src/engine/rule.ts";
import { scenario, suite } from "../src/engine/suite.ts";
import { accepted, refused, untouched } from "../src/model/refusal.ts";
import { isDiscovery } from "../src/model/requests.ts";
import { rowsOf } from "../src/protocol/event-source.ts";
import { own, sameJson } from "../src/protocol/json.ts";
import { TASK } from "../src/protocol/request.ts";
import { docs, page, schema } from "./citations.ts";

/** Two of it are more than the pages that lists are commonly cut into. */
const HALF = 26;
/** More than a list that is worked on ten by ten. */
const FEW = 14;

export default suite("discovery", {
  about: "A call without event_sources lists what the account holds and changes nothing.",
  rules: {
    "DSC-01": must(
      "a call without event_sources is answered with all sources, the buyer's included",
      docs("specification", "sync_event_sources"),
    ),
    "DSC-02": must("discovery changes nothing", docs("specification", "sync_event_sources")),
    "DSC-03": must("in a discovery no result says that it was created or updated", page("discovery-only", "derived")),
    "DSC-04": must(
      "discovery works on an account that holds no sources",
      schema("response", "/oneOf/0/properties/event_sources"),
    ),
    "DSC-05": must("a discovery with a fresh key shows the latest state", docs("security", "idempotency", "derived")),
    "DSC-06": should(
      "a discovery whose key was used before answers as it did then",
      docs("security", "idempotency", "derived"),
    ),
  },
  observations: {
    "discovery answers": "DSC-01",
    "answered is shown": "DSC-01",
    "discovery changes nothing": "DSC-02",
  },
  answers: {
    "DSC-03": (answer) => {
      if (answer.outcome.kind !== "accepted" || !isDiscovery(answer)) return undefined;
      const wrong = rowsOf(answer.payload).find(({ action }) => action === "created" || action === "updated");
      if (!wrong) return held;
      return broke(`a discovery reported a source as ${wrong.action}`, {
        pointer: `/event_sources/${wrong.index}/action`,
        expected: "unchanged",
        actual: wrong.action,
        exchanges: [answer.exchange.n],
      });
    },
    "DSC-04": (answer) => {
      if (!isDiscovery(answer)) return undefined;
      const sources = own(answer.payload, "event_sources");
      if (Array.isArray(sources) && sources.length === 0 && answer.outcome.kind === "accepted") return held;
      const code = answer.outcome.kind === "rejected" ? answer.outcome.errors[0]?.code : undefined;
      // Codes that say as much. Broader ones may mean the account.
      const refusedAsEmpty = /^(NO_EVENT_SOURCES?|EVENT_SOURCES?_NOT_FOUND)$/.test(code ?? "");
      if (!refusedAsEmpty && !(sources === null && answer.outcome.kind !== "rejected")) return undefined;
      return broke("a discovery on an account without sources was not answered with an empty list", {
        pointer: sources === null ? "/event_sources" : "",
        expected: "event_sources: []",
        actual: sources === null ? null : code,
        exchanges: [answer.exchange.n],
      });
    },
  },
  scenarios: [
    scenario("an account that holds nothing", { proves: ["DSC-04"], reads: true }, async ({ buyer, exclude }) => {
      if (buyer.first.rows.length > 0) exclude("DSC-04", "the account held sources when the run began");
    }),
    scenario(
      "two discoveries, nothing in between",
      { proves: ["DSC-01", "DSC-02"] },
      async ({ buyer, check, given }) => {
        // A name that a seller which tidies up what it lists would not leave as it is.
        const source = buyer.eventSource({ name: "lower case,  two spaces" });
        const written = await buyer.sync([source]);
        given(accepted(written.answer));
        check(
          "DSC-01",
          listed(
            written.after.rows.map(({ id }) => id),
            source.event_source_id,
            written.after.exchange,
          ),
        );
        const first = buyer.state;
        given(accepted(await buyer.discover()));
        check(
          "DSC-02",
          untouched({ ...written, before: first, after: buyer.state, changes: buyer.changesSince(first) }),
        );
      },
    ),
    scenario(
      "more sources than a page holds",
      { proves: ["DSC-01"], needs: ["delete"] },
      async ({ buyer, check, given }) => {
        // How many sources one call may name is left to the seller: two halves do as well.
        const sources = Array.from({ length: 2 * HALF }, () => buyer.eventSource());
        const whole = await buyer.probe((request) => request, sources);
        const calls = [whole];
        if (refused(whole).verdict === "held") {
          for (const half of [sources.slice(0, HALF), sources.slice(HALF)])
            calls.push(await buyer.probe((request) => request, half));
        }
        const made = calls.flatMap(({ answer }) => rowsOf(answer.payload)).filter(({ action }) => action === "created");
        const shown = new Set(buyer.state.rows.map(({ id }) => id));
        const exchanges = [...calls.map(({ answer }) => answer.exchange.n), buyer.state.exchange];
        for (const { id } of made) {
          const evidence = { pointer: "/event_sources", expected: id, actual: `${shown.size} others`, exchanges };
          check(
            "DSC-01",
            shown.has(id) ? held : broke(`discovery leaves out sources of ${made.length} made`, evidence),
          );
        }
        given(
          made.length > FEW ? held : unclear("the seller takes so few sources at once that nothing more can be told"),
        );
        // As many as a call is known to take, and fewer: none of them may get lost on the way.
        const kept = sources.filter(({ event_source_id: id }) => shown.has(id)).slice(0, FEW);
        await buyer.sync(kept, { delete_missing: true });
        await buyer.sync(kept.slice(0, 1), { delete_missing: true });
      },
    ),
    scenario(
      "a fresh key after each of two updates",
      { proves: ["DSC-05"] },
      async ({ buyer, check, exclude, given }) => {
        const source = buyer.eventSource();
        given(accepted((await buyer.sync([source])).answer));
        for (const name of ["second name", "third name"]) {
          const { answer, after } = await buyer.sync([{ ...source, name }]);
          given(accepted(answer));
          const said = rowsOf(answer.payload).find(({ id }) => id === source.event_source_id)?.raw["name"];
          const row = after.rows.find(({ id }) => id === source.event_source_id);
          if (!row) {
            check("DSC-05", unclear("discovery did not show the source at all"));
            continue;
          }
          const shown = row.raw["name"];
          // Where the answer itself does not name the new value, a lost update is what happened, not a stale discovery.
          if (said !== name) {
            exclude("DSC-05", "the seller's answers do not tell a stale discovery from a lost update: UPS-04 speaks");
            continue;
          }
          const stale = broke("a discovery with a fresh key showed an older state", {
            expected: name,
            actual: shown ?? "nothing",
            exchanges: [answer.exchange.n, after.exchange],
          });
          check("DSC-05", shown === undefined || shown === name ? held : stale);
        }
      },
    ),
    scenario(
      "one key for two discoveries, a new source in between",
      {
        proves: ["DSC-06"],
        gate: ({ capabilities }) =>
          capabilities.idempotency === false
            ? { not_applicable: "the seller declares that it does not support idempotency keys" }
            : undefined,
      },
      async ({ buyer, check, given }) => {
        const request = buyer.request();
        const first = await buyer.call(TASK, request);
        given(accepted(first));
        given(accepted((await buyer.sync([buyer.eventSource()])).answer));
        const again = await buyer.call(TASK, request);
        const ids = (answer: typeof first) =>
          rowsOf(answer.payload)
            .map(({ id }) => id)
            .sort();
        check(
          "DSC-06",
          again.outcome.kind === "accepted" && sameJson(ids(first), ids(again))
            ? held
            : broke("a discovery with a key used before was answered anew", {
                expected: ids(first),
                actual: again.outcome.kind === "accepted" ? ids(again) : again.outcome.kind,
                exchanges: [first.exchange.n, again.exchange.n],
              }),
        );
      },
    ),
  ],
});

function listed(ids: string[], id: string, exchange: number) {
  if (ids.includes(id)) return held;
  return broke("discovery leaves out a source that was just made", {
    pointer: "/event_sources",
    expected: id,
    actual: ids,
    exchanges: [exchange],
  });
}
