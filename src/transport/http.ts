import type { Buffer } from "node:buffer";
import type { Dispatcher } from "undici";
import type { AnswerBody } from "./body.ts";
import { WireError } from "./failures.ts";

/** How long and how far the rest of a stream is read away after its answer came, so that the connection can be reused. */
const LINGER_MS = 500;
const LINGER_BYTES = 64 * 1024;

interface HttpRequest {
  method: "GET" | "POST" | "DELETE";
  url: URL;
  /** Names in lower case. */
  headers: Record<string, string>;
  body?: Buffer;
}

interface HttpLimits {
  /** When the answer has to be complete, on the clock of `performance.now()`. */
  endsAt: number;
  /** The largest body in octets. */
  maxBytes: number;
  signal?: AbortSignal;
}

export interface HttpAnswer {
  status?: number;
  /** Names in lower case; several values of one name are joined with a comma. */
  headers: Record<string, string>;
  /** Why the answer is not complete. */
  error?: unknown;
}

/**
 * One request and its answer within limits that do not depend on what arrives when. Never rejects.
 * @param body receives the answer's body, and decides when nothing more is needed
 */
export function roundTrip(
  dispatcher: Dispatcher,
  request: HttpRequest,
  limits: HttpLimits,
  body: AnswerBody,
): Promise<HttpAnswer> {
  return new Promise((resolve) => {
    const { signal, maxBytes } = limits;
    const answer: HttpAnswer = { headers: {} };
    let controller: Dispatcher.DispatchController | undefined;
    let settled = false;
    let linger: NodeJS.Timeout | undefined;
    let lingered = 0;

    const settle = (error?: unknown): void => {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
      signal?.removeEventListener("abort", onAbort);
      if (error !== undefined) answer.error = error;
      resolve(answer);
    };
    const fail = (error: Error): void => {
      settle(error);
      controller?.abort(error);
    };
    const finish = (): void => {
      settle();
      linger = setTimeout(() => controller?.abort(new WireError("aborted", "The rest was not needed.")), LINGER_MS);
      linger.unref();
    };
    const onAbort = (): void => fail(new WireError("aborted", "The call was aborted on this side."));
    const onTime = (): void => fail(new WireError("timeout", "The answer was not complete in time."));

    const timer = setTimeout(onTime, Math.max(0, limits.endsAt - performance.now()));
    if (signal?.aborted) {
      onAbort();
      return;
    }
    signal?.addEventListener("abort", onAbort, { once: true });

    const { url } = request;
    dispatcher.dispatch(
      {
        origin: url.origin,
        path: url.pathname + url.search,
        method: request.method,
        headers: request.headers,
        body: request.body ?? null,
        headersTimeout: 0,
        bodyTimeout: 0,
      },
      {
        onRequestStart(started) {
          controller = started;
          // The time ran out while the request was waiting for a connection: it is not sent any more.
          if (settled) started.abort(new WireError("aborted", "The request was no longer wanted."));
        },
        onResponseStart(_controller, status, headers) {
          if (status < 200 || settled) return;
          answer.status = status;
          for (const [name, value] of Object.entries(headers)) {
            const text = Array.isArray(value) ? value.join(", ") : (value ?? "");
            if (name === "__proto__") Object.defineProperty(answer.headers, name, { value: text, enumerable: true });
            else answer.headers[name] = text;
          }
          if (Number(headers["content-length"]) > maxBytes) fail(tooLarge(maxBytes));
          else if (body.head(answer.headers)) finish();
        },
        onResponseData(_controller, chunk) {
          if (settled) {
            lingered += chunk.length;
            if (lingered > LINGER_BYTES) controller?.abort(new WireError("aborted", "The rest was not needed."));
            return;
          }
          if (body.bytes + chunk.length > maxBytes) {
            fail(tooLarge(maxBytes));
            return;
          }
          try {
            if (body.write(chunk)) finish();
          } catch (error) {
            fail(error as Error);
          }
        },
        onResponseEnd() {
          clearTimeout(linger);
          settle();
        },
        onResponseError(_controller, error) {
          clearTimeout(linger);
          settle(error);
        },
      },
    );
  });
}

function tooLarge(maxBytes: number): WireError {
  return new WireError("too_large", `The answer is larger than ${maxBytes} octets.`);
}
