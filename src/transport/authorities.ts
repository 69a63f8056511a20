import { existsSync, readFileSync } from "node:fs";
import * as tls from "node:tls";

/** Where systems keep their bundle: Debian and Alpine, Fedora, SUSE, the BSDs and macOS. */
const BUNDLES = [
  "/etc/ssl/certs/ca-certificates.crt",
  "/etc/pki/tls/certs/ca-bundle.crt",
  "/etc/ssl/ca-bundle.pem",
  "/etc/ssl/cert.pem",
];

let context: tls.SecureContext | undefined;

/**
 * A TLS context that trusts Node's own authorities, those of NODE_EXTRA_CA_CERTS and those of the system. Made once: reading
 * hundreds of certificates anew for each connection would be slow.
 */
export function trustedContext(): tls.SecureContext {
  context ??= tls.createSecureContext({ ca: authorities() });
  return context;
}

function authorities(): string[] {
  // Node 22.15 and later can tell; before that the files have to be read.
  const stores = tls as { getCACertificates?: (store: "default" | "system") => string[] };
  const builtIn = stores.getCACertificates?.("default") ?? tls.rootCertificates;
  const system = process.env.SSL_CERT_FILE ?? BUNDLES.find((file) => existsSync(file));
  const extra = process.env.NODE_EXTRA_CA_CERTS;
  return [...builtIn, ...read(extra), ...(stores.getCACertificates?.("system") ?? []), ...read(system)];
}

/** A file that is missing or unreadable adds nothing, as with Node's own handling of these variables. */
function read(file: string | undefined): string[] {
  if (!file) return [];
  try {
    return [readFileSync(file, "utf8")];
  } catch {
    return [];
  }
}
