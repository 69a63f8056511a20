import type { Oracle } from "../engine/oracle.ts";
import { Account } from "./account.ts";

/** The one oracle that suites and fuzzing share. */
export const oracle: Oracle = () => new Account();
