import type { Basis, Citation } from "../src/engine/rule.ts";

const DOCS = "https://docs.adcontextprotocol.org/docs";

/** The reference page of the task. @param section the anchor of a heading on it. */
export const page = (section: string, basis: Basis = "page"): Citation => ({
  title: `sync_event_sources, ${section.replaceAll("-", " ")}`,
  url: `${DOCS}/media-buy/task-reference/sync_event_sources#${section}`,
  basis,
});

const SCHEMAS = {
  request: "media-buy/sync-event-sources-request.json",
  response: "media-buy/sync-event-sources-response.json",
  capabilities: "protocol/get-adcp-capabilities-response.json",
  logResponse: "media-buy/log-event-response.json",
  envelope: "core/protocol-envelope.json",
  error: "core/error.json",
  account: "core/account-ref.json",
  surface: "core/event-surface.json",
  health: "core/event-source-health.json",
  codes: "enums/error-code.json",
  product: "core/product.json",
} as const;

/** A schema of the specification, and an RFC 6901 pointer into it. */
export const schema = (name: keyof typeof SCHEMAS, pointer = "", basis: Basis = "schema"): Citation => ({
  title: `${SCHEMAS[name].replace(/^.*\//, "")}${pointer && `, ${pointer}`}`,
  url: `https://adcontextprotocol.org/schemas/v3/${SCHEMAS[name]}${pointer && `#${pointer}`}`,
  basis,
});

const PAGES = {
  specification: ["Media buy specification", "media-buy/specification"],
  security: ["Security", "building/by-layer/L1/security"],
  errors: ["Error handling", "building/by-layer/L3/error-handling"],
  transportErrors: ["Transport errors", "building/operating/transport-errors"],
  context: ["Context and sessions", "building/by-layer/L2/context-sessions"],
  authentication: ["Authentication", "building/by-layer/L2/authentication"],
  conversionTracking: ["Conversion tracking", "media-buy/conversion-tracking"],
  accounts: ["Accounts", "accounts/overview"],
  accountsAndAgents: ["Accounts and agents", "building/by-layer/L2/accounts-and-agents"],
  accountState: ["Account state", "building/by-layer/L2/account-state"],
  sandbox: ["Sandbox", "building/by-layer/L3/sandbox"],
  capabilities: ["get_adcp_capabilities", "protocol/get_adcp_capabilities"],
  requiredTasks: ["Required tasks", "protocol/required-tasks"],
  mcp: ["MCP guide", "building/by-layer/L0/mcp-guide"],
  mcpExtraction: ["MCP response extraction", "building/by-layer/L0/mcp-response-extraction"],
  a2a: ["A2A guide", "building/by-layer/L0/a2a-guide"],
  a2aFormat: ["A2A response format", "building/by-layer/L0/a2a-response-format"],
  a2aProfile: ["AdCP A2A profile extension", "building/by-layer/L0/a2a-profile-extension"],
  callingAnAgent: ["Calling an agent", "building/by-layer/L0/calling-an-agent"],
  versioning: ["Versioning", "reference/versioning"],
  logEvent: ["log_event", "media-buy/task-reference/log_event"],
} as const;

/** Another page of the documentation. @param section the topic on it that says so. */
export const docs = (name: keyof typeof PAGES, section: string, basis: Basis = "must"): Citation => ({
  title: `${PAGES[name][0]}, ${section}`,
  url: `${DOCS}/${PAGES[name][1]}`,
  basis,
});
