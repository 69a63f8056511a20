import { broke, held } from "../src/engine/judgement.ts";
import { must, note, should } from "../src/engine/rule.ts";
import { actionSourcesOf, typesOf } from "../src/engine/samples.ts";
import { scenario, suite } from "../src/engine/suite.ts";
import { accepted, untouched } from "../src/model/refusal.ts";
import { rowsOf } from "../src/protocol/event-source.ts";
import { docs, page, schema } from "./citations.ts";

const upsert = schema("request", "/description", "must");
const sync = docs("specification", "sync_event_sources");

export default suite("upsert", {
  about: "Sources are matched by event_source_id: new ones are made, existing ones updated, all others left alone.",
  rules: {
    "UPS-01": must("a source under a new id is reported created", sync),
    "UPS-02": must("a source that was created stands in discovery as it was requested", upsert),
    "UPS-03": must("a changed field of an existing source is taken up, and is no creation", upsert),
    "UPS-03-ACTION": should("a changed source is reported updated", upsert),
    "UPS-04": must("an update stands in discovery", upsert),
    "UPS-05": must(
      "a source that is sent again as it is, is not reported created",
      schema("response", "/oneOf/0/properties/event_sources/items/properties/action", "derived"),
    ),
    "UPS-05-ACTION": should(
      "a source that is sent again as it is, is reported unchanged",
      schema("response", "/oneOf/0/properties/event_sources/items/properties/action", "derived"),
    ),
    "UPS-06": must(
      "a source stands in discovery once, however often it was sent",
      docs("security", "idempotency and natural keys"),
    ),
    "UPS-07": must("every source of a batch is processed", page("multiple-event-sources")),
    "UPS-08": must(
      "new and existing sources in one call are each treated as what they are",
      page("multiple-event-sources", "derived"),
    ),
    "UPS-09": note("whether an update that leaves a field out keeps or clears it", page("event-source-object")),
    "UPS-10": should("a source without event_types takes all of them", page("event-source-object")),
    "UPS-11": must(
      "what an answer says of a batch is what discovery then shows, and nothing else changed",
      docs("accountState", "reading back", "derived"),
    ),
    "UPS-15": must(
      "without delete_missing, sources that a request does not name stay as they are",
      schema("request", "/properties/delete_missing/default"),
    ),
    "UPS-16": must(
      "with delete_missing false, sources that a request does not name stay as they are",
      schema("request", "/properties/delete_missing"),
    ),
    "UPS-17": must(
      "ids that are different strings are different sources",
      schema("request", "/properties/event_sources/items/properties/event_source_id", "derived"),
    ),
    "RES-14": should(
      "the seller_id of a source does not change",
      docs("specification", "sync_event_sources", "derived"),
    ),
  },
  observations: {
    "new is created": "UPS-01",
    "created is stored": "UPS-02",
    "change is noticed": "UPS-03",
    "change is not a creation": "UPS-03",
    "change is called updated": "UPS-03-ACTION",
    "update is stored": "UPS-04",
    "resend is no creation": "UPS-05",
    "resend is called unchanged": "UPS-05-ACTION",
    "one row each": "UPS-06",
    "omitted field": "UPS-09",
    "rejected changes nothing": "UPS-11",
    "nothing else appears": "UPS-11",
    "reported deletions are true": "UPS-11",
    "unnamed stays": "UPS-15",
    "unnamed stays, delete_missing false": "UPS-16",
    "seller id is stable": "RES-14",
  },
  scenarios: [
    scenario(
      "create, send again, change, send again, change back",
      {
        proves: [
          "UPS-01",
          "UPS-02",
          "UPS-03",
          "UPS-03-ACTION",
          "UPS-04",
          "UPS-05",
          "UPS-05-ACTION",
          "UPS-06",
          "RES-14",
        ],
      },
      async ({ buyer, given }) => {
        const source = buyer.eventSource();
        given(accepted((await buyer.sync([source])).answer));
        await buyer.sync([source]);
        const changed = { ...source, name: `${source.name}, changed` };
        await buyer.sync([changed]);
        await buyer.sync([changed]);
        await buyer.sync([source]);
        await buyer.sync([source]);
      },
    ),
    scenario(
      "each field is changed by itself",
      { proves: ["UPS-03", "UPS-04", "UPS-15"] },
      async ({ buyer, seller, release, pick, given }) => {
        const source = buyer.eventSource();
        given(accepted((await buyer.sync([source])).answer));
        const types = typesOf(seller).filter((type) => !source.event_types?.includes(type));
        const others = pick(types, Math.min(4, types.length));
        const edits = [
          { event_types: [...(source.event_types ?? []), ...pick(types, 1)] },
          { event_types: source.event_types?.slice(0, 1) ?? [] },
          { event_types: types.length > 0 ? others.slice(0, 2) : source.event_types },
          // As many as before, and none of them the same.
          ...(others.length === 4 ? [{ event_types: others.slice(2) }] : []),
          { event_types: typesOf(seller) },
          { allowed_domains: [...(source.allowed_domains ?? []), "third.example.com"] },
          { allowed_domains: ["a", "b", "c", "d", "e"].map((name) => `${name}.example.com`) },
          { allowed_domains: ["only.example.com"] },
          ...(release === "3.0" || !source.surface
            ? []
            : [{ surface: { ...source.surface, property_id: "another property" } }]),
          ...(release === "3.0" || !source.surface
            ? []
            : actionSourcesOf(seller)
                .slice(0, 2)
                .map((one) => ({ action_source: one, surface: { ...source.surface, category: one } }))),
          { name: "third name" },
          { name: "fourth name" },
          { name: "Fourth Name" },
        ];
        let current = source;
        for (const edit of edits) {
          current = { ...current, ...edit };
          await buyer.sync([current]);
        }
      },
    ),
    scenario(
      "a batch, in which every source is new",
      { proves: ["UPS-07", "UPS-01", "UPS-02"] },
      async ({ buyer, check, given }) => {
        const sources = [buyer.eventSource(), buyer.eventSource(), buyer.eventSource()];
        const { answer, after } = await buyer.sync(sources);
        given(accepted(answer));
        for (const { event_source_id: id } of sources) {
          const there = after.rows.some((row) => row.id === id);
          const evidence = {
            pointer: "/event_sources",
            expected: id,
            actual: "not there",
            exchanges: [answer.exchange.n, after.exchange],
          };
          check("UPS-07", there ? held : broke("a source of a batch was not processed", evidence));
        }
      },
    ),
    scenario(
      "a batch of a new, an unchanged and a changed source",
      { proves: ["UPS-08", "UPS-04"] },
      async ({ buyer, check, given }) => {
        const [same, other, fresh] = [buyer.eventSource(), buyer.eventSource(), buyer.eventSource()];
        given(accepted((await buyer.sync([same, other])).answer));
        const before = new Set(buyer.state.rows.map(({ id }) => id));
        const { answer, after } = await buyer.sync([other, fresh, { ...same, name: "changed in a batch" }]);
        given(accepted(answer));
        const lost = [same, other, fresh].find(({ event_source_id: id }) => !after.rows.some((row) => row.id === id));
        if (lost) {
          const exchanges = [answer.exchange.n, after.exchange];
          const evidence = {
            pointer: "/event_sources",
            expected: lost.event_source_id,
            actual: "not there",
            exchanges,
          };
          check("UPS-08", broke("a source of a batch of new and existing ones is not there afterwards", evidence));
        }
        for (const { id, action, index } of rowsOf(answer.payload)) {
          const mine = [same, other, fresh].some(({ event_source_id: one }) => one === id);
          if (!mine) continue;
          const expected = !before.has(id) ? ["created"] : ["updated", "unchanged"];
          const evidence = {
            pointer: `/event_sources/${index}/action`,
            expected,
            actual: action,
            exchanges: [answer.exchange.n],
          };
          check(
            "UPS-08",
            expected.includes(action ?? "")
              ? held
              : broke("a batch of new and existing sources was reported wrongly", evidence),
          );
        }
      },
    ),
    scenario("an update leaves fields out", { proves: ["UPS-09"] }, async ({ buyer, given }) => {
      const source = buyer.eventSource();
      given(accepted((await buyer.sync([source])).answer));
      await buyer.sync([{ event_source_id: source.event_source_id, name: "only the name" }]);
    }),
    scenario(
      "a source without event_types",
      { proves: ["UPS-10"] },
      async ({ buyer, seller, check, exclude, given }) => {
        const { event_types: _, ...source } = buyer.eventSource();
        const there = buyer.state.rows.some(({ id }) => id === source.event_source_id);
        const { answer, after } = await buyer.sync([source]);
        given(accepted(answer));
        const row = after.rows.find(({ id }) => id === source.event_source_id);
        const shown = row?.raw["event_types"];
        if (there || !Array.isArray(shown) || shown.length === 0) {
          return exclude("UPS-10", "the seller does not say which event types such a source takes");
        }
        const missing = typesOf(seller).filter((type) => !shown.includes(type));
        const evidence = {
          pointer: `/event_sources/${row?.index}/event_types`,
          expected: "all event types, or none named",
          actual: shown,
          exchanges: [answer.exchange.n, after.exchange],
        };
        check(
          "UPS-10",
          missing.length === 0 ? held : broke("a source without event_types was narrowed to some", evidence),
        );
      },
    ),
    scenario("a batch with a bad source in the middle", { proves: ["UPS-11"] }, async ({ buyer, check, given }) => {
      const [first, bad, last] = [buyer.eventSource(), buyer.eventSource(), buyer.eventSource()];
      const wrong = { ...bad, event_types: ["cf_no_such_type"] };
      const standing = buyer.eventSource();
      given(accepted((await buyer.sync([standing])).answer));
      const { answer, after } = await buyer.sync(
        [{ ...standing, name: "changed beside a bad one" }, first, wrong, last],
        {
          mayFail: new Set([bad.event_source_id]),
        },
      );
      const shown = new Set(after.rows.map(({ id }) => id));
      const ids = [first, bad, last].map(({ event_source_id: id }) => id);
      const results = rowsOf(answer.payload).filter(({ id }) => ids.includes(id));
      const lost = results.find(({ id, action }) => (action === "created" || action === "updated") && !shown.has(id));
      if (!lost) return;
      const exchanges = [answer.exchange.n, after.exchange];
      check(
        "UPS-11",
        broke(`a source was reported ${lost.action} beside a bad one, and is not there afterwards`, {
          expected: lost.id,
          actual: "not there",
          exchanges,
        }),
      );
    }),
    scenario(
      "delete_missing false, said outright",
      { proves: ["UPS-16"], needs: ["delete"] },
      async ({ buyer, given }) => {
        given(accepted((await buyer.sync([buyer.eventSource()])).answer));
        await buyer.sync([buyer.eventSource()], { delete_missing: false });
      },
    ),
    scenario(
      "ids that differ in little",
      { proves: ["UPS-17"], needs: ["delete"] },
      async ({ buyer, check, given }) => {
        const plain = buyer.eventSource();
        given(accepted((await buyer.sync([plain])).answer));
        const accent = `${plain.event_source_id}_\u00e9`;
        const long = (length: number, end: string) => plain.event_source_id.padEnd(length, "x") + end;
        // A seller may refuse any of them: what matters is that none stands for another.
        const twins = [
          plain.event_source_id.toUpperCase(),
          ` ${plain.event_source_id} `,
          accent,
          accent.normalize("NFD"),
          ...[64, 255].flatMap((length) => [long(length, "a"), long(length, "b")]),
        ];
        for (const id of twins) {
          const written = await buyer.probe((request) => request, [buyer.eventSource({ event_source_id: id })]);
          check("UPS-17", untouched(written, [id]));
        }
      },
    ),
  ],
});
