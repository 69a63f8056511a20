import { broke, held, type Judgement } from "../src/engine/judgement.ts";
import { must, should } from "../src/engine/rule.ts";
import type { Written } from "../src/engine/scene.ts";
import { scenario, suite } from "../src/engine/suite.ts";
import { accepted, refusedCleanly, untouched } from "../src/model/refusal.ts";
import { rowsOf } from "../src/protocol/event-source.ts";
import { docs, page, schema } from "./citations.ts";

const clean = page("clean-sync-with-delete_missing");
const missing = schema("request", "/properties/delete_missing");

export default suite("delete-missing", {
  about: "delete_missing removes the buyer-managed sources that a request leaves out, and nothing else.",
  rules: {
    "DEL-01": must("buyer-managed sources that the request does not list are removed", missing),
    "DEL-02": should("a removed source is reported deleted", docs("specification", "sync_event_sources")),
    "DEL-03": must("sources that the request lists survive", clean),
    "DEL-04": must("seller-managed sources are never deleted", missing),
    "DEL-05": must(
      "delete_missing without event_sources deletes nothing",
      schema("request", "/description", "derived"),
    ),
    "DEL-06": must(
      "delete_missing with an empty list is refused and deletes nothing",
      schema("request", "/properties/event_sources/minItems"),
    ),
    "DEL-07": must(
      "a deleted source does not stand in later discoveries",
      schema("request", "/properties/delete_missing", "derived"),
    ),
    "DEL-07-TOMBSTONE": should(
      "discovery does not go on announcing deleted sources",
      schema("request", "/properties/delete_missing", "derived"),
    ),
    "DEL-08": must(
      "delete_missing deletes nothing in another account",
      docs("security", "account isolation", "derived"),
    ),
    "DEL-09": must(
      "where one source of the request is bad, nothing is deleted without a word",
      docs("accountState", "reading back", "derived"),
    ),
    "DEL-10": must("a deleted source can be made again", schema("request", "/description", "derived")),
    "DEL-10-ACTION": should(
      "a source made again is reported created",
      schema("response", "/oneOf/0/properties/event_sources/items/properties/action", "derived"),
    ),
  },
  observations: {
    "unlisted is removed": "DEL-01",
    "removed is reported": "DEL-02",
    "listed survives": "DEL-03",
    "seller-managed stays": "DEL-04",
  },
  answers: {
    "DEL-07-TOMBSTONE": (answer) => {
      if (answer.outcome.kind !== "accepted" || Object.hasOwn(answer.request, "event_sources")) return undefined;
      const tombstone = rowsOf(answer.payload).find(({ action }) => action === "deleted");
      if (!tombstone) return held;
      return broke("a discovery announced a deleted source", {
        pointer: `/event_sources/${tombstone.index}/action`,
        expected: "no deleted sources",
        actual: tombstone.raw,
        exchanges: [answer.exchange.n],
      });
    },
  },
  scenarios: [
    scenario(
      "beside another account",
      { proves: ["DEL-08"], needs: ["second-account", "delete"] },
      async ({ buyer, second, check, given }) => {
        const [kept, twin] = [buyer.eventSource(), buyer.eventSource()];
        given(accepted((await buyer.sync([kept, twin])).answer));
        given(accepted((await second.sync([twin, second.eventSource()])).answer));
        const there = second.state;
        const { answer } = await buyer.sync([kept], { delete_missing: true });
        given(accepted(await second.discover()));
        const change = second.changesSince(there)[0];
        check(
          "DEL-08",
          change
            ? broke("a deletion for one account changed another", {
                expected: change.before ?? "not there",
                actual: change.after ?? "not there any more",
                exchanges: [there.exchange, answer.exchange.n, second.state.exchange],
              })
            : held,
        );
      },
    ),
    scenario(
      "without event_sources",
      { proves: ["DEL-05", "DEL-04"], needs: ["delete"] },
      async ({ buyer, check, given }) => {
        given(accepted((await buyer.sync([buyer.eventSource()])).answer));
        check("DEL-05", untouched(await buyer.probe((request) => ({ ...request, delete_missing: true }))));
      },
    ),
    scenario("with an empty list", { proves: ["DEL-06"], needs: ["delete"] }, async ({ buyer, check, given }) => {
      given(accepted((await buyer.sync([buyer.eventSource()])).answer));
      check(
        "DEL-06",
        refusedCleanly(await buyer.probe((request) => ({ ...request, event_sources: [], delete_missing: true }))),
      );
    }),
    scenario(
      "some listed, some not",
      { proves: ["DEL-01", "DEL-02", "DEL-03", "DEL-07"], needs: ["delete"] },
      async ({ buyer, check, given }) => {
        const [kept, gone, changed, other] = [
          buyer.eventSource(),
          buyer.eventSource(),
          buyer.eventSource(),
          buyer.eventSource(),
        ];
        given(accepted((await buyer.sync([kept, gone, changed, other])).answer));
        const written = await buyer.sync([kept, { ...changed, name: "kept and changed" }, buyer.eventSource()], {
          delete_missing: true,
        });
        given(accepted(written.answer));
        // A deletion that another call undoes was none.
        given(accepted((await buyer.sync([kept])).answer));
        const back = buyer.state.rows.find(({ id }) => id === gone.event_source_id || id === other.event_source_id);
        const evidence = {
          pointer: `/event_sources/${back?.index}`,
          expected: "not there",
          actual: back?.raw,
          exchanges: [written.answer.exchange.n, buyer.state.exchange],
        };
        check("DEL-07", back ? broke("a deleted source stands in a later discovery", evidence) : held);
      },
    ),
    scenario(
      "seller-managed sources beside",
      { proves: ["DEL-04"], needs: ["seller-managed", "delete"] },
      async ({ buyer, given }) => {
        given(accepted((await buyer.sync([buyer.eventSource()])).answer));
        await buyer.sync([buyer.eventSource()], { delete_missing: true });
      },
    ),
    scenario(
      "made again after the deletion",
      { proves: ["DEL-10", "DEL-10-ACTION"], needs: ["delete"] },
      async ({ buyer, check, given }) => {
        const [source, kept] = [buyer.eventSource(), buyer.eventSource()];
        given(accepted((await buyer.sync([source, kept])).answer));
        const removal = await buyer.sync([kept], { delete_missing: true });
        const id = source.event_source_id;
        given(
          removal.after.rows.some((row) => row.id === id)
            ? { verdict: "unclear", reason: "the source was not deleted" }
            : held,
        );
        const { answer, after } = await buyer.sync([source]);
        const there = after.rows.some((row) => row.id === id) && answer.outcome.kind === "accepted";
        const result = rowsOf(answer.payload).find((row) => row.id === id);
        const exchanges = [removal.answer.exchange.n, answer.exchange.n, after.exchange];
        check(
          "DEL-10",
          there
            ? held
            : broke("a deleted source could not be made again", {
                expected: id,
                actual: result?.raw ?? answer.outcome,
                exchanges,
              }),
        );
        if (!there || !result) return;
        const evidence = {
          pointer: `/event_sources/${result.index}/action`,
          expected: "created",
          actual: result.action,
          exchanges: [removal.answer.exchange.n, answer.exchange.n],
        };
        check(
          "DEL-10-ACTION",
          result.action === "created" ? held : broke(`a source made again was reported ${result.action}`, evidence),
        );
      },
    ),
    scenario(
      "a list of one, after a batch of a hundred",
      { proves: ["DEL-01", "DEL-03"], needs: ["delete"] },
      async ({ buyer }) => {
        // How large a batch may be is the seller's choice; what it does not take, it has to refuse properly.
        await buyer.probe(
          (request) => request,
          Array.from({ length: 100 }, () => buyer.eventSource()),
        );
        await buyer.sync([buyer.eventSource()], { delete_missing: true, withoutLease: true });
      },
    ),
    scenario(
      "an unlisted id that begins like a listed one",
      { proves: ["DEL-01", "DEL-03"], needs: ["delete"] },
      async ({ buyer, given }) => {
        const short = buyer.eventSource();
        const long = buyer.eventSource({ event_source_id: `${short.event_source_id}_2` });
        given(accepted((await buyer.sync([short, long])).answer));
        await buyer.sync([short], { delete_missing: true });
      },
    ),
    scenario("nothing to delete", { proves: ["DEL-03"], needs: ["delete"] }, async ({ buyer }) => {
      const source = buyer.eventSource();
      await buyer.sync([source], { delete_missing: true });
      await buyer.sync([source], { delete_missing: true });
    }),
    scenario(
      "a bad source among the listed",
      { proves: ["DEL-09", "DEL-03"], needs: ["delete"] },
      async ({ buyer, check, given }) => {
        const [kept, listed, gone] = [buyer.eventSource(), buyer.eventSource(), buyer.eventSource()];
        given(accepted((await buyer.sync([kept, listed, gone])).answer));
        const bad = { ...listed, event_types: ["cf_no_such_type"] };
        const written = await buyer.probe((request) => ({ ...request, delete_missing: true }), [kept, bad]);
        check("DEL-09", deletedAsReported(written));
        check("DEL-03", survived(written, [kept.event_source_id, listed.event_source_id]));
      },
    ),
  ],
});

/** What is gone was reported deleted, by a call that was not refused. */
function deletedAsReported(written: Written): Judgement {
  const reported = new Set(
    rowsOf(written.answer.payload)
      .filter(({ action }) => action === "deleted")
      .map(({ id }) => id),
  );
  if (written.answer.outcome.kind === "rejected") return untouched(written);
  const silent = written.changes.find(({ id, what }) => what === "lost" && !reported.has(id));
  if (!silent) return held;
  return broke(`"${silent.id}" was deleted, and no result says so`, {
    expected: "a result with action deleted, or no deletion",
    actual: "no result",
    exchanges: [written.before.exchange, written.answer.exchange.n, written.after.exchange],
  });
}

function survived(written: Written, ids: string[]): Judgement {
  const lost = written.changes.find(({ id, what }) => what === "lost" && ids.includes(id));
  if (!lost) return held;
  return broke(`"${lost.id}", which the request lists, was deleted`, {
    expected: lost.before,
    actual: "not there any more",
    exchanges: [written.before.exchange, written.answer.exchange.n, written.after.exchange],
  });
}
