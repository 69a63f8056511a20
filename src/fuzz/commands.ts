import fc from "fast-check";
import { plainTypesOf } from "../../suites/events.ts";
import type { Stage } from "../engine/phase.ts";
import type { JsonObject } from "../protocol/json.ts";
import type { Attempt } from "./attempt.ts";
import type { Book } from "./book.ts";
import type { Step, SymbolicSource } from "./step.ts";
import { CHANGEABLE, changedIn, type Draft, drafts, sourceOf } from "./values.ts";

type Command = fc.AsyncCommand<Book, Attempt>;

/** Makes the step of a command from what the try holds by then; `undefined` where the command has no occasion. */
type Resolve = (book: Book) => Step | undefined;

/** A command of fast-check whose parameters are resolved when it is played. */
class Planned implements Command {
  readonly #name: string;
  readonly #resolve: Resolve;
  constructor(name: string, resolve: Resolve) {
    this.#name = name;
    this.#resolve = resolve;
  }

  check(): boolean {
    return true;
  }

  async run(book: Book, attempt: Attempt): Promise<void> {
    const step = this.#resolve(book);
    if (step) await attempt.play(step);
  }

  toString(): string {
    return this.#name;
  }
}

const planned = <T>(name: string, parameters: fc.Arbitrary<T>, resolve: (book: Book, given: T) => Step | undefined) =>
  parameters.map((given): Command => new Planned(name, (book) => resolve(book, given)));

/** The n-th from the end: what was touched last has the smallest number. */
const at = <T>(values: Iterable<T>, n: number): T | undefined => {
  const all = [...values];
  return all.at(-1 - (n % Math.max(1, all.length)));
};

const some = <T>(values: readonly T[], picks: readonly number[]): T[] => {
  const chosen = new Set(picks.map((n) => at(values, n)));
  return values.filter((value) => chosen.has(value));
};

/** Sources that stand at a time: sellers may bound accounts. */
const MOST_SOURCES = 12;

/** Contexts that say what a seller must not listen to, and values that are easily lost. */
const CONTEXTS: readonly JsonObject[] = [
  { dry_run: true, delete_missing: true, replayed: true },
  { account: { account_id: "cf_no_such_account" }, sandbox: true },
  { number: 1.5, yes: false, nothing: null, empty: [], none: {}, text: "" },
];

/** Mostly small: defects hide behind several calls for the same source more often than behind many sources. */
const index = fc.oneof({ weight: 3, arbitrary: fc.nat(1) }, { weight: 1, arbitrary: fc.nat(11) });
const picks = fc.array(index, { minLength: 1, maxLength: 4 });

