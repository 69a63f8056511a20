import type { TransportHooks } from "../engine/setup.ts";
import type { A2aOptions } from "../transport/a2a.ts";
import type { Redactor } from "../transport/redact.ts";
import type { Transport } from "../transport/transport.ts";
import type { Io } from "./io.ts";
import type { Given } from "./options.ts";
import { packageInfo } from "./package-info.ts";
import { sellerUrl } from "./seller-url.ts";
import { UsageError } from "./usage.ts";

/** How to reach a seller, and how to speak of it without credentials. */
export interface Connection {
  /** Without credentials: it may be shown. */
  url: string;
  connect(hooks: TransportHooks): Transport;
  /** To the endpoint that --also names. */
  connectAlso?(hooks: TransportHooks): Transport;
  /** Whether calls rotate over several endpoints (--replica). */
  replicas: boolean;
  redactor: Redactor;
  /** Whether `--token` (or ADCP_TOKEN) is what the seller is shown. */
  bearer: boolean;
  /** Whether the seller is shown any credentials at all, as far as the options tell. */
  credentials: boolean;
}

/** Headers by which sellers commonly know who calls. */
const CREDENTIAL = /authorization|token|api-?key|cookie|secret|credential|signature/i;

type ConnectionOptions = Pick<
  Given,
  "header" | "timeout" | "allow-http" | "transport" | "also" | "replica" | "a2a-parameters"
>;

/** The token that was given: on the command line, else in the environment, else in the configuration file. */
export function tokenOf(
  given: Given,
  explicit: ReadonlySet<string>,
  env: Io["env"],
  option: "token" | "other-token" = "token",
): string | undefined {
  if (explicit.has(option)) return given[option];
  const variable = option === "token" ? "ADCP_TOKEN" : "ADCP_OTHER_TOKEN";
  const fromEnvironment = env[variable]?.trim();
  if (!fromEnvironment) return given[option];
  const token = fromEnvironment.replace(/^bearer\s+/i, "");
  if (!/^[\x21-\x7e]+$/.test(token))
    throw new UsageError(`${variable} must be a token of visible ASCII characters without spaces.`);
  return token;
}

/** @throws UsageError */
export async function connectionTo(
  address: string,
  options: ConnectionOptions,
  token: string | undefined,
  otherToken?: string,
): Promise<Connection> {
  const { transport = "auto", also, replica = [], "allow-http": allowHttp = false } = options;
  const url = sellerUrl(address, allowHttp);
  const replicas = replica.map((one) => sellerUrl(one, allowHttp, "--replica: "));
  const other = also === undefined ? undefined : sellerUrl(also, allowHttp, "--also: ");
  const headers = { ...options.header };
  const bearer = token !== undefined && headers.authorization === undefined;
  if (bearer) headers.authorization = `Bearer ${token}`;
  const { Redactor } = await import("../transport/redact.ts");
  const secrets = [token, otherToken].filter((one) => one !== undefined);
  const redactor = new Redactor(headers, secrets);
  for (const one of [url, ...replicas, ...(other ? [other] : [])]) redactor.learnUrl(one);
  const create = await creatorOf(transport);
  // What is found out about the other endpoint need not be what was asked for of this one.
  const createOther = await creatorOf("auto");
  const { rotate } = await import("../transport/rotating.ts");
  const { name, version } = packageInfo();
  const to = (at: URL, hooks: TransportHooks) => ({
    url: at.href,
    headers,
    secrets,
    ...(options.timeout !== undefined && { timeoutMs: options.timeout }),
    ...(options["a2a-parameters"] && { parameters: true }),
    clientName: name,
    clientVersion: version,
    ...hooks,
  });
  const shown = new URL(url);
  shown.username = "";
  shown.password = "";
  return {
    url: redactor.url(shown.href),
    redactor,
    bearer,
    credentials: Object.keys(headers).some((name) => CREDENTIAL.test(name)) || url.username !== "",
    connect: (hooks) => rotate(create(to(url, hooks)), ...replicas.map((one) => create(to(one, hooks)))),
    ...(other && { connectAlso: (hooks: TransportHooks) => createOther(to(other, hooks)) }),
    replicas: replicas.length > 0,
  };
}

async function creatorOf(transport: NonNullable<Given["transport"]>): Promise<(options: A2aOptions) => Transport> {
  if (transport === "mcp") return (await import("../transport/mcp.ts")).createMcpTransport;
  if (transport === "a2a") return (await import("../transport/a2a.ts")).createA2aTransport;
  return (await import("../transport/auto.ts")).createAutoTransport;
}

/** An error of the tool's own, without credentials. */
export function withoutCredentials(error: unknown, redactor: Redactor): Error {
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  const told = new Error(redactor.text(message));
  told.stack = redactor.text(stack ?? message);
  return told;
}
