import { type Dispatcher, EnvHttpProxyAgent, errors, Pool } from "undici";
import { trustedContext } from "./authorities.ts";

/** Enough for every concurrent call of a run; more than that would be a load test. */
const CONNECTIONS = 64;

/** The sockets of one transport: for each origin a pool, or the proxy that the environment names for it. */
export class Connections {
  readonly #pools = new Map<string, Dispatcher>();
  readonly #timeout: number;
  #closed = false;

  constructor(connectTimeoutMs: number) {
    this.#timeout = connectTimeoutMs;
  }

  /** @throws ClientDestroyedError after `destroy` */
  to(url: URL): Dispatcher {
    if (this.#closed) throw new errors.ClientDestroyedError();
    let pool = this.#pools.get(url.origin);
    if (!pool) {
      pool = this.#open(url);
      this.#pools.set(url.origin, pool);
    }
    return pool;
  }

  /** Closes every socket, whatever is under way. Never throws. */
  async destroy(): Promise<void> {
    this.#closed = true;
    await Promise.allSettled([...this.#pools.values()].map((pool) => pool.destroy()));
  }

  #open(url: URL): Dispatcher {
    const proxy = proxyFor(url);
    const tls = url.protocol === "https:" || proxy?.protocol === "https:" ? { secureContext: trustedContext() } : {};
    const connect = { timeout: this.#timeout, ...tls };
    const options = { connections: CONNECTIONS, connect };
    if (!proxy) return new Pool(url.origin, options);
    return new EnvHttpProxyAgent({
      ...options,
      httpProxy: proxy.href,
      httpsProxy: proxy.href,
      proxyTls: connect,
      requestTls: connect,
      // Plain http goes to the proxy in absolute form: many proxies tunnel to port 443 only.
      proxyTunnel: false,
    });
  }
}

/**
 * The proxy that the environment names for a URL: `http_proxy` for http, `https_proxy` for https, in either letter case.
 * Loopback hosts are never asked of a proxy; `no_proxy` is left to undici.
 * @throws TypeError where the variable holds no URL
 */
export function proxyFor(url: URL): URL | undefined {
  if (isLoopback(url.hostname)) return undefined;
  const name = url.protocol === "https:" ? "https_proxy" : "http_proxy";
  const value = process.env[name] || process.env[name.toUpperCase()];
  if (!value) return undefined;
  const text = value.includes("://") ? value : `http://${value}`;
  if (!URL.canParse(text)) throw new TypeError(`The environment variable ${name} holds no URL.`);
  return new URL(text);
}

function isLoopback(hostname: string): boolean {
  return /^(localhost|.+\.localhost|127(\.\d+){3}|\[::1\])$/i.test(hostname);
}
