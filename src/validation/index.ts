export { createValidator, type ValidatorOptions } from "./create-validator.ts";
export { actionSources, eventTypes, loadSchema, surfaceCategories } from "./load-schema.ts";
export { MAX_DEPTH } from "./measure.ts";
export { RELEASES, type Release } from "./release.ts";
export type { JsonSchema } from "./schema-files.ts";
export type { MessageName, SchemaIssue, Validator } from "./validator.ts";
