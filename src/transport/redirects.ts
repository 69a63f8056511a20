import { plain } from "./failures.ts";

/** How many redirects in a row are followed. */
export const MAX_REDIRECTS = 5;

/** What to do about an answer: `follow` it to another URL of the same origin, or say why it is `refused`. */
type Redirect = { follow: URL } | { refused: string };

/**
 * Whether an answer is a redirect, and a safe one: 307 and 308 keep the method and the body (RFC 9110, 15.4.8 and 15.4.9)
 * and are followed within one origin, or from http to https on the same host with the ports that belong to them; so are the
 * others where the request is a GET. Credentials never go to another origin.
 */
export function redirectOf(
  from: URL,
  status: number,
  location: string | undefined,
  method = "POST",
): Redirect | undefined {
  if (![301, 302, 303, 307, 308].includes(status)) return undefined;
  if (location === undefined || !URL.canParse(location, from.href)) {
    return { refused: `The answer is a redirect (${status}) without a usable address.` };
  }
  const to = new URL(location, from);
  const where = plain(to.href, 300);
  if (status < 307 && method !== "GET") {
    return { refused: `The answer redirects (${status}) to ${where}, where the request would become another one.` };
  }
  if (to.origin !== from.origin && !isUpgrade(from, to)) {
    return { refused: `The answer redirects (${status}) to another origin, ${where}; credentials do not go there.` };
  }
  to.hash = "";
  to.username = "";
  to.password = "";
  return { follow: to };
}

function isUpgrade(from: URL, to: URL): boolean {
  const sameHost = from.hostname === to.hostname && from.port === "" && to.port === "";
  return sameHost && from.protocol === "http:" && to.protocol === "https:";
}
