import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { type RunningSeller, type SellerOptions, startSeller } from "../../fixtures/seller/start.ts";
import { exitCode } from "../../src/cli/exit.ts";
import type { RunEvent, RunResult } from "../../src/engine/result.ts";
import { run } from "../../src/engine/run.ts";
import type { RunSetup, TransportHooks } from "../../src/engine/setup.ts";
import { oracle } from "../../src/model/index.ts";
import { reportValidator } from "../../src/report/read.ts";
import { type Report, toReport } from "../../src/report/report.ts";
import { terminal } from "../../src/report/terminal.ts";
import { createA2aTransport } from "../../src/transport/a2a.ts";
import type { ClientOptions } from "../../src/transport/client.ts";
import type { Exchange } from "../../src/transport/exchange.ts";
import { createMcpTransport } from "../../src/transport/mcp.ts";
import type { Transport } from "../../src/transport/transport.ts";
import { createValidator } from "../../src/validation/index.ts";
import { suites } from "../../suites/index.ts";

export type Json = Record<string, unknown>;

/** Everything that came of one run. */
export interface Outcome {
  result: RunResult;
  report: Report;
  /** What the command would exit with. */
  code: number;
  exchanges: Exchange[];
  events: RunEvent[];
}

/** What a run is given beside the seller; the defaults are the command's. */
export type Choices = Partial<RunSetup> & {
  /** What the URL speaks: MCP unless given. */
  transport?: Kind;
  client?: Partial<ClientOptions>;
  /** Sees each exchange as soon as it is over. */
  onExchange?(exchange: Exchange): void;
};

const validator = createValidator();

export type Kind = Transport["kind"];
export const TRANSPORTS: readonly Kind[] = ["mcp", "a2a"];

export const createOver = { mcp: createMcpTransport, a2a: createA2aTransport };

/** A seller of ours or of others that is there. */
interface There {
  url: string;
  a2aUrl?: string;
  account: Json;
}

export const urlOf = ({ url, a2aUrl = "" }: There, kind: Kind = "mcp"): string => (kind === "a2a" ? a2aUrl : url);

/** Runs the suites in this process against a seller. */
export async function runAgainst(url: string, account: Json, choices: Choices = {}): Promise<Outcome> {
  const { transport = "mcp", client, onExchange, connectAlso, ...over } = choices;
  const {
    connect = (hooks: TransportHooks) => createOver[transport]({ url, timeoutMs: 20_000, ...client, ...hooks }),
  } = over;
  delete over.connect;
  const exchanges: Exchange[] = [];
  const events: RunEvent[] = [];
  const listening = ({ nextNumber, onExchange: record }: TransportHooks): TransportHooks => ({
    nextNumber,
    onExchange: (exchange) => {
      exchanges.push(exchange);
      onExchange?.(exchange);
      record(exchange);
    },
  });
  const setup: RunSetup = {
    url,
    connect: (hooks) => connect(listening(hooks)),
    suites,
    oracle,
    validator,
    ...("account" in choices ? {} : { account }),
    release: "3.1",
    seed: 1,
    only: [],
    skip: [],
    noExtra: false,
    sellerManaged: [],
    allowDestructive: false,
    force: false,
    planOnly: false,
    failOn: "must",
    maxWait: 30,
    ...over,
    ...(connectAlso && { connectAlso: (hooks: TransportHooks) => connectAlso(listening(hooks)) }),
    on: (event) => {
      events.push(event);
      over.on?.(event);
    },
  };
  const result = await run(setup);
  const report = toReport(result, { name: "adcp-conformance", version: "0.0.0" });
  return { result, report, code: exitCode(report), exchanges, events };
}

/** Starts an embedded seller that ends with the test. */
export async function embedded(options: SellerOptions = {}): Promise<RunningSeller> {
  const seller = await startSeller(options);
  onTestFinished(() => seller.close());
  return seller;
}

/** Runs the suites in this process against a seller that is there. */
export const runOn = (seller: There, choices: Choices = {}): Promise<Outcome> =>
  runAgainst(urlOf(seller, choices.transport), seller.account, choices);

/** Runs the suites in this process against an embedded seller of its own. */
export async function runEmbedded(
  options: SellerOptions = {},
  choices: Choices = {},
): Promise<Outcome & { seller: RunningSeller }> {
  const seller = await startSeller(options);
  try {
    return { ...(await runOn(seller, choices)), seller };
  } finally {
    await seller.close();
  }
}

/** The rules that failed or warned, with what was seen: empty for a seller without a finding. */
export function findings(result: RunResult): string[] {
  return result.rules
    .filter(({ verdict }) => verdict === "failed" || verdict === "warned")
    .flatMap(({ id, verdict, findings }) => findings.map(({ message }) => `${verdict} ${id}: ${message}`));
}

/** Ids of the rules with this verdict. */
export const rulesThat = (result: RunResult, ...verdicts: string[]): string[] =>
  result.rules.filter(({ verdict }) => verdicts.includes(verdict)).map(({ id }) => id);

/** The arguments of every call of a tool, in order of sending. */
export function callsOf(exchanges: readonly Exchange[], tool = "sync_event_sources"): Json[] {
  return exchanges
    .filter((exchange) => exchange.tool === tool)
    .toSorted((a, b) => a.n - b.n)
    .map(({ request }) => {
      const { arguments: args, message } = JSON.parse(request.body ?? "{}").params;
      return (args ?? message.parts[0].data.input ?? message.parts[0].data.parameters) as Json;
    });
}

/** Calls that can change an account: everything but plain discovery. */
export const writesOf = (exchanges: readonly Exchange[]): Json[] =>
  callsOf(exchanges).filter((args) => Object.hasOwn(args, "event_sources") || Object.hasOwn(args, "delete_missing"));

const valid = reportValidator();

/** What is wrong with a report by its schema; null where nothing is. */
export function reportIssues(report: unknown): unknown {
  return valid(JSON.parse(JSON.stringify(report))) ? null : valid.errors;
}

/** The report as a person sees it, without colour. */
export const onTerminal = (report: Report): string => terminal(report, { columns: 100, colour: false });

/** Control and direction characters that must never reach a terminal as they are. */
export const RAW_CONTROLS = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/;

/** A new empty folder that ends with the test. */
export function temporaryFolder(): string {
  const path = mkdtempSync(join(tmpdir(), "adcp-conformance-run-"));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}
