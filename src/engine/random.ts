/** A small deterministic generator (mulberry32): equal seeds give equal sequences on every machine. */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Random numbers that begin anew with each scenario: it draws the same ones whatever was played before it. */
export interface Dice {
  next(): number;
  startScenario(name: string): void;
}

export function dice(seed: number): Dice {
  let next = random(seed);
  return {
    next: () => next(),
    startScenario: (name) => {
      next = random(seed ^ hash(name));
    },
  };
}

/** FNV-1a over UTF-16 units. */
function hash(text: string): number {
  let sum = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) sum = Math.imul(sum ^ text.charCodeAt(i), 0x01000193);
  return sum >>> 0;
}

/** `count` different members of `values`, in the order of `values`. */
export function pick<T>(next: () => number, values: readonly T[], count: number): T[] {
  const left = values.map((_, index) => index);
  const chosen = new Set<number>();
  while (chosen.size < Math.min(count, values.length)) {
    chosen.add(left.splice(Math.floor(next() * left.length), 1)[0] as number);
  }
  return values.filter((_, index) => chosen.has(index));
}
