import type { Change, Snapshot } from "../engine/oracle.ts";
import type { Row } from "../protocol/event-source.ts";
import { FIELDS, sameValue } from "./fields.ts";

/** Groups what has an id by it, in order. */
export function byId<T extends { id: string }>(all: readonly T[]): Map<string, T[]> {
  const map = new Map<string, T[]>();
  for (const one of all) {
    const same = map.get(one.id);
    if (same) same.push(one);
    else map.set(one.id, [one]);
  }
  return map;
}

/** All differences between two snapshots, in the fields that a buyer sets and in who manages a source. */
export function changesBetween(before: Snapshot, after: Snapshot): Change[] {
  const [old, now] = [byId(before.rows), byId(after.rows)];
  const changes: Change[] = [];
  for (const [id, rows] of old) {
    const row = rows[0] as Row;
    const later = now.get(id);
    if (!later) changes.push({ id, what: "lost", managedBy: row.managedBy, before: row.raw });
    else changes.push(...alterations(row, later[0] as Row));
    if (later && later.length > rows.length)
      changes.push({ id, what: "doubled", managedBy: row.managedBy, after: later.length });
  }
  for (const [id, rows] of now) {
    const row = rows[0] as Row;
    if (!old.has(id)) changes.push({ id, what: "appeared", managedBy: row.managedBy, after: row.raw });
    if (!old.has(id) && rows.length > 1)
      changes.push({ id, what: "doubled", managedBy: row.managedBy, after: rows.length });
  }
  return changes;
}

function alterations(before: Row, after: Row): Change[] {
  const { id, managedBy } = before;
  const fields = FIELDS.filter((field) => !sameValue(field, before.raw[field], after.raw[field])).map(
    (field): Change => ({ id, what: "altered", managedBy, field, before: before.raw[field], after: after.raw[field] }),
  );
  if (before.managedBy !== after.managedBy) {
    fields.push({
      id,
      what: "altered",
      managedBy,
      field: "managed_by",
      before: before.managedBy,
      after: after.managedBy,
    });
  }
  return fields;
}
