import type { Exchange, WireFailure } from "./exchange.ts";
import { plain } from "./failures.ts";
import { ConnectionError, type ConnectionProblem } from "./transport.ts";

const OF_FAILURE: Record<WireFailure["kind"], [ConnectionProblem, string]> = {
  refused: ["unreachable", "Check the address and the port, and that the seller is running."],
  dns: ["dns", "Check the spelling of the host, and that this machine can resolve it."],
  tls: ["tls", "Give the issuing authority in NODE_EXTRA_CA_CERTS, or have the seller's certificate put right."],
  connect_timeout: ["timeout", "Check the address, and whether a firewall or a proxy stands between."],
  timeout: ["timeout", "Check that the seller is healthy, or allow more time."],
  closed: [
    "unreachable",
    "Check that this port speaks HTTP, and whether the address should begin with https: instead.",
  ],
  too_large: ["not_this_protocol", "Check that the address is the seller's endpoint."],
  not_utf8: ["not_this_protocol", "Check that the address is the seller's endpoint."],
  aborted: ["aborted", "Nothing is wrong: this side ended the connection."],
  redirect: ["redirect", "Give the address that the redirect points to, if you trust it."],
  other: ["unreachable", "Check the address, and the proxy settings of this machine."],
};

const WRONG_CREDENTIALS = "Give a valid token, or the header it needs.";
const PROXY_CREDENTIALS = "Put user and password into the proxy's address.";
const LATER = "Look into the seller's log, and try again later.";
const OTHER_ADDRESS = "Give the address of the MCP endpoint itself; often it ends in /mcp.";

/**
 * Why an exchange of the connection cannot be used, or undefined where it can: it holds a JSON-RPC result.
 * @param operation what was asked, for the sentence
 * @param flaw what is wrong with the result, where there is one all the same
 */
export function problemWith(exchange: Exchange, operation: string, flaw?: string): ConnectionError | undefined {
  const failed = failureOf(exchange, operation);
  if (failed) return failed;
  const { response, facts } = exchange;
  const url = exchange.request.url;
  const problem = problemOf(exchange);
  const status = response?.status ?? 0;
  if (facts.reply === "result") {
    if (flaw === undefined) return undefined;
    return problem("not_this_protocol", `The answer of ${url} to ${operation} ${flaw}.`, OTHER_ADDRESS);
  }
  if (status === 404 || status === 405 || status === 410) {
    return problem("not_this_protocol", `There is no MCP server at ${url} (HTTP ${status}).`, OTHER_ADDRESS);
  }
  if (isUnwell(status)) return problem("server_error", `${url} answered ${operation} with HTTP ${status}.`, LATER);
  return problem("not_this_protocol", `${url} ${describe(exchange)} (${operation}, HTTP ${status}).`, OTHER_ADDRESS);
}

const CARD = "the agent card";
const NO_CARD = "Give the address of the agent card itself; often it ends in /.well-known/agent-card.json.";

/** Why an exchange shows no agent card, or undefined where its body is a JSON object. */
export function cardProblem(exchange: Exchange): ConnectionError | undefined {
  const failed = failureOf(exchange, CARD);
  if (failed) return failed;
  const { response, facts } = exchange;
  const url = exchange.request.url;
  const status = response?.status ?? 0;
  if (status === 200 && facts.reply === "result") return undefined;
  const problem = problemOf(exchange);
  if (isUnwell(status)) return problem("server_error", `${url} answered with HTTP ${status}.`, LATER);
  const what = status === 200 ? `${url} ${describe(exchange)}` : `There is no agent card at ${url} (HTTP ${status})`;
  return problem("not_this_protocol", `${what}.`, NO_CARD);
}

const isUnwell = (status: number): boolean => status >= 500 || status === 429;

const problemOf =
  (exchange: Exchange) =>
  (kind: ConnectionProblem, message: string, advice: string): ConnectionError =>
    new ConnectionError(kind, message, advice, exchange);

/** Why there is no answer, or one that refuses whoever asks. */
function failureOf(exchange: Exchange, operation: string): ConnectionError | undefined {
  const { failure, response } = exchange;
  const url = exchange.request.url;
  const problem = problemOf(exchange);
  if (failure?.status === 407 && failure.kind === "other") {
    const message = `${operation} at ${url} failed: the proxy asks for credentials (HTTP 407).`;
    return problem("credentials", message, PROXY_CREDENTIALS);
  }
  if (failure) {
    const [kind, advice] = OF_FAILURE[failure.kind];
    return problem(kind, `${operation} at ${url} failed: ${failure.message}`, advice);
  }
  const status = response?.status;
  if (status !== 401 && status !== 403 && status !== 407) return undefined;
  const message = `${url} refused the credentials of this run, or their absence (HTTP ${status}).`;
  return problem("credentials", message, status === 407 ? PROXY_CREDENTIALS : WRONG_CREDENTIALS);
}

function describe({ facts, response }: Exchange): string {
  if (facts.reply === "error") {
    const { code, message } = facts.error ?? {};
    return `answered with the JSON-RPC error ${plain(String(code), 20)}: ${plain(String(message), 200)}`;
  }
  if (facts.reply === "none") return "answered with an empty body";
  const body = response?.body ?? "";
  if (/^\s*<(!doctype|html|\?xml)/i.test(body.slice(0, 200)))
    return `answered with a web page, not with ${facts.kind === "mcp" ? "MCP" : "JSON"}`;
  if (facts.reply === "not_json") return "answered with something that is no JSON";
  return facts.framing === "sse"
    ? "ended its event stream without an answer"
    : "answered with JSON that is no answer to the JSON-RPC request";
}
