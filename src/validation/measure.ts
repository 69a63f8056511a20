import { step } from "./pointer.ts";

/** Levels of objects and arrays that a message may have; a real one has fewer than twenty. */
export const MAX_DEPTH = 512;

export interface Extent {
  /** Values in the message, itself included; counting stops where the message is too deep. */
  nodes: number;
  /** The pointer of the first property of the message whose value goes deeper than `MAX_DEPTH`. */
  tooDeepAt?: string;
}

/** Measures a message without recursion, so that no nesting can exhaust the stack. */
export function measure(message: unknown): Extent {
  if (typeof message !== "object" || message === null) return { nodes: 1 };
  let nodes = 1;
  for (const [name, child] of Object.entries(message)) {
    let level: object[] = [];
    nodes += visit(child, level);
    for (let depth = 2; level.length > 0; depth++) {
      if (depth > MAX_DEPTH) return { nodes, tooDeepAt: step(name) };
      const next: object[] = [];
      for (const container of level) {
        for (const value of Object.values(container)) nodes += visit(value, next);
      }
      level = next;
    }
  }
  return { nodes };
}

function visit(value: unknown, containers: object[]): 1 {
  if (typeof value === "object" && value !== null) containers.push(value);
  return 1;
}
