import type { Handler } from "../invocation.ts";
import { notYet } from "../usage.ts";

export const later =
  (what: string): Handler =>
  async () => {
    throw notYet(what);
  };