/** Everything that a buyer can do, each with its weight. @param stage says what this run may do */
export function commandsFor(stage: Stage): fc.Arbitrary<Command>[] {
  const { seller, limited, second, allowDestructive, buyer } = stage;
  const full = limited === undefined;
  const sync = (
    book: Book,
    sources: readonly SymbolicSource[],
    more: { deletes?: boolean; bad?: string[]; context?: JsonObject } = {},
  ) =>
    sources.length === 0 && !more.deletes
      ? undefined
      : ({ do: "sync", sources, key: book.nextKey(), ...more } as const);
  const draft = (symbol: string, values: Draft) => sourceOf(symbol, values, seller);
  /** Where ids are few, or sources many, an existing source takes the place of a new one. */
  const fresh = (book: Book) =>
    (full && book.present.size < MOST_SOURCES) || book.present.size + book.gone.size < 3
      ? book.nextSymbol()
      : (at(book.present.keys(), 0) ?? "s1");

  const common: [number, fc.Arbitrary<Command>][] = [
    [1, planned("discover", fc.constant(undefined), () => ({ do: "discover" }))],
    [2, planned("the same call again", fc.constant(undefined), (book) => repeatable(book.last, book.nextKey()))],
    [4, planned("create", drafts, (book, values) => sync(book, [draft(fresh(book), values)]))],
    [
      2,
      planned("create several", fc.array(drafts, { minLength: 2, maxLength: full ? 5 : 2 }), (book, all) =>
        sync(book, distinct(all.map((values) => draft(fresh(book), values)))),
      ),
    ],
    [
      8,
      planned(
        "change one field",
        fc.record({
          which: index,
          field: fc.constantFrom(...CHANGEABLE),
          how: fc.constantFrom("others" as const, "more" as const, "fewer" as const),
          values: drafts,
        }),
        (book, { which, field, how, values }) => {
          const source = at(book.present.values(), which);
          return source && sync(book, [changedIn(field, how, source, draft(source.event_source_id, values))]);
        },
      ),
    ],
    [
      4,
      planned("change back", fc.tuple(index, fc.nat(3)), (book, [which, ago]) => {
        const symbol = at(book.present.keys(), which);
        const before = symbol === undefined ? undefined : at(book.past.get(symbol) ?? [], ago);
        return before && sync(book, [before]);
      }),
    ],
    [3, planned("send again", picks, (book, which) => sync(book, some([...book.present.values()], which)))],
    [
      3,
      planned("a batch of all kinds", fc.tuple(picks, drafts, drafts), (book, [which, one, other]) => {
        const [first, ...rest] = some([...book.present.values()], which);
        const changed = first ? [{ ...draft(first.event_source_id, one) }] : [];
        return sync(book, distinct([...rest, draft(fresh(book), other), ...changed]));
      }),
    ],
    [
      3,
      planned("a bad source in a batch", fc.tuple(picks, drafts, index), (book, [which, values, place]) => {
        const good = some([...book.present.values()], which);
        const target = at(book.present.keys(), place);
        const symbol = target !== undefined && place % 2 === 0 ? target : fresh(book);
        const bad = { ...draft(symbol, values), event_types: ["cf_no_such_type"] };
        const others = good.filter((source) => source.event_source_id !== symbol);
        return sync(book, [...others, bad], { bad: [symbol] });
      }),
    ],
    [
      2,
      planned(
        "fields left out",
        fc.tuple(index, fc.subarray(["event_types", "allowed_domains", "name"] as const)),
        (book, [which, without]) => {
          const source = at(book.present.values(), which);
          if (!source || without.length === 0) return undefined;
          const left = Object.entries(source).filter(([name]) => !(without as readonly string[]).includes(name));
          return sync(book, [Object.fromEntries(left) as unknown as SymbolicSource]);
        },
      ),
    ],
    [
      2,
      planned("an id twice", fc.tuple(index, drafts, fc.boolean(), picks), (book, [which, values, same, more]) => {
        const first = at(book.present.values(), which) ?? draft(fresh(book), values);
        const last = same ? { ...first } : draft(first.event_source_id, { ...values, name: values.name + 1 });
        const between = some([...book.present.values()], more).filter((source) => source !== first);
        return { do: "duplicate", sources: [first, ...between.slice(0, 2), last] };
      }),
    ],
    ...(seller.capabilities.idempotency === true
      ? ([
          [
            3,
            planned("an old key", fc.tuple(index, fc.nat(3)), (book, [which, how]) => {
              const key = at(book.keys, which);
              if (key === undefined) return undefined;
              return { do: "replay", key, ...(how === 1 && { context: true }), ...(how === 2 && { order: true }) };
            }),
          ],
          [
            3,
            planned("a used key", fc.tuple(index, drafts, fc.nat(3)), (book, [which, values, how]) => {
              const key = at(book.keys, which);
              const source = at(book.present.values(), which) ?? draft("s1", values);
              const renamed = { ...source, name: `${source.name ?? "source"}, under a used key` };
              if (key === undefined) return undefined;
              return { do: "reuse", key, sources: [renamed], ...(full && how === 0 && { deletes: true }) };
            }),
          ],
        ] as [number, fc.Arbitrary<Command>][])
      : []),
    ...(seller.tools.includes("log_event")
      ? ([
          [
            2,
            planned("an event", fc.tuple(index, index, fc.boolean()), (book, [which, type, gone]) => {
              const types = plainTypesOf(seller);
              const symbol = gone ? at(book.gone, which) : undefined;
              if (symbol !== undefined)
                return {
                  do: "event",
                  source: { event_source_id: symbol },
                  type: at(types, type) as string,
                  deleted: true,
                };
              const source = at(book.present.values(), which);
              const taken = at(
                types.filter((one) => source?.event_types?.includes(one)),
                type,
              );
              // An update that left the domains out may have kept them or not: which ones an event may come from is not known.
              const certain = source?.allowed_domains !== undefined && taken !== undefined;
              return certain ? { do: "event", source, type: taken } : undefined;
            }),
          ],
        ] as [number, fc.Arbitrary<Command>][])
      : []),
  ];
  const deleting: [number, fc.Arbitrary<Command>][] = [
    [
      5,
      planned("keep some, delete the rest", fc.array(index, { maxLength: 4 }), (book, which) =>
        sync(book, some([...book.present.values()], which), { deletes: true }),
      ),
    ],
    [
      2,
      planned("delete while changing", fc.tuple(picks, drafts), (book, [which, values]) => {
        const [first, ...rest] = some([...book.present.values()], which);
        return first && sync(book, [draft(first.event_source_id, values), ...rest], { deletes: true });
      }),
    ],
    [
      6,
      planned("make again", fc.tuple(index, drafts), (book, [which, values]) => {
        const symbol = at(book.gone, which);
        return symbol === undefined ? undefined : sync(book, [draft(symbol, values)]);
      }),
    ],
    [1, planned("delete without sources", fc.constant(undefined), () => ({ do: "delete without sources" }))],
    [1, planned("delete with an empty list", fc.constant(undefined), () => ({ do: "delete with an empty list" }))],
    [
      1,
      planned("delete_missing false", drafts, (book, values) =>
        sync(book, [draft(fresh(book), values)], { deletes: false }),
      ),
    ],
    [
      3,
      planned("a telling context", fc.tuple(drafts, fc.constantFrom(...CONTEXTS)), (book, [values, context]) =>
        sync(book, [draft(fresh(book), values)], { context }),
      ),
    ],
    [
      1,
      planned("an id twice beside a deletion", index, (book, which) => {
        const first = at(book.present.values(), which);
        return (
          first && { do: "duplicate", sources: [first, { ...first, name: `${first.name}, again` }], deletes: true }
        );
      }),
    ],
    [
      2,
      planned("a look-alike", fc.tuple(index, fc.nat(20)), (book, [which, form]) => {
        const source = at(book.present.values(), which);
        return source && { do: "twin", source: { ...source, name: `${source.name ?? "source"}, look-alike` }, form };
      }),
    ],
  ];
  const beside: [number, fc.Arbitrary<Command>][] = [
    [
      2,
      planned(
        "on the other account",
        fc.tuple(index, drafts, fc.boolean(), fc.boolean()),
        (book, [which, values, deletes, reuse]) => {
          const symbol = at(book.present.keys(), which) ?? fresh(book);
          const key = reuse && seller.capabilities.idempotency === true ? at(book.keys, which) : undefined;
          const sources = [draft(symbol, values)];
          if (key !== undefined) return { do: "elsewhere", sources, key };
          return { do: "elsewhere", sources, ...(deletes && full && { deletes }) };
        },
      ),
    ],
  ];
  const overwriting: [number, fc.Arbitrary<Command>][] = [
    [1, planned("a seller-managed id", index, (_, nth) => ({ do: "seller-managed", nth, name: "taken over" }))],
  ];
  const managed = buyer.first.rows.some(({ managedBy }) => managedBy === "seller");
  return [
    ...common,
    ...(full ? deleting : []),
    ...(second ? beside : []),
    ...(allowDestructive && managed ? overwriting : []),
  ].flatMap(([weight, command]) => Array<fc.Arbitrary<Command>>(weight).fill(command));
}

/** A step once more, under a key of its own. */
function repeatable(step: Step | undefined, key: string): Step | undefined {
  return step?.do === "sync" ? { ...step, key } : step;
}

/** The last entry of each id alone. */
function distinct(sources: readonly SymbolicSource[]): SymbolicSource[] {
  return [...new Map(sources.map((source) => [source.event_source_id, source])).values()];
}
