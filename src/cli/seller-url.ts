import { UsageError } from "./usage.ts";

/** Whether a URL's host is this machine. */
export const isLoopback = ({ hostname }: URL): boolean =>
  /^(localhost|.+\.localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(hostname.replace(/\.$/, ""));

/**
 * Checks the URL of a seller. It may hold credentials, so no message repeats more of it than its scheme.
 * @param option how a message begins where the URL is that of an option
 * @throws UsageError
 */
export function sellerUrl(text: string, allowHttp: boolean, option = ""): URL {
  const example = "https://seller.example/mcp";
  if (!/^https?:\/\//i.test(text)) {
    const scheme = /^([a-z][a-z0-9+.-]{0,15}):\/\//i.exec(text)?.[1];
    throw new UsageError(
      scheme
        ? `${option}The URL begins with ${scheme}://, but a seller is reached over https (or http), for instance ${example}.`
        : `${option}The URL has to begin with https:// (or http://), for instance ${example}.`,
    );
  }
  if (!URL.canParse(text)) throw new UsageError(`${option}The URL is not valid; it has to be of the form ${example}.`);
  const url = new URL(text);
  url.hash = "";
  if (url.protocol === "http:" && !isLoopback(url) && !allowHttp)
    throw new UsageError(
      `${option}The URL is plain http to another host, where anybody on the way reads the credentials; --allow-http allows it.`,
    );
  return url;
}
