import type { JsonObject } from "../src/protocol/json.ts";

/** A request without a context, which has no business in a call that is refused at the door. */
export const bare = ({ context: _, ...request }: JsonObject): JsonObject => request;
