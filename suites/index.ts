import type { Suite } from "../src/engine/suite.ts";
import accounts from "./accounts.ts";
import capabilities from "./capabilities.ts";
import context from "./context.ts";
import deleteMissing from "./delete-missing.ts";
import discovery from "./discovery.ts";
import duplicates from "./duplicates.ts";
import envelope from "./envelope.ts";
import errors from "./errors.ts";
import mcp from "./mcp.ts";
import requests from "./requests.ts";
import results from "./results.ts";
import sellerManaged from "./seller-managed.ts";
import upsert from "./upsert.ts";

/** All suites, in the order in which they are played: what deletes comes last. */
export const suites: readonly Suite[] = [
  capabilities,
  mcp,
  envelope,
  discovery,
  sellerManaged,
  upsert,
  results,
  duplicates,
  accounts,
  errors,
  context,
  requests,
  deleteMissing,
];
