import type { Suite } from "../src/engine/suite.ts";
import a2a from "./a2a.ts";
import accountReferences from "./account-references.ts";
import accounts from "./accounts.ts";
import authentication from "./authentication.ts";
import authorization from "./authorization.ts";
import capabilities from "./capabilities.ts";
import choices from "./choices.ts";
import context from "./context.ts";
import deleteMissing from "./delete-missing.ts";
import discovery from "./discovery.ts";
import duplicates from "./duplicates.ts";
import envelope from "./envelope.ts";
import errors from "./errors.ts";
import health from "./health.ts";
import idempotency from "./idempotency.ts";
import logEvent from "./log-event.ts";
import mcp from "./mcp.ts";
import overlapping from "./overlapping.ts";
import parity from "./parity.ts";
import requestSchema from "./request-schema.ts";
import requests from "./requests.ts";
import results from "./results.ts";
import sandbox from "./sandbox.ts";
import security from "./security.ts";
import sellerManaged from "./seller-managed.ts";
import setup from "./setup.ts";
import upsert from "./upsert.ts";
import versions from "./versions.ts";

/** All suites, in the order in which they are played: what deletes comes last. */
export const suites: readonly Suite[] = [
  capabilities,
  mcp,
  a2a,
  versions,
  envelope,
  discovery,
  sellerManaged,
  upsert,
  results,
  choices,
  duplicates,
  overlapping,
  idempotency,
  accounts,
  accountReferences,
  errors,
  context,
  requests,
  requestSchema,
  setup,
  health,
  logEvent,
  sandbox,
  parity,
  authentication,
  authorization,
  security,
  deleteMissing,
];
