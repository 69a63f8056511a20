import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { extractData, extractError } from "../../src/protocol/extract.ts";
import { extractTask } from "../../src/protocol/extract-task.ts";
import { readAnswer } from "../../src/protocol/read.ts";
import { a2a } from "./exchanges.ts";

const folder = process.env["ADCP_VECTORS"];

interface Vector {
  id: string;
  transport?: string;
  response: Record<string, unknown>;
  expected_data?: unknown;
  expected_error?: unknown;
  expected_error_type?: string;
}

const load = (name: string): Vector[] =>
  folder === undefined ? [] : (JSON.parse(readFileSync(join(folder, name), "utf8")) as { vectors: Vector[] }).vectors;

const title = (name: string) =>
  folder === undefined ? `${name} (skipped: ADCP_VECTORS names no folder of the official vectors)` : name;

describe.skipIf(folder === undefined)(title("official vectors: MCP data extraction"), () => {
  it.each(load("mcp-response-extraction.json").map((vector) => [vector.id, vector] as const))("%s", (_, vector) => {
    expect(extractData(vector.response) ?? null).toEqual(vector.expected_data);
  });
});

describe.skipIf(folder === undefined)(title("official vectors: MCP error extraction"), () => {
  const vectors = load("transport-error-mapping.json").filter(({ transport }) => transport === "mcp");
  it.each(vectors.map((vector) => [vector.id, vector] as const))("%s", (_, { response, expected_error }) => {
    const message = "jsonrpc" in response ? { error: response["error"] } : { result: response };
    expect(extractError(message) ?? null).toEqual(expected_error);
  });

  it("are there", () => expect(vectors.length).toBeGreaterThan(10));
});

describe.skipIf(folder === undefined)(title("official vectors: A2A data extraction"), () => {
  it.each(load("a2a-response-extraction.json").map((vector) => [vector.id, vector] as const))("%s", (_, vector) => {
    const { data, wrapped } = extractTask(vector.response);
    expect(data ?? null).toEqual(vector.expected_data);
    expect(wrapped === true).toBe(vector.expected_error_type === "wrapper_detected");
  });
});

describe.skipIf(folder === undefined)(title("official vectors: A2A error extraction"), () => {
  const vectors = load("transport-error-mapping.json").filter(({ transport }) => transport === "a2a");
  it.each(vectors.map((vector) => [vector.id, vector] as const))("%s", (_, { response, expected_error }) => {
    const { outcome } = readAnswer("get_products", a2a(response));
    expect(outcome.kind).toBe("rejected");
    expect((outcome.kind === "rejected" ? outcome.errors[0]?.raw : undefined) ?? null).toEqual(expected_error);
  });

  it("are there", () => expect(vectors.length).toBeGreaterThan(4));
});
