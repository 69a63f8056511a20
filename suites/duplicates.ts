import { held } from "../src/engine/judgement.ts";
import { must, note, should } from "../src/engine/rule.ts";
import type { Written } from "../src/engine/scene.ts";
import { scenario, suite } from "../src/engine/suite.ts";
import { describeDuplicate } from "../src/model/duplicates.ts";
import { accepted, coded, refused, untouched } from "../src/model/refusal.ts";
import type { EventSource } from "../src/protocol/event-source.ts";
import { rowsOf } from "../src/protocol/event-source.ts";
import { page, schema } from "./citations.ts";

const CODES = ["DUPLICATE_EVENT_SOURCE_ID", "VALIDATION_ERROR", "INVALID_REQUEST"];
const PROVES = ["UPS-12", "UPS-12-CODE", "UPS-13", "UPS-14"] as const;

/** One request that names an id twice: not silently accepted, and nothing of what was refused applied. */
export function judgeDuplicate(written: Written, twice: EventSource, others: EventSource[] = []) {
  const id = twice.event_source_id;
  const rejected = written.answer.outcome.kind === "rejected";
  const results = rowsOf(written.answer.payload).filter((row) => row.id === id);
  const failed = results.filter(({ action }) => action === "failed");
  // A seller may also take one of the entries and refuse the other: that is no silence. It then says which source changed.
  const partly = failed.length > 0 && failed.length < results.length;
  const mayChange = rejected ? [] : [...others.map((other) => other.event_source_id), ...(partly ? [id] : [])];
  return {
    refusal: partly ? held : refused(written, [id]),
    code: coded(written.answer, CODES),
    state: untouched(written, mayChange),
  };
}

export default suite("duplicates", {
  about: "One request may name an event source once.",
  rules: {
    "UPS-12": must("a request that names one id twice is not silently accepted", page("error-handling")),
    "UPS-12-CODE": should("the refusal of a duplicate says so by its code", page("error-handling")),
    "UPS-13": note(
      "which of two different sources under one id was kept, where the request was accepted",
      page("error-handling"),
    ),
    "UPS-14": must(
      "a source that was refused leaves nothing behind",
      schema("response", "/oneOf/0/properties/event_sources/items/properties/action", "derived"),
    ),
  },
  observations: { "failed changes nothing": "UPS-14" },
  scenarios: [
    scenario(
      "a new id twice in a row, different names",
      { proves: PROVES },
      async ({ buyer, check, exclude, given }) => {
        // The control: the same request without its second entry is fine, only a moment later.
        const pixel = buyer.eventSource();
        const twin = { ...pixel, name: "another name" };
        const written = await buyer.probe((request) => request, [pixel, twin]);
        const { refusal, code, state } = judgeDuplicate(written, pixel);
        const control = await buyer.sync([pixel]);
        given(accepted(control.answer), "a request without the duplicate was refused as well");
        check("UPS-12", refusal);
        check("UPS-12-CODE", code);
        check(
          "UPS-14",
          refusal.verdict === "held" ? state : refusal.verdict === "broke" ? { verdict: "held" } : refusal,
        );
        if (refusal.verdict === "broke") check("UPS-13", describeDuplicate(written, pixel, twin));
        else if (refusal.verdict === "held") exclude("UPS-13", "the seller refuses duplicates");
      },
    ),
    scenario("an existing id twice, identical entries", { proves: PROVES }, async ({ buyer, check, given }) => {
      const pixel = buyer.eventSource();
      given(accepted((await buyer.sync([pixel])).answer));
      const written = await buyer.probe((request) => request, [pixel, { ...pixel }]);
      const { refusal, code, state } = judgeDuplicate(written, pixel);
      check("UPS-12", refusal);
      check("UPS-12-CODE", code);
      if (refusal.verdict === "held") check("UPS-14", state);
    }),
    scenario("an existing id twice, with two changes", { proves: PROVES }, async ({ buyer, check, given }) => {
      const pixel = buyer.eventSource();
      given(accepted((await buyer.sync([pixel])).answer));
      const entries = [
        { ...pixel, name: "first of two" },
        { ...pixel, name: "second of two" },
      ];
      const written = await buyer.probe((request) => request, entries);
      const { refusal, code, state } = judgeDuplicate(written, pixel);
      check("UPS-12", refusal);
      check("UPS-12-CODE", code);
      if (refusal.verdict === "held") check("UPS-14", state);
      else check("UPS-13", describeDuplicate(written, entries[0] as EventSource, entries[1] as EventSource));
    }),
    scenario("a duplicate with others in between", { proves: PROVES }, async ({ buyer, check, given }) => {
      const [pixel, one, two] = [buyer.eventSource(), buyer.eventSource(), buyer.eventSource()];
      given(accepted((await buyer.sync([one])).answer));
      const written = await buyer.probe(
        (request) => request,
        [pixel, { ...one, name: "changed" }, two, { ...pixel, name: "far apart" }],
      );
      const { refusal, code, state } = judgeDuplicate(written, pixel, [one, two]);
      check("UPS-12", refusal);
      check("UPS-12-CODE", code);
      if (refusal.verdict === "held") check("UPS-14", state);
    }),
    scenario("a triple, and the duplicate at the end of a batch", { proves: PROVES }, async ({ buyer, check }) => {
      const [one, pixel] = [buyer.eventSource(), buyer.eventSource()];
      const entries = [one, pixel, { ...pixel, name: "second" }, { ...pixel, name: "third" }];
      const written = await buyer.probe((request) => request, entries);
      const { refusal, code, state } = judgeDuplicate(written, pixel, [one]);
      check("UPS-12", refusal);
      check("UPS-12-CODE", code);
      if (refusal.verdict === "held") check("UPS-14", state);
    }),
    scenario("a duplicate after a dozen others", { proves: PROVES, needs: ["delete"] }, async ({ buyer, check }) => {
      const others = Array.from({ length: 12 }, () => buyer.eventSource());
      const pixel = buyer.eventSource();
      const entries = [pixel, ...others, { ...pixel, name: "far behind" }];
      const written = await buyer.probe((request) => request, entries);
      const { refusal, code, state } = judgeDuplicate(written, pixel, others);
      check("UPS-12", refusal);
      check("UPS-12-CODE", code);
      if (refusal.verdict === "held") check("UPS-14", state);
    }),
    scenario(
      "a duplicate together with delete_missing",
      { proves: PROVES, needs: ["delete"] },
      async ({ buyer, check, given }) => {
        const [pixel, kept] = [buyer.eventSource(), buyer.eventSource()];
        given(accepted((await buyer.sync([pixel, kept])).answer));
        const entries = [{ ...pixel, name: "first of two" }, { ...pixel, name: "second of two" }, kept];
        const written = await buyer.probe((request) => ({ ...request, delete_missing: true }), entries);
        const { refusal, code } = judgeDuplicate(written, pixel);
        check("UPS-12", refusal);
        check("UPS-12-CODE", code);
        if (refusal.verdict !== "held") return;
        const rejected = written.answer.outcome.kind === "rejected";
        const unlisted = written.before.rows
          .map(({ id }) => id)
          .filter((id) => id !== pixel.event_source_id && id !== kept.event_source_id);
        check("UPS-14", untouched(written, rejected ? [] : unlisted));
      },
    ),
  ],
});
