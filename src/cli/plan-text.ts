import type { AccountEntry, Plan } from "../engine/result.ts";
import { lines, wrap } from "../report/layout.ts";
import { clean } from "../report/sanitize.ts";

/** A plan for a person: what would be sent, what could be deleted, what would stay. */
export function planText(plan: Plan, columns: number): string {
  const ids = (entries: readonly AccountEntry[]) =>
    entries.length === 0 ? "none" : entries.map(({ event_source_id }) => clean(event_source_id, 80)).join(", ");
  const line = (label: string, text: string) => wrap(text, columns, `${label}: `);
  const { scenarios } = plan;
  const blocked = scenarios.filter((scenario) => scenario.blocked !== undefined);
  const open = scenarios.filter((scenario) => scenario.blocked === undefined);
  const suites = [...new Set(scenarios.map(({ suite }) => suite))];
  return lines([
    ...line("seller", clean(plan.url, 200)),
    ...line("release", plan.release),
    ...line("account", clean(JSON.stringify(plan.account), 300)),
    ...line("mode", plan.mode + (plan.reason ? `: ${clean(plan.reason, 600)}` : "")),
    ...line("sources of others", ids(plan.foreign)),
    ...line("sources of the seller", ids(plan.seller_managed)),
    ...line("the tool's own sources", ids(plan.own)),
    ...line("would stay behind", plan.will_stay.map((id) => clean(id, 80)).join(", ") || "nothing"),
    ...line(
      "scenarios",
      `${open.length}, of which ${open.filter(({ writes }) => writes).length} write and ${open.filter(({ deletes }) => deletes).length} delete; ${blocked.length} would not be sent`,
    ),
    ...line("generated sequences", String(plan.sequences)),
    ...suites.flatMap((suite) => [
      "",
      clean(suite, 60),
      ...scenarios
        .filter((scenario) => scenario.suite === suite)
        .flatMap(({ name, rules, writes, deletes, blocked }) => {
          const does =
            blocked !== undefined ? `not sent: ${clean(blocked)}` : deletes ? "deletes" : writes ? "writes" : "reads";
          return wrap(`${clean(name, 120)} [${does}] ${rules.map((id) => clean(id, 40)).join(", ")}`, columns, "  - ");
        }),
    ]),
    "",
    "Nothing was written.",
  ]);
}
