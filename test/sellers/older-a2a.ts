import Module, { createRequire } from "node:module";

type Resolve = (request: string, parent?: { filename?: string | null }, ...more: unknown[]) => string;

const loader = Module as unknown as { _resolveFilename: Resolve };
const resolve = loader._resolveFilename;

/**
 * `@adcp/sdk` is written for `@a2a-js/sdk` 0.3, and of one name only one version can be installed beside it: this project's
 * own. What it asks for under that name is given to it from the package `a2a-sdk-0.3`, which is that older version.
 */
loader._resolveFilename = (request, parent, ...more) => {
  const older = request.startsWith("@a2a-js/sdk") && /[\\/]@adcp[\\/]sdk[\\/]/.test(parent?.filename ?? "");
  return resolve.call(loader, older ? request.replace("@a2a-js/sdk", "a2a-sdk-0.3") : request, parent, ...more);
};

const require = createRequire(import.meta.url);

export const loadAdcpSdk = (): typeof import("@adcp/sdk/server") => require("@adcp/sdk/server");
