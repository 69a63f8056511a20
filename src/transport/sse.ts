import type { Buffer } from "node:buffer";
import { isUtf8 } from "node:buffer";
import { TextDecoder } from "node:util";
import { createParser, type EventSourceParser } from "eventsource-parser";
import { WireError } from "./failures.ts";

/** Reads a stream of server-sent events piece by piece (https://html.spec.whatwg.org/multipage/server-sent-events.html). */
export class EventStream {
  /** The id of the last event that carried one: where to continue after the stream broke. */
  lastEventId?: string;
  /** How long to wait before continuing, in milliseconds, as the server asked for. */
  retryMs?: number;
  readonly #parser: EventSourceParser;
  /** Made when a character is split over two pieces: until then each piece is text of its own. */
  #decoder?: TextDecoder;

  /** @param onMessage receives the data of every event of the type `message`, empty data left out */
  constructor(onMessage: (data: string) => void) {
    this.#parser = createParser({
      onEvent: ({ id, event, data }) => {
        if (id !== undefined) this.lastEventId = id;
        if (data !== "" && (event === undefined || event === "message")) onMessage(data);
      },
      onRetry: (milliseconds) => {
        this.retryMs = milliseconds;
      },
    });
  }

  /** @throws WireError `not_utf8` */
  write(chunk: Buffer): void {
    if (!this.#decoder && isUtf8(chunk)) {
      this.#parser.feed(chunk.toString("utf8"));
      return;
    }
    this.#decoder ??= new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
    let text: string;
    try {
      text = this.#decoder.decode(chunk, { stream: true });
    } catch {
      throw new WireError("not_utf8", "The event stream is not UTF-8.");
    }
    this.#parser.feed(text);
  }
}
