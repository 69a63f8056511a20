import { randomBytes, randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "undici";
import { run } from "../src/engine/run.ts";
import type { RunSetup } from "../src/engine/setup.ts";
import { oracle } from "../src/model/index.ts";
import type { WireRequest } from "../src/transport/exchange.ts";
import { createMcpTransport } from "../src/transport/mcp.ts";
import { createValidator } from "../src/validation/index.ts";
import { suites } from "../suites/index.ts";

export interface Timed {
  ms: number;
  /** What was sent, in order. */
  requests: WireRequest[];
  /** Names the sources that the run made. */
  runId: string;
}

export interface Target {
  url: string;
  account: Record<string, unknown>;
  secondAccount: Record<string, unknown>;
}

const validator = createValidator();

/**
 * One complete run, files included, from the first request to the verdict.
 * @param generated what is played in place of the scenarios
 * @throws Error unless the seller is found to be conformant: anything else would measure something else
 */
export async function timeRun(
  { url, account, secondAccount }: Target,
  seed: number,
  generated?: Pick<RunSetup, "phase" | "phaseOnly">,
): Promise<Timed> {
  const directory = mkdtempSync(join(tmpdir(), "adcp-conformance-bench-"));
  const requests: WireRequest[] = [];
  const started = performance.now();
  const result = await run({
    url,
    connect: ({ nextNumber, onExchange }) =>
      createMcpTransport({
        url,
        nextNumber,
        onExchange: (exchange) => {
          requests.push(exchange.request);
          onExchange(exchange);
        },
      }),
    suites,
    oracle,
    validator,
    account,
    secondAccount,
    release: "3.1",
    seed,
    only: [],
    skip: [],
    noExtra: false,
    sellerManaged: [],
    allowDestructive: false,
    force: false,
    planOnly: false,
    failOn: "must",
    maxWait: 0,
    directory,
    ...generated,
  });
  const ms = performance.now() - started;
  rmSync(directory, { recursive: true });
  if (result.verdict !== "conformant") throw new Error(`the run is ${result.verdict}: ${result.reason}`);
  return { ms, requests, runId: result.run_id };
}

const UUID = /[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}/g;
/** The connection's own business. */
const LEFT_OUT = ["host", "connection", "content-length"];

/** The same requests with other keys and another run id, so that the seller takes them for new ones. */
function renewed({ requests, runId }: Timed): WireRequest[] {
  const other = randomBytes(4).toString("hex");
  const keys = new Map<string, string>();
  const fresh = (key: string): string => {
    const known = keys.get(key) ?? randomUUID();
    keys.set(key, known);
    return known;
  };
  return requests.map(({ headers, body, ...rest }) => ({
    ...rest,
    headers: Object.fromEntries(Object.entries(headers).filter(([name]) => !LEFT_OUT.includes(name))),
    ...(body !== undefined && { body: body.replaceAll(UUID, fresh).replaceAll(runId, other) }),
  }));
}

/** Milliseconds that the requests of a run take when they are sent one after another over one connection, and nothing else is done. */
export async function timeReplay(timed: Timed): Promise<number> {
  const requests = renewed(timed);
  const client = new Client(new URL(requests[0]!.url).origin);
  const started = performance.now();
  for (const { method, url, headers, body } of requests) {
    const { pathname, search } = new URL(url);
    const answer = await client.request({
      method: method as "POST",
      path: pathname + search,
      headers,
      body: body ?? null,
    });
    await answer.body.text();
    if (answer.statusCode >= 500) throw new Error(`the replay was answered with HTTP ${answer.statusCode}`);
  }
  const ms = performance.now() - started;
  await client.close();
  return ms;
}
