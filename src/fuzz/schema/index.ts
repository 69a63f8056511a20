export { arbitraryOf, type GenerateOptions } from "./arbitrary.ts";
export { type Assertion, assertionsOf } from "./assertions.ts";
export { boundaries, mutations } from "./boundaries.ts";
export type { Boundary, Label, Mutation } from "./boundary.ts";
export { lookAlikes } from "./look-alikes.ts";
export { applyPatches, type Patch } from "./patch.ts";
export { type RequestName, requestSchema, type Schema } from "./request-schema.ts";
