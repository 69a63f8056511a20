import { applyPatches, type Mutation } from "../../../src/fuzz/schema/index.ts";
import type { SchemaIssue } from "../../../src/validation/index.ts";
import { isWithin } from "../../../src/validation/pointer.ts";
import type { Subject } from "./messages.ts";

/**
 * What is wrong with a defect: a message that is not rejected for what its label says or, by our schemas, is rejected for
 * something else too. Nothing, when it does what it says.
 */
export function misses({ by, issues }: Subject, message: unknown, { label, patches }: Mutation): string[] {
  const found = issues(applyPatches(message, patches));
  const told = found.some(({ keyword, pointer }) => keyword === label.keyword && pointer === label.pointer);
  const stray = by === "our schemas" && found.some(({ pointer }) => !isWithin(pointer, label.pointer));
  return told && !stray ? [] : [`${label.schemaPointer}, ${label.what}: ${summary(found)}`];
}

export function summary(issues: readonly SchemaIssue[]): string {
  return issues.map(({ keyword, pointer }) => `${keyword} at ${pointer || "the root"}`).join(", ") || "valid";
}
