import { writes } from "../engine/guard.ts";
import { isObject } from "../protocol/json.ts";
import { TASK } from "../protocol/request.ts";
import { type ToolCall, toolCalls } from "../report/calls.ts";
import type { Exchange } from "../transport/exchange.ts";

/** Remembers calls, so that it can be told whether others are the same but for ids, keys, nonces and times. */
export class Sent {
  readonly #calls = new Set<string>();

  add(exchange: Exchange): void {
    for (const call of toolCalls(exchange)) this.#calls.add(neutral(call));
  }

  has(calls: readonly ToolCall[]): boolean {
    return calls.every((call) => this.#calls.has(neutral(call)));
  }
}

/** What is looked at before a scenario has the context of the one before it. */
function withoutContext({ name, arguments: args }: ToolCall["params"]): unknown {
  if (name !== TASK || !isObject(args) || writes(args)) return args;
  const { context: _, ...discovery } = args;
  return discovery;
}

function neutral({ params }: ToolCall): string {
  return JSON.stringify([params.name, withoutContext(params)])
    .replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi, "<key>")
    .replaceAll(/cf_[0-9a-f]{8}_\d+/gi, "<id>")
    .replaceAll(/lease [0-9a-f]{8}/g, "lease <run>")
    .replaceAll(/[0-9a-f]{15,}/g, "<nonce>")
    .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, "<time>");
}
