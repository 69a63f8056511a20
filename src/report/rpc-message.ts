import { createParser } from "eventsource-parser";
import type { ReportExchange } from "./report.ts";

interface Message {
  result?: { structuredContent?: unknown; content?: unknown; isError?: unknown };
  error?: unknown;
}

/** The JSON-RPC answer in what was received: a JSON body, or the last answer of an event stream. */
export function messageOf({ response }: ReportExchange): Message | undefined {
  if (!response) return undefined;
  const whole = parse(response.body);
  if (whole !== undefined) return isAnswer(whole) ? whole : undefined;
  let last: Message | undefined;
  const parser = createParser({
    onEvent: ({ data }) => {
      const one = parse(data);
      if (isAnswer(one)) last = one;
    },
  });
  parser.feed(`${response.body}\n\n`);
  return last;
}

/** The arguments of the call in what was sent; undefined where it is no call. */
export function argumentsOf({ request }: ReportExchange): unknown {
  const body = parse(request.body ?? "") as { params?: { arguments?: unknown } } | null | undefined;
  return body?.params?.arguments;
}

/** A JSON text as a value; undefined where it is none. */
export function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const isAnswer = (value: unknown): value is Message =>
  typeof value === "object" && value !== null && (Object.hasOwn(value, "result") || Object.hasOwn(value, "error"));
