/** A part of the task's reference page: a section without a table, or one row or one entry of a list. */
export interface Part {
  part: string;
  /** The rules that test it. */
  rules: readonly string[];
  /** What of it is not tested, or why none of it is. */
  excluded?: string;
}

export interface Section {
  section: string;
  anchor: string;
  parts: readonly Part[];
}

/** The reference page of sync_event_sources, section by section and row by row, in its own order. */
export const COVERAGE: readonly Section[] = [
  {
    section: "Introduction",
    anchor: "",
    parts: [
      { part: "Upsert, seller-managed sources, setup instructions", rules: ["UPS-01", "UPS-03", "SMG-01", "SET-01"] },
      {
        part: "Response time",
        rules: [],
        excluded: "About a second is no requirement; the report gives the median, the 95th percentile and the longest.",
      },
      {
        part: "Request schema",
        rules: ["REQ-01", "REQ-22", "REQ-23", "REQ-24", "REQ-27", "REQ-28", "REQ-29", "IDM-01", "IDM-02", "IDM-03"],
      },
      { part: "Response schema", rules: ["ENV-01", "ENV-02", "ENV-03", "ENV-04", "ENV-05", "ENV-06", "ENV-07"] },
    ],
  },
  {
    section: "Quick Start",
    anchor: "quick-start",
    parts: [
      { part: "One source is configured", rules: ["UPS-01", "UPS-02", "RES-05"] },
      { part: "Errors of the operation are told apart from results", rules: ["RES-01", "RES-02", "RES-03", "MCP-04"] },
      { part: "Each result has an action and may have a snippet", rules: ["RES-04", "SET-01", "SET-02"] },
    ],
  },
  {
    section: "Request Parameters",
    anchor: "request-parameters",
    parts: [
      {
        part: "account",
        rules: ["REQ-01", "REQ-02", "REQ-03", "REQ-04", "REQ-05", "ACC-01", "ACC-01-CODE", "ACC-07"],
        excluded: "An account that is not known by brand and operator: asking might make it.",
      },
      { part: "event_sources", rules: ["DSC-01", "DSC-02", "REQ-06", "REQ-07", "REQ-07-STATE", "REQ-26"] },
      { part: "delete_missing", rules: ["DEL-01", "DEL-04", "DEL-05", "DEL-06", "REQ-19", "UPS-15", "UPS-16"] },
    ],
  },
  {
    section: "Event Source Object",
    anchor: "event-source-object",
    parts: [
      { part: "event_source_id", rules: ["REQ-08", "REQ-09", "REQ-10", "REQ-22", "RES-13", "UPS-17"] },
      { part: "Optional fields that an update leaves out", rules: ["UPS-09"] },
      { part: "name", rules: ["UPS-02", "UPS-04", "RES-11", "SEC-03"] },
      { part: "event_types", rules: ["REQ-11", "REQ-12", "REQ-13", "RES-15", "UPS-10"] },
      {
        part: "value_currencies (3.2)",
        rules: ["REQ-20"],
        excluded: "That a valid list is kept: which currencies a seller takes, it need not say.",
      },
      { part: "action_source", rules: ["REQ-14", "REQ-15", "RES-16", "UPS-04"] },
      { part: "allowed_domains", rules: ["REQ-18", "RES-12", "UPS-04"] },
      { part: "surface", rules: ["REQ-16", "REQ-17", "REQ-17-ACCEPT", "RES-16", "UPS-04"] },
    ],
  },
  {
    section: "Response",
    anchor: "response",
    parts: [
      { part: "event_sources: results of the sync and seller-managed sources", rules: ["RES-05", "RES-06", "SMG-01"] },
      { part: "errors: of the operation", rules: ["RES-02", "ACC-03", "AUT-01", "AUT-02", "ERR-01", "ERR-03"] },
      { part: "Either one or the other", rules: ["RES-01", "RES-03", "ERR-04", "ERR-12"] },
      { part: "All request fields", rules: ["RES-11", "RES-11-ECHO", "RES-12", "RES-13"] },
      { part: "seller_id", rules: ["RES-14"] },
      {
        part: "action",
        rules: ["RES-04", "UPS-01", "UPS-03-ACTION", "UPS-05", "UPS-05-ACTION", "DEL-02", "DSC-03", "UPS-14"],
      },
      { part: "action_source", rules: ["RES-11", "RES-16"] },
      { part: "surface", rules: ["RES-11", "RES-16"] },
      { part: "managed_by", rules: ["RES-07", "RES-08", "RES-08-PRESENT", "SMG-02"] },
      { part: "setup", rules: ["SET-01", "SET-02", "SET-03", "SET-04", "SET-06", "SET-07", "SEC-01"] },
      { part: "health", rules: ["HLT-01", "HLT-02"] },
      { part: "errors of one source", rules: ["RES-09", "RES-09-EMPTY", "RES-10", "LOG-06"] },
      { part: "ext", rules: ["ENV-01"], excluded: "What stands in it is the seller's own." },
    ],
  },
  {
    section: "Event Source Health",
    anchor: "event-source-health",
    parts: [
      { part: "status", rules: ["HLT-01", "HLT-04"] },
      { part: "detail", rules: ["HLT-01", "HLT-05"] },
      { part: "match_rate", rules: ["HLT-01"] },
      { part: "last_event_at", rules: ["HLT-03", "ENV-07"] },
      { part: "evaluated_at", rules: ["HLT-07", "ENV-07"] },
      { part: "events_received_24h", rules: ["HLT-01", "HLT-04"] },
      { part: "issues", rules: ["HLT-01", "HLT-06"] },
      { part: "Use of health by buyers", rules: [], excluded: "It is for buyers." },
    ],
  },
  {
    section: "Discovery Only",
    anchor: "discovery-only",
    parts: [
      {
        part: "All sources are listed and nothing is changed",
        rules: ["DSC-01", "DSC-02", "DSC-03", "DSC-04", "DSC-05", "DSC-06", "CTX-05"],
      },
    ],
  },
  {
    section: "Multiple Event Sources",
    anchor: "multiple-event-sources",
    parts: [{ part: "Several sources in one call", rules: ["UPS-07", "UPS-08", "UPS-11", "RES-05"] }],
  },
  {
    section: "Discovering Seller-Managed Sources",
    anchor: "discovering-seller-managed-sources",
    parts: [
      {
        part: "They stand beside the buyer's, marked as the seller's",
        rules: ["SMG-01", "SMG-02", "SMG-02-SEEN", "SMG-04", "SMG-05"],
      },
      { part: "Products with platform_managed", rules: ["SMG-03"] },
    ],
  },
  {
    section: "Creator and Owned-Property Sources",
    anchor: "creator-and-owned-property-sources",
    parts: [
      { part: "action_source and surface together", rules: ["RES-16", "REQ-16", "REQ-17"] },
      { part: "Event types new in 3.1", rules: ["RES-15", "REQ-12"] },
      {
        part: "follow or subscribe",
        rules: [],
        excluded: "Which of the two fits is a matter of meaning, which no call shows.",
      },
    ],
  },
  {
    section: "Clean Sync with delete_missing",
    anchor: "clean-sync-with-delete_missing",
    parts: [
      {
        part: "What is not listed is removed",
        rules: ["DEL-01", "DEL-02", "DEL-07", "DEL-07-TOMBSTONE", "DEL-08", "DEL-12"],
      },
      { part: "What is listed survives", rules: ["DEL-03", "DEL-09"] },
      { part: "It can be made again", rules: ["DEL-10", "DEL-10-ACTION"] },
    ],
  },
  {
    section: "Setup Instructions",
    anchor: "setup-instructions",
    parts: [
      { part: "javascript", rules: ["SET-02", "SET-03", "SEC-01"] },
      { part: "html", rules: ["SET-02", "SET-03", "SEC-01"] },
      { part: "pixel_url", rules: ["SET-02", "SET-03", "SET-04", "SEC-01"] },
      { part: "server_only", rules: ["SET-02", "SET-05"] },
    ],
  },
  {
    section: "Error Handling",
    anchor: "error-handling",
    parts: [
      { part: "ACCOUNT_NOT_FOUND", rules: ["ACC-01", "ACC-01-CODE", "ACC-01-ADVICE", "ACC-02", "ACC-03"] },
      { part: "INVALID_EVENT_TYPE", rules: ["REQ-12", "REQ-12-CODE", "REQ-13", "REQ-13-CODE", "REQ-13-DROPPED"] },
      { part: "DUPLICATE_EVENT_SOURCE_ID", rules: ["UPS-12", "UPS-12-CODE", "UPS-13", "UPS-14"] },
      {
        part: "RATE_LIMITED",
        rules: ["ERR-07", "ERR-08", "IDM-19"],
        excluded: "It is judged when it occurs; no run provokes it.",
      },
    ],
  },
  {
    section: "Best Practices",
    anchor: "best-practices",
    parts: [
      { part: "1. Sync before logging", rules: ["LOG-01", "LOG-02", "LOG-03", "LOG-06", "DEL-12"] },
      { part: "2. Descriptive ids", rules: [], excluded: "It is for buyers." },
      { part: "3. Specify event_types", rules: ["LOG-04", "UPS-10"] },
      { part: "4. Check what the seller supports", rules: ["CAP-01", "CAP-02", "CAP-03", "CAP-07"] },
      { part: "5. Install snippets", rules: ["SET-01", "SET-05"], excluded: "That snippets work in a browser." },
      { part: "6. Handle seller-managed sources", rules: ["SMG-01", "SMG-04", "DEL-04"] },
    ],
  },
  {
    section: "Next Steps",
    anchor: "next-steps",
    parts: [
      { part: "log_event", rules: ["LOG-01", "LOG-05"] },
      { part: "Media buys and delivery reports", rules: [], excluded: "Other tasks." },
    ],
  },
];

const PAGE = "https://docs.adcontextprotocol.org/docs/media-buy/task-reference/sync_event_sources";

export function coveragePage(): string {
  return `${[
    "# Coverage of the reference page",
    "",
    `Each section and row of the [reference page](${PAGE}) of the task, the rules that test it, and what is left out.`,
    "[rules.md](rules.md) has the rules. The other rules come from pages that this one builds on: protocol, errors,",
    "idempotency, context, accounts, sandbox and versions.",
    "",
    ...COVERAGE.flatMap(({ section, anchor, parts }) => [
      `## [${section}](${PAGE}${anchor && `#${anchor}`})`,
      "",
      "| part | rules | left out |",
      "| --- | --- | --- |",
      ...parts.map(({ part, rules, excluded = "" }) => `| ${part} | ${rules.map(link).join(", ")} | ${excluded} |`),
      "",
    ]),
  ]
    .join("\n")
    .trimEnd()}\n`;
}

const link = (id: string): string => `[${id}](rules.md#${id.toLowerCase()})`;
