import type { OverlappingCall, Step, SymbolicSource } from "./step.ts";

/** Steps that are a little simpler than a step, the simplest first. Each is of the same kind and well-formed. */
export function* simpler(step: Step): Generator<Step> {
  switch (step.do) {
    case "sync": {
      const { bad = [], context, ...plain } = step;
      if (context) yield plain;
      for (const sources of fewerOrSimpler(step.sources, (source) => bad.includes(source.event_source_id)))
        yield { ...step, sources, ...(step.bad && { bad: bad.filter((id) => names(sources, id)) }) };
      return;
    }
    case "odd":
      // Patches point into the sources: what they point at has to stay.
      if (step.patches.length === 0) for (const sources of simplerOnes(step.sources)) yield { ...step, sources };
      return;
    case "reuse":
    case "elsewhere":
      for (const sources of simplerOnes(step.sources)) yield { ...step, sources };
      return;
    case "duplicate": {
      const [first, last] = [step.sources[0], step.sources.at(-1)];
      if (first && last && step.sources.length > 2) yield { ...step, sources: [first, last] };
      return;
    }
    case "twin":
    case "event":
      for (const [source] of simplerOnes([step.source])) if (source) yield { ...step, source };
      return;
    case "one key at once":
      if (step.times > 2) yield { ...step, times: 2 };
      for (const [source] of simplerOnes([step.source])) if (source) yield { ...step, source };
      return;
    case "replay": {
      const { context, order, ...plain } = step;
      if (context && !order) yield plain;
      return;
    }
    case "overlap":
      for (const calls of without(step.calls)) if (calls.length > 1) yield { ...step, calls };
      for (const [n, call] of step.calls.entries())
        for (const sources of fewerOrSimpler(call.sources))
          yield { ...step, calls: step.calls.with(n, { ...call, sources } satisfies OverlappingCall) };
      return;
    default:
      return;
  }
}

const names = (sources: readonly SymbolicSource[], symbol: string) =>
  sources.some(({ event_source_id }) => event_source_id === symbol);

function* without<T>(items: readonly T[]): Generator<T[]> {
  for (const n of items.keys()) yield items.toSpliced(n, 1);
}

function* fewerOrSimpler(
  sources: readonly SymbolicSource[],
  keep: (source: SymbolicSource) => boolean = () => false,
): Generator<SymbolicSource[]> {
  if (sources.length > 1) for (const fewer of without(sources)) yield fewer;
  for (const [n, source] of sources.entries()) {
    if (keep(source)) continue;
    for (const plain of plainer(source)) yield sources.with(n, plain);
  }
}

function* simplerOnes(sources: readonly SymbolicSource[]): Generator<SymbolicSource[]> {
  for (const [n, source] of sources.entries()) for (const plain of plainer(source)) yield sources.with(n, plain);
}

const OPTIONAL = ["surface", "allowed_domains", "event_types", "action_source", "name"] as const;

/** A source without one of its fields, or with a shorter list. */
function* plainer(source: SymbolicSource): Generator<SymbolicSource> {
  for (const field of OPTIONAL) {
    if (source[field] === undefined) continue;
    const { [field]: _, ...rest } = source;
    yield rest;
  }
  for (const field of ["event_types", "allowed_domains"] as const) {
    const list = source[field];
    if (!list || list.length < 2) continue;
    yield { ...source, [field]: list.slice(0, 1) };
    if (list.length > 2) yield { ...source, [field]: list.slice(0, Math.ceil(list.length / 2)) };
  }
}
