import { createRequire } from "node:module";
import { expect, it } from "vitest";
import { createValidator } from "../../src/validation/index.ts";

const require = createRequire(import.meta.url);

/** Whether this process has loaded ajv; nothing else in this file does. */
function ajvIsLoaded(): boolean {
  return Object.keys(require.cache).some((file) => /[\\/]node_modules[\\/]ajv[\\/]/.test(file));
}

it("ajv is loaded by the first validation, not before", () => {
  const validator = createValidator();
  expect(ajvIsLoaded()).toBe(false);
  expect(validator.validate("sync-event-sources-response", "3.0", { event_sources: [] })).toEqual([]);
  expect(ajvIsLoaded()).toBe(true);
});
