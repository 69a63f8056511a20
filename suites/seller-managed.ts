import { broke, held, unclear } from "../src/engine/judgement.ts";
import { must, note, should } from "../src/engine/rule.ts";
import { scenario, suite } from "../src/engine/suite.ts";
import { accepted, untouched } from "../src/model/refusal.ts";
import { isSync, requestedIds } from "../src/model/requests.ts";
import { isOwnId, rowsOf } from "../src/protocol/event-source.ts";
import { own } from "../src/protocol/json.ts";
import { docs, page, schema } from "./citations.ts";

export default suite("seller-managed", {
  about: "Sources that the seller manages are shown, marked, and left alone.",
  rules: {
    "SMG-01": must(
      "seller-managed sources stand in the answer to every sync as well",
      docs("specification", "sync_event_sources"),
    ),
    "SMG-02": must(
      "seller-managed sources carry managed_by seller",
      docs("conversionTracking", "seller-managed sources"),
    ),
    "SMG-02-SEEN": note(
      "the account has sources that carry managed_by seller",
      docs("conversionTracking", "seller-managed sources"),
    ),
    "SMG-03": must(
      "a seller whose products measure by themselves shows a source that it manages",
      schema("product", "/properties/conversion_tracking/properties/platform_managed", "derived"),
    ),
    "SMG-04": should(
      "a buyer's sync reports seller-managed sources as unchanged",
      page("discovering-seller-managed-sources", "derived"),
    ),
    "SMG-05": must(
      "an upsert that names a seller-managed source leaves it seller-managed, with its own fields",
      schema("request", "/properties/delete_missing", "derived"),
    ),
  },
  observations: { "seller-managed are listed": "SMG-01" },
  answers: {
    "SMG-04": (answer) => {
      if (answer.outcome.kind !== "accepted" || !isSync(answer)) return undefined;
      const named = new Set(requestedIds(answer.request));
      const rows = rowsOf(answer.payload).filter(({ managedBy, id }) => managedBy === "seller" && !named.has(id));
      if (rows.length === 0) return undefined;
      const wrong = rows.find(({ action }) => action !== "unchanged");
      if (!wrong) return held;
      return broke(`a seller-managed source was reported ${wrong.action} on a buyer's sync`, {
        pointer: `/event_sources/${wrong.index}/action`,
        expected: "unchanged",
        actual: wrong.action,
        exchanges: [answer.exchange.n],
      });
    },
  },
  scenarios: [
    scenario(
      "what discovery shows of them",
      { proves: ["SMG-02", "SMG-02-SEEN"], reads: true },
      async ({ buyer, seller, check, exclude }) => {
        const { rows, exchange } = buyer.first;
        const marked = rows.filter(({ managedBy }) => managedBy === "seller");
        if (marked.length > 0) check("SMG-02-SEEN", held);
        else exclude("SMG-02-SEEN", "the account shows no seller-managed source");
        if (seller.sellerManaged.length === 0)
          return exclude("SMG-02", "no seller-managed source was named to the run (--seller-managed)");
        for (const id of seller.sellerManaged) {
          const row = rows.find((one) => one.id === id);
          check(
            "SMG-02",
            row?.managedBy === "seller"
              ? held
              : broke(row ? `"${id}" is not marked as seller-managed` : `"${id}" is not shown`, {
                  pointer: row ? `/event_sources/${row.index}/managed_by` : "/event_sources",
                  expected: "seller",
                  actual: row ? (row.raw["managed_by"] ?? "nothing") : "not there",
                  exchanges: [exchange],
                }),
          );
        }
      },
    ),
    scenario(
      "products that measure by themselves",
      { proves: ["SMG-03"], reads: true },
      async ({ buyer, seller, check, exclude }) => {
        if (!seller.tools.includes("get_products")) return exclude("SMG-03", "the seller does not offer get_products");
        const { idempotency_key: _, ...request } = buyer.request();
        const answer = await buyer.call("get_products", { ...request, buying_mode: "wholesale" });
        const products = answer.outcome.kind === "accepted" ? own(answer.payload, "products") : undefined;
        if (!Array.isArray(products)) return exclude("SMG-03", "the products could not be read");
        const measures = products.findIndex(
          (product: unknown) => own(own(product, "conversion_tracking"), "platform_managed") === true,
        );
        if (measures === -1) return exclude("SMG-03", "no product of the seller measures by itself");
        const { rows, exchange } = buyer.first;
        if (rows.some(({ managedBy }) => managedBy === "seller")) return check("SMG-03", held);
        if (rows.some(({ id, raw }) => !isOwnId(id) && raw["managed_by"] === undefined))
          return check("SMG-03", unclear("some sources do not say who manages them"));
        const evidence = {
          pointer: "/event_sources",
          expected: "a source with managed_by seller",
          actual: rows.map(({ id }) => id),
          exchanges: [answer.exchange.n, exchange],
        };
        check("SMG-03", broke("a product measures by itself, and no source is the seller's", evidence));
      },
    ),
    scenario(
      "a sync lists them",
      { proves: ["SMG-01", "SMG-04"], needs: ["seller-managed"] },
      async ({ buyer, given }) => {
        given(accepted((await buyer.sync([buyer.eventSource()])).answer));
      },
    ),
    scenario(
      "an upsert names one of them",
      { proves: ["SMG-05"], needs: ["seller-managed", "overwrite"] },
      async ({ buyer, check }) => {
        const target = buyer.state.rows.find(({ managedBy }) => managedBy === "seller");
        if (!target) return;
        const written = await buyer.probe(
          (request) => request,
          [{ ...buyer.eventSource({ event_source_id: target.id }), name: "taken over" }],
        );
        check("SMG-05", untouched(written));
      },
    ),
  ],
});
