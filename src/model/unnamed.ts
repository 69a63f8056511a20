import type { Change, Observed, Write } from "../engine/oracle.ts";
import { type Row, rowsOf } from "../protocol/event-source.ts";
import { byId } from "./changes.ts";
import type { Observations } from "./observations.ts";

/** Holds everything that an accepted request did not name against what was there before. */
export function judgeUnnamed(write: Write, named: ReadonlySet<string>, observations: Observations): void {
  const results = byId(rowsOf(write.answer.payload));
  const deletes = write.request["delete_missing"] === true;
  const stays: Observed =
    write.request["delete_missing"] === false ? "unnamed stays, delete_missing false" : "unnamed stays";
  const changes = byId(write.changes);
  for (const row of write.before.rows) {
    const mine = changes.get(row.id) ?? [];
    if (row.managedBy === "seller") {
      const message = `the answer leaves out the seller-managed source "${row.id}"`;
      const evidence = { answered: true as const, expected: row.id, actual: "no result" };
      observations.expect("seller-managed are listed", results.has(row.id), message, evidence);
      observations.unchanged("seller-managed stays", mine[0], `the seller-managed source "${row.id}"`);
    } else if (named.has(row.id)) {
      const lost = mine.find(({ what }) => what === "lost");
      if (deletes) observations.unchanged("listed survives", lost, `"${row.id}", which the request lists,`);
    } else if (!deletes) {
      observations.unchanged(stays, mine[0], `"${row.id}", which the request does not name,`);
    } else judgeMissing(row, mine[0], results.get(row.id)?.[0], observations);
  }
  const stranger = write.changes.find(({ id, what }) => what === "appeared" && !named.has(id));
  if (!stranger) return observations.held("nothing else appears");
  observations.broke("nothing else appears", `"${stranger.id}" appeared, although the request does not name it`, {
    expected: "not there",
    actual: stranger.after,
  });
}

/** A buyer-managed source that a request beside delete_missing does not list. */
function judgeMissing(row: Row, change: Change | undefined, result: Row | undefined, observations: Observations): void {
  const gone = change?.what === "lost";
  // A seller may refuse to delete one source if it says so.
  if (!gone && result?.action === "failed") return;
  const stayed = `"${row.id}" was not listed beside delete_missing, and is still there`;
  observations.expect("unlisted is removed", gone, stayed, { expected: "removed", actual: "still there" });
  if (!gone) return;
  const silent = `"${row.id}" was removed, and no result says so`;
  const evidence = { result, expected: "deleted", actual: result?.action ?? "no result" };
  observations.expect("removed is reported", result?.action === "deleted", silent, evidence);
}

/** What an answer says of sources that the request does not name is what discovery then shows. */
export function judgeReports(write: Write, named: ReadonlySet<string>, observations: Observations): void {
  const there = new Set(write.after.rows.map(({ id }) => id));
  for (const row of rowsOf(write.answer.payload)) {
    const shown = there.has(row.id);
    if (row.action === "deleted") {
      const sellers = row.managedBy === "seller";
      observations.expect(
        sellers ? "seller-managed stays" : "reported deletions are true",
        !shown && !sellers,
        `"${row.id}" was reported deleted`,
        {
          result: row,
          expected: sellers ? "never deleted" : "not there any more",
          actual: shown ? "still there" : "deleted",
        },
      );
    } else if (!named.has(row.id) && row.action !== "failed") {
      const message = `the answer names "${row.id}", and discovery does not show it`;
      observations.expect("answered is shown", shown, message, { result: row, expected: row.id, actual: "not there" });
    }
  }
}
