import { should } from "../src/engine/rule.ts";
import { scenario, suite } from "../src/engine/suite.ts";
import { accepted } from "../src/model/refusal.ts";
import { docs } from "./citations.ts";

export default suite("choices", {
  about: "What the specification leaves to the seller, it decides once.",
  rules: {
    "CHO-01": should(
      "where the specification leaves the seller a choice, it chooses the same way each time",
      docs("accountState", "reading back", "derived"),
    ),
  },
  observations: { "choice is kept": "CHO-01" },
  scenarios: [
    scenario(
      "updates leave fields out, and name one source of three",
      { proves: ["CHO-01"] },
      async ({ buyer, given }) => {
        const [first, second, third] = [buyer.eventSource(), buyer.eventSource(), buyer.eventSource()];
        given(accepted((await buyer.sync([first, second, third])).answer));
        for (const { event_source_id } of [first, second])
          await buyer.sync([{ event_source_id, name: "only the name" }]);
      },
    ),
  ],
});
