import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import type { Account, AccountStore, DecisioningPlatform, SalesPlatform } from "@adcp/sdk/server";
import type {
  LogEventRequest,
  LogEventSuccess,
  SyncEventSourcesRequest,
  SyncEventSourcesSuccess,
} from "@adcp/sdk/types";
import {
  type AdvertiserAccount,
  EVENT_TYPES,
  findSource,
  openAccounts,
  result,
  stored,
  upsert,
} from "./adcp-sdk-store.ts";
import { loadAdcpSdk } from "./older-a2a.ts";

/** Express comes without types. */
const express = createRequire(import.meta.url)("express") as () => RequestListener & MountedOn;

type MountedOn = Parameters<ReturnType<ReturnType<typeof loadAdcpSdk>["createA2AAdapter"]>["mount"]>[0];

/*
 * A seller on the server of `@adcp/sdk` 6.11 (AdCP 3.0.6). What the SDK makes of an answer:
 * - a refusal, its own or an `AdcpError` that a handler throws (the documented way), is `adcp_error` without `errors`;
 * - `field` of a validation error is its JSON pointer, not the path in dots and brackets;
 * - an `IDEMPOTENCY_CONFLICT` has no `recovery`;
 * - a key whose first call still runs is answered `SERVICE_UNAVAILABLE`;
 * - `details.supported_versions` of `VERSION_UNSUPPORTED` is `["3"]`, not of release precision;
 * - a call whose context is nested 20,000 deep gets an event stream without an event;
 * - there is no `status` and no `adcp_version` in any answer, and no `supported_versions` in the capabilities (3.0 asks
 *   for neither).
 */

export interface AdcpSdkSellerOptions {
  /** When given, every call needs `Authorization: Bearer <token>`; by default none does. */
  token?: string;
}

export interface AdcpSdkSeller {
  /** The MCP endpoint, on 127.0.0.1. */
  url: string;
  /** The A2A endpoint, likewise, of the same seller. */
  a2aUrl: string;
  /** It holds one seller-managed source from the start. */
  account: { account_id: string };
  /** It is empty from the start. */
  secondAccount: { account_id: string };
  close(): Promise<void>;
}

type Meta = Record<string, unknown>;

