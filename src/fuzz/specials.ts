import { ENVELOPE } from "../../suites/requests.ts";
import type { Stage } from "../engine/phase.ts";
import { lookAlikes, type Patch } from "./schema/index.ts";
import type { Step, SymbolicSource } from "./step.ts";
import { sourceOf } from "./values.ts";

/** More sources than a page, a form or a statement of a careless program holds; a seller may refuse so many. */
const MANY = 60;
const FEWER = 12;

/** Cases that chance comes to too seldom, each with a name. They need the leave to delete. */
export function specialsFor({ seller, limited }: Stage): { name: string; steps: Step[] }[] {
  if (limited !== undefined) return [];
  const source = (n: number, name = 0): SymbolicSource =>
    sourceOf(`s${n}`, { name, types: [n, n + 1], domains: [n % 8], kind: n, property: 0 }, seller);
  const many = Array.from({ length: MANY }, (_, n) => source(n + 1));
  const few = many.slice(0, FEWER);
  const set = (pointer: string, value: unknown): Patch => ({ op: "set", pointer, value });
  const tolerated = (rule: "REQ-23" | "REQ-24", ...patches: Patch[]): Step => ({
    do: "tolerated",
    rule,
    source: source(1),
    patches,
  });
  return [
    {
      name: "ids that look alike",
      steps: [
        { do: "sync", sources: [source(1)], key: "k1" },
        ...lookAlikes("cf_a").map((_, form): Step => ({ do: "twin", source: source(1, form % 5), form })),
      ],
    },
    {
      name: "many sources, and few of them kept",
      steps: [
        { do: "odd", sources: many, patches: [] },
        { do: "sync", sources: few, key: "k1", deletes: true },
        { do: "sync", sources: few.slice(0, 1), key: "k2", deletes: true },
      ],
    },
    {
      name: "one id among many others",
      steps: [
        { do: "duplicate", sources: [source(1), source(1, 1), source(1, 2)] },
        { do: "duplicate", sources: [...few, source(1, 1)] },
      ],
    },
    {
      name: "members that mean nothing",
      steps: [
        { do: "sync", sources: [source(1)], key: "k1" },
        tolerated("REQ-23", set("/cf_unknown", "text")),
        tolerated("REQ-23", set("/event_sources/0/cf_unknown", { of: "no meaning" })),
        ...(source(1).surface ? [tolerated("REQ-23", set("/event_sources/0/surface/cf_unknown", 1))] : []),
        ...Object.entries(ENVELOPE).map(([name, value]) => tolerated("REQ-24", set(`/${name}`, value))),
      ],
    },
  ];
}
