import { cardUrls, isCard } from "./agent-card.ts";
import { AnswerBody } from "./body.ts";
import type { Client } from "./client.ts";
import type { Exchange } from "./exchange.ts";
import { objectOf, parseJson } from "./json.ts";
import { cardProblem } from "./problems.ts";
import { type AgentCard, ConnectionError } from "./transport.ts";
import type { Draft } from "./wire.ts";

/**
 * Fetches the agent card of a client's URL. Each try is an exchange.
 * @returns the card, and where it was found, credentials included
 * @throws ConnectionError that says where a card was looked for
 */
export async function findCard(client: Client, signal?: AbortSignal): Promise<{ card: AgentCard; at: URL }> {
  const { wire, headers, timeoutMs, redactor } = client;
  const problems: ConnectionError[] = [];
  for (const url of cardUrls(client.url)) {
    const draft = await wire.send({
      operation: "agent-card",
      method: "GET",
      url,
      headers: { accept: "application/json", ...headers },
      endsAt: performance.now() + timeoutMs,
      signal,
      receive: () => new AnswerBody(),
    });
    const { exchange } = draft;
    const json = readCard(draft);
    wire.record(exchange);
    const problem = cardProblem(exchange) ?? (json && isCard(json) ? undefined : notACard(exchange));
    if (json && !problem) {
      const shown = draft.tainted ? (redactor.value(json) as typeof json) : json;
      return { card: { url: exchange.request.url, exchange: exchange.n, json: shown }, at: draft.url };
    }
    if (problem) problems.push(problem);
    // Whoever cannot be reached at one path cannot be reached at the others.
    if (exchange.failure && exchange.failure.kind !== "redirect") break;
  }
  throw cardsMissing(problems, client.shown);
}

function readCard({ exchange, text }: Draft): Record<string, unknown> | undefined {
  if (text === undefined || exchange.failure) return undefined;
  const parsed = parseJson(text);
  const json = objectOf(parsed?.value);
  const reply = text.trim() === "" ? "none" : !parsed ? "not_json" : json ? "result" : "not_jsonrpc";
  exchange.facts = { kind: "a2a", reply, framing: "json" };
  return json;
}

function notACard(exchange: Exchange): ConnectionError {
  const text = `${exchange.request.url} answered with JSON that is no agent card.`;
  return new ConnectionError("not_this_protocol", text, "Give the address of the agent card itself.", exchange);
}

/** One error for all places: where something else than a missing page was met, that is the reason. */
function cardsMissing(problems: readonly ConnectionError[], sought: string): ConnectionError {
  const told = problems.find(({ problem }) => problem !== "not_this_protocol") ?? problems.at(-1)!;
  if (problems.length === 1 || told.problem === "aborted") return told;
  const reasons = new Map<string, string[]>();
  for (const one of problems) {
    const url = one.exchange?.request.url ?? "";
    const reason = reasonOf(one, url);
    reasons.set(reason, [...(reasons.get(reason) ?? []), URL.canParse(url) ? new URL(url).pathname : url]);
  }
  const what = [...reasons].map(([reason, paths]) => (reasons.size === 1 ? reason : `${reason} (${paths.join(", ")})`));
  const text = `No agent card below ${sought} or at its origin, in /.well-known/: ${what.join("; ")}.`;
  return new ConnectionError(told.problem, text, told.advice, told.exchange);
}

function reasonOf({ exchange, message }: ConnectionError, url: string): string {
  const status = exchange?.response?.status ?? 200;
  return status === 200 || exchange?.failure ? message.replace(`${url} `, "").replace(/\.$/, "") : `HTTP ${status}`;
}