/** Starts the seller with state of its own. */
export async function startAdcpSdkSeller(options: AdcpSdkSellerOptions = {}): Promise<AdcpSdkSeller> {
  const sdk = loadAdcpSdk();
  const accounts = new Map(openAccounts().map((account) => [account.id, account]));
  const [first, second] = [...accounts.keys()] as [string, string];

  const reject = (code: string, message: string, field: string) =>
    new sdk.AdcpError(code, { message, field, recovery: "correctable" });

  function syncEventSources(request: SyncEventSourcesRequest, account: AdvertiserAccount): SyncEventSourcesSuccess {
    const own = account.sellerManaged.map((source) => ({ ...source }));
    const requested = request.event_sources;
    if (!requested) return { event_sources: [...own, ...stored(account, "unchanged")] };

    const ids = new Set<string>();
    for (const [i, { event_source_id: id }] of requested.entries()) {
      if (ids.has(id)) {
        // The SDK warns of each code outside its list, DUPLICATE_EVENT_SOURCE_ID among them.
        throw reject("VALIDATION_ERROR", "This event source is named twice.", `event_sources[${i}].event_source_id`);
      }
      ids.add(id);
    }
    const results = requested.map((source) => upsert(account, source));
    const deleted = request.delete_missing
      ? [...account.pixels.values()].filter((p) => !ids.has(p.event_source_id))
      : [];
    for (const pixel of deleted) account.pixels.delete(pixel.event_source_id);
    return {
      event_sources: [
        ...results,
        ...deleted.map((pixel) => result(pixel, "deleted")),
        ...own.filter((source) => !ids.has(source.event_source_id)),
      ],
    };
  }

  function logEvent(request: LogEventRequest, account: AdvertiserAccount | undefined): LogEventSuccess {
    // log_event names no account: the account of the credential first, then the other accounts that it can reach.
    const reachable = account ? [account, ...accounts.values()] : [...accounts.values()];
    const source = reachable.map((a) => findSource(a, request.event_source_id)).find(Boolean);
    if (!source) throw reject("REFERENCE_NOT_FOUND", "There is no such event source.", "event_source_id");
    const accepted = source.event_types ?? EVENT_TYPES;
    const refused = request.events.filter((event) => !accepted.includes(event.event_type));
    return {
      events_received: request.events.length,
      events_processed: request.events.length - refused.length,
      ...(refused.length > 0 && {
        partial_failures: refused.map((event) => ({
          event_id: event.event_id,
          code: "INVALID_EVENT_TYPE",
          message: "The event source does not take events of this type.",
        })),
      }),
    };
  }

  const accountStore: AccountStore<Meta> = {
    resolution: "explicit",
    resolve: async (ref) => {
      const id = ref === undefined ? first : "account_id" in ref ? ref.account_id : undefined;
      const account = id === undefined ? undefined : accounts.get(id);
      return account ? sdkAccount(account) : null;
    },
    list: async () => ({ items: [...accounts.values()].map(sdkAccount) }),
  };
  const sales: SalesPlatform<Meta> = {
    syncEventSources: async (request, ctx) => syncEventSources(request, accounts.get(ctx.account.id)!),
    logEvent: async (request, ctx) => logEvent(request, accounts.get(ctx.account.id)),
  };
  const platform = {
    capabilities: {
      specialisms: ["sales-social"] as const,
      channels: ["social"] as const,
      pricingModels: ["cpm"] as const,
      conversion_tracking: {
        supported_event_types: EVENT_TYPES,
        supported_action_sources: ["website" as const, "app" as const],
      },
      config: {},
    },
    accounts: accountStore,
    sales,
  } satisfies DecisioningPlatform<Record<string, never>, Meta>;

  const idempotency = sdk.createIdempotencyStore({ backend: sdk.memoryBackend(), ttlSeconds: 86_400 });
  const taskRegistry = sdk.createInMemoryTaskRegistry();
  const stateStore = new sdk.InMemoryStateStore();
  const serverWith = (more: Partial<Parameters<typeof sdk.createAdcpServerFromPlatform>[1]>) =>
    withoutWarnings(() =>
      sdk.createAdcpServerFromPlatform(platform, {
        name: "third-party-seller",
        version: "1.0.0",
        taskRegistry,
        stateStore,
        idempotency,
        // A key belongs to the account that it was used on; without this hook, to the whole credential.
        resolveIdempotencyPrincipal: (ctx) => (ctx.account as Account<Meta> | undefined)?.id,
        // The SDK's default outside production, where it would validate nothing.
        validation: { requests: "strict", responses: "strict" },
        exposeErrorDetails: false,
        ...more,
      }),
    );
  const http = sdk.serve(({ taskStore }) => serverWith({ taskStore }), {
    // serve() can listen on all interfaces only: a check that never ends leaves the listening to us.
    readinessCheck: () => new Promise<void>(() => {}),
    ...(options.token && {
      authenticate: sdk.verifyApiKey({ keys: { [options.token]: { principal: "buyer" } } }),
    }),
  });
  const url = await listen(http);
  const a2a = createServer();
  const a2aUrl = `${await listen(a2a)}/a2a`;
  const app = express();
  sdk
    .createA2AAdapter({
      server: serverWith({}),
      agentCard: { name: "third-party-seller", description: "Event sources.", version: "1.0.0", url: a2aUrl },
      logger: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
      ...(options.token && {
        authenticate: async ({ headers }) =>
          headers.authorization === `Bearer ${options.token}` ? { token: "", clientId: "buyer", scopes: [] } : null,
      }),
    })
    .mount(app);
  a2a.on("request", app);
  return {
    url: `${url}/mcp`,
    a2aUrl,
    account: { account_id: first },
    secondAccount: { account_id: second },
    async close() {
      await Promise.all([http, a2a].map(end));
      await idempotency.close();
    },
  };
}

async function listen(server: Server): Promise<string> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function end(server: Server): Promise<void> {
  const closed = once(server, "close");
  server.close();
  server.closeAllConnections();
  await closed;
}

function sdkAccount(account: AdvertiserAccount): Account<Meta> {
  return { id: account.id, name: account.name, status: "active", ctx_metadata: {} };
}

/** The SDK makes a server for each request, each with a tool named `tasks/get`, of whose slash the MCP SDK warns. */
function withoutWarnings<T>(make: () => T): T {
  const warn = console.warn;
  console.warn = () => {};
  try {
    return make();
  } finally {
    console.warn = warn;
  }
}
