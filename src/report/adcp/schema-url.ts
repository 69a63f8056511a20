/** Where the specification keeps the schemas that a client would fetch, by their names here. */
const OFFICIAL: Record<string, string> = {
  "sync-event-sources-request": "media-buy",
  "sync-event-sources-response": "media-buy",
  "log-event-request": "media-buy",
  "log-event-response": "media-buy",
  "get-adcp-capabilities-response": "protocol",
  error: "core",
  "account-ref": "core",
  "event-surface": "core",
  "event-source-health": "core",
};

const VERSIONS: Record<string, string> = { "3.0": "3.0.26", "3.1": "v3", "3.2": "3.2.0-beta.5" };

/** The specification's own schema for one of ours; the id itself for any other. */
export function schemaUrl(id: string): string {
  const [, release = "", name = ""] = /\/schemas\/(\d\.\d)\/([\w-]+)\.json$/.exec(id) ?? [];
  if (!Object.hasOwn(OFFICIAL, name) || !Object.hasOwn(VERSIONS, release)) return id;
  return `https://adcontextprotocol.org/schemas/${VERSIONS[release]}/${OFFICIAL[name]}/${name}.json`;
}
