import type { AgentInterface } from "@a2a-js/sdk";
import { plain } from "./failures.ts";
import { objectOf } from "./json.ts";

/** The extension under which AdCP's own profile of A2A is declared, and activated (AdCP A2A profile extension v3). */
export const PROFILE = "https://adcontextprotocol.org/extensions/adcp/v3";

/** Where agents show their card, the newest path first: A2A 1.0 and 0.3 (RFC 8615), then what came before. */
const PATHS = ["/.well-known/agent-card.json", "/.well-known/agent.json"];

/** Where to call an agent, and in which version of A2A. */
export interface Endpoint {
  url: URL;
  version: "1.0" | "0.3";
  tenant?: string;
}

/** Whether a URL is that of a card, and not of an agent. */
export const isCardUrl = ({ pathname }: URL): boolean => /\.json$|\/\.well-known\//.test(pathname);

/**
 * Where the card of an agent may be: where the URL says that it is one, that alone; else below the URL, then at its origin.
 */
export function cardUrls(url: URL): URL[] {
  if (isCardUrl(url)) return [url];
  const below = url.pathname.replace(/\/+$/, "");
  return [...new Set([below, ""])].flatMap((base) =>
    PATHS.map((path) => {
      const at = new URL(url);
      at.pathname = `${base}${path}`;
      return at;
    }),
  );
}

/** Whether a JSON object is an agent card of some version, and not just any object. */
export const isCard = (json: Record<string, unknown>): boolean =>
  Array.isArray(json.supportedInterfaces) ||
  Array.isArray(json.skills) ||
  (typeof json.url === "string" && typeof json.protocolVersion === "string");

type Offered = Pick<AgentInterface, "url" | "protocolBinding" | "protocolVersion" | "tenant">;

/**
 * The endpoint that a card names for JSON-RPC, the newest version that this client speaks before older ones.
 * @param credentials whether requests carry credentials: those stay at the card's own origin
 * @returns what is wrong with the card, as the end of a sentence, where it names none
 */
export function endpointOf(json: Record<string, unknown>, card: URL, credentials: boolean): Endpoint | string {
  const offered = [...interfaces(json.supportedInterfaces), ...olderInterfaces(json)];
  if (offered.length === 0) return "names no endpoint";
  const bindings = offered.filter(({ protocolBinding }) => protocolBinding.toUpperCase() === "JSONRPC");
  if (bindings.length === 0)
    return `offers ${listed(offered, "protocolBinding")}, and this client speaks JSONRPC alone`;
  const spoken = bindings.flatMap((one) => {
    const version = versionOf(one.protocolVersion);
    return version ? [{ ...one, version }] : [];
  });
  if (spoken.length === 0)
    return `offers A2A ${listed(bindings, "protocolVersion")}, and this client speaks 1.0 and 0.3`;
  const usable = spoken.filter(({ url }) => /^https?:\/\//i.test(url) && URL.canParse(url));
  if (usable.length === 0) return "names an endpoint that is no http or https URL";
  const trusted = usable.filter(({ url }) => isTrusted(new URL(url), card, credentials));
  const [first] = trusted.toSorted((a, b) => Number(b.version) - Number(a.version));
  if (!first) {
    const { host } = new URL(usable[0]!.url);
    return `names an endpoint at another origin, ${plain(host, 200)}, where ${credentials ? "credentials do" : "plain http does"} not go`;
  }
  const url = new URL(first.url);
  url.hash = "";
  url.username = "";
  url.password = "";
  return { url, version: first.version, ...(first.tenant !== "" && { tenant: first.tenant }) };
}

/** Credentials stay where they were meant to go; without any, a card may name whatever is no less safe than itself. */
function isTrusted(url: URL, card: URL, credentials: boolean): boolean {
  if (url.origin === card.origin) return true;
  if (url.protocol === "http:" && card.protocol === "https:") return false;
  return !credentials || (url.hostname === card.hostname && url.port === "" && card.port === "");
}

function interfaces(list: unknown): Offered[] {
  return (Array.isArray(list) ? list : []).flatMap((one: unknown) => {
    const { url, protocolBinding, protocolVersion, tenant } = objectOf(one) ?? {};
    if (typeof url !== "string") return [];
    return [
      {
        url,
        protocolBinding: text(protocolBinding),
        protocolVersion: text(protocolVersion, "1.0"),
        tenant: text(tenant),
      },
    ];
  });
}

/** Before 1.0 the first endpoint stands at the root of the card, and the others beside it under another name. */
function olderInterfaces(json: Record<string, unknown>): Offered[] {
  const protocolVersion = text(json.protocolVersion, "0.3");
  const first = { url: json.url, transport: json.preferredTransport ?? "JSONRPC" };
  return [first, ...(Array.isArray(json.additionalInterfaces) ? json.additionalInterfaces : [])].flatMap(
    (one: unknown) => {
      const { url, transport } = objectOf(one) ?? {};
      return typeof url === "string" ? [{ url, protocolBinding: text(transport), protocolVersion, tenant: "" }] : [];
    },
  );
}

const text = (value: unknown, otherwise = ""): string => (typeof value === "string" ? value : otherwise);

function versionOf(version: string): Endpoint["version"] | undefined {
  if (/^1(\.|$)/.test(version)) return "1.0";
  return /^0\.[23](\.|$)/.test(version) ? "0.3" : undefined;
}

const listed = (offered: readonly Offered[], key: "protocolBinding" | "protocolVersion"): string =>
  plain([...new Set(offered.map((one) => one[key]))].join(", "), 100) || "nothing that it names";
