import type { Release } from "./release.ts";
import { resolveRefs } from "./resolve.ts";
import { hasOwnSchema, type JsonSchema, ownSchema, ownSchemas } from "./schema-files.ts";
import type { MessageName } from "./validator.ts";

/**
 * This package's schema of a message with every reference put in its place: one tree without `$ref`, to be read and not
 * changed. Equal parts may be one object.
 */
export function loadSchema(message: MessageName, release: Release): JsonSchema {
  return resolveRefs(ownSchema(message, release), ownSchemas()).schema;
}

/** The event types of a release, in the specification's order. */
export function eventTypes(release: Release): readonly string[] {
  return ownSchema("event-type", release).document.enum as string[];
}

/** The action sources of a release, in the specification's order. */
export function actionSources(release: Release): readonly string[] {
  return ownSchema("action-source", release).document.enum as string[];
}

/** The categories of an event surface; none in 3.0, which has no surfaces. */
export function surfaceCategories(release: Release): readonly string[] {
  if (!hasOwnSchema("event-surface", release)) return [];
  const { properties } = ownSchema("event-surface", release).document as {
    properties: { category: { enum: string[] } };
  };
  return properties.category.enum;
}
