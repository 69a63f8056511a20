import { Buffer, isUtf8 } from "node:buffer";
import { WireError } from "./failures.ts";
import { EventStream } from "./sse.ts";

const GROW_FROM = 64 * 1024;

/** The body of one answer while it arrives: kept as received, and read as an event stream where it says it is one. */
export class AnswerBody {
  /** Octets received. */
  bytes = 0;
  /** Set where the answer is an event stream. */
  stream?: EventStream;
  #data: Buffer = Buffer.alloc(0);
  /** Whether `#data` is our own buffer with room to grow, not a piece as it was received. */
  #owned = false;
  #textMustBeUtf8 = true;
  #complete = false;
  readonly #onMessage?: (data: string) => boolean;

  /** @param onMessage sees each message of an event stream; `true` says that nothing more is needed */
  constructor(onMessage?: (data: string) => boolean) {
    this.#onMessage = onMessage;
  }

  /** @returns whether the answer is complete with its head: an event stream that nobody waits for */
  head(headers: Record<string, string>): boolean {
    const type = headers["content-type"] ?? "";
    const encoding = headers["content-encoding"] ?? "identity";
    // Nothing but identity was asked for: other encodings, and types that are not JSON, need not be UTF-8.
    this.#textMustBeUtf8 = /^identity$/i.test(encoding) && (type === "" || /json|event-stream/i.test(type));
    if (!/^\s*text\/event-stream\s*(;|$)/i.test(type)) return false;
    this.stream = new EventStream((data) => {
      if (!this.#complete && this.#onMessage?.(data)) this.#complete = true;
    });
    return this.#onMessage === undefined;
  }

  /**
   * @returns whether nothing more is needed
   * @throws WireError `not_utf8` in an event stream
   */
  write(chunk: Buffer): boolean {
    this.#keep(chunk);
    this.stream?.write(chunk);
    return this.#complete;
  }

  /**
   * The whole body as text.
   * @throws WireError `not_utf8` where it says that it is JSON or an event stream, and is not UTF-8
   */
  text(): string {
    const bytes = this.#data.subarray(0, this.bytes);
    // A stream is checked while it arrives; it may have been left in the middle of a character.
    if (this.#textMustBeUtf8 && !this.stream && !isUtf8(bytes)) {
      throw new WireError("not_utf8", "The body of the answer is not UTF-8.");
    }
    return bytes.toString("utf8");
  }

  /** The beginning of the body, whatever it is. */
  start(bytes: number): string {
    return this.#data.subarray(0, Math.min(this.bytes, bytes)).toString("utf8");
  }

  /** One piece is kept as it is; more are copied together, so that millions of tiny pieces cost no more than their bytes. */
  #keep(chunk: Buffer): void {
    const total = this.bytes + chunk.length;
    if (this.bytes === 0) {
      this.#data = chunk;
    } else {
      if (!this.#owned || total > this.#data.length) {
        const larger = Buffer.allocUnsafe(Math.max(GROW_FROM, total * 2));
        this.#data.copy(larger, 0, 0, this.bytes);
        this.#data = larger;
        this.#owned = true;
      }
      chunk.copy(this.#data, this.bytes);
    }
    this.bytes = total;
  }
}
