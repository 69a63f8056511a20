import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { Recorder } from "../../src/engine/recorder.ts";
import type { Exchange } from "../../src/transport/exchange.ts";

const exchange = (n: number): Exchange => ({
  n,
  at: "2026-01-01T00:00:00.000Z",
  operation: "tools/call",
  tool: "sync_event_sources",
  attempt: 1,
  request: { method: "POST", url: "http://seller.test/mcp", headers: {}, body: `{"n":${n},"token":"hidden"}` },
  response: { status: 200, headers: {}, body: "{}", bytes: 2 },
  facts: { kind: "mcp", reply: "none" },
  duration_ms: 1,
});

function recorder() {
  const directory = mkdtempSync(join(tmpdir(), "adcp-conformance-recorder-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  return { directory, recorder: new Recorder(directory) };
}

test("what is still to be written can be cited", () => {
  const { recorder: book } = recorder();
  book.add(exchange(1));
  book.cite([1]);
  expect(book.cited().map(({ n }) => n)).toEqual([1]);
  expect(book.cited()[0]!.request.body).not.toContain("hidden");
  book.close();
});

test("closing writes what is still to be written, in order", () => {
  const { directory, recorder: book } = recorder();
  for (const n of [1, 2, 3]) book.add(exchange(n));
  book.close();
  const lines = readFileSync(join(directory, "exchanges.ndjson"), "utf8").trim().split("\n");
  expect(lines.map((line) => JSON.parse(line).n)).toEqual([1, 2, 3]);
});

test("an exchange that cannot be written is told by the next one, and at the end", async () => {
  const { recorder: book } = recorder();
  const unwritable = exchange(1);
  Object.assign(unwritable, {
    at: {
      toJSON: () => {
        throw new Error("the disk is full");
      },
    },
  });
  book.add(unwritable);
  book.cite([1]);
  expect(() => book.add(exchange(2))).toThrow("the disk is full");
  expect(() => book.close()).toThrow("the disk is full");
});
