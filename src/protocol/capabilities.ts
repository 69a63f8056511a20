import { RELEASES, type Release } from "../validation/release.ts";
import { type JsonObject, own } from "./json.ts";

/** What a seller declares of itself, as far as the suites ask for it. Anything unreadable counts as not declared. */
export interface Capabilities {
  /** Releases named in `adcp.supported_versions`, as `major.minor`; absent where none is named. */
  releases?: string[];
  /** `adcp.idempotency.supported`; absent where it is not declared. */
  idempotency?: boolean;
  conversionTracking: boolean;
  eventTypes?: string[];
  actionSources?: string[];
  requireOperatorAuth?: boolean;
  /** The tasks in `request_signing.required_for`: their calls have to be signed. */
  signedTasks: string[];
}

const strings = (value: unknown): string[] | undefined =>
  Array.isArray(value) ? value.filter((one): one is string => typeof one === "string") : undefined;

export function readCapabilities(payload: JsonObject | undefined): Capabilities {
  const adcp = own(payload, "adcp");
  const mediaBuy = own(payload, "media_buy");
  const tracking = own(mediaBuy, "conversion_tracking");
  const releases = strings(own(adcp, "supported_versions"))
    ?.map((version) => /^(\d+\.\d+)/.exec(version)?.[1])
    .filter((version) => version !== undefined);
  const idempotency = own(own(adcp, "idempotency"), "supported");
  const eventTypes = strings(own(tracking, "supported_event_types"));
  const actionSources = strings(own(tracking, "supported_action_sources"));
  const operatorAuth = own(own(payload, "account"), "require_operator_auth");
  return {
    signedTasks: strings(own(own(payload, "request_signing"), "required_for")) ?? [],
    conversionTracking: tracking !== undefined && tracking !== null && tracking !== false,
    ...(releases && releases.length > 0 && { releases }),
    ...(typeof idempotency === "boolean" && { idempotency }),
    ...(eventTypes && { eventTypes }),
    ...(actionSources && { actionSources }),
    ...(typeof operatorAuth === "boolean" && { requireOperatorAuth: operatorAuth }),
  };
}

/** The highest known release that the seller declares and that is not above the one asked for. */
export function declaredRelease(capabilities: Capabilities, asked: Release): Release | undefined {
  const declared = RELEASES.filter((release) => capabilities.releases?.includes(release));
  return declared.filter((release) => RELEASES.indexOf(release) <= RELEASES.indexOf(asked)).at(-1);
}

/** The release that an answer names in `adcp_version`, where the tool knows it. */
export function namedRelease(payload: JsonObject | undefined): Release | undefined {
  const version = own(payload, "adcp_version");
  if (typeof version !== "string") return undefined;
  const release = /^(\d+\.\d+)(?:[-.]|$)/.exec(version)?.[1];
  return RELEASES.find((known) => known === release);
}
