import { Buffer } from "node:buffer";
import type { Report, ReportExchange } from "../report.ts";
import type { Markup } from "./markup.ts";

/** What the parts of one page have to know of one another. */
export class Page {
  readonly report: Report;
  readonly #exchanges: Map<number, ReportExchange>;
  readonly #shown = new Set<number>();
  #pending: number[] = [];
  #left: number;
  #omitted = 0;

  /** @param room octets that findings may take */
  constructor(report: Report, room: number) {
    this.report = report;
    this.#left = room;
    this.#exchanges = new Map(report.exchanges.map((one) => [one.n, one]));
  }

  exchange(n: number): ReportExchange | undefined {
    return this.#exchanges.get(n);
  }

  /** Whether this is the place to show an exchange in full: the first one that asks. */
  showOnce(n: number): boolean {
    if (this.#shown.has(n)) return false;
    this.#shown.add(n);
    this.#pending.push(n);
    return true;
  }

  /** Takes a part into the page, if there is room; else what it showed is not shown. */
  admit(part: Markup): boolean {
    const bytes = Buffer.byteLength(part.html);
    const fits = bytes <= this.#left;
    if (fits) this.#left -= bytes;
    else {
      this.#omitted++;
      for (const n of this.#pending) this.#shown.delete(n);
    }
    this.#pending = [];
    return fits;
  }

  /** Exchanges and findings that the page does not show. */
  get left(): { exchanges: number; findings: number } {
    return { exchanges: this.#exchanges.size - this.#shown.size, findings: this.#omitted };
  }
}
