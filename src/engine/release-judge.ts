import { type Capabilities, declaredRelease, namedRelease } from "../protocol/capabilities.ts";
import { type JsonObject, own } from "../protocol/json.ts";
import type { Release } from "../validation/release.ts";

/**
 * By which release an answer is judged: the one it names; else the highest that the seller declares and that is not above
 * the one asked for; else, while no answer has carried `status`, 3.0; else the one asked for.
 */
export class ReleaseJudge {
  readonly #asked: Release;
  #declared: Release | undefined;
  #statusSeen = false;

  constructor(asked: Release) {
    this.#asked = asked;
  }

  declare(capabilities: Capabilities): void {
    this.#declared = declaredRelease(capabilities, this.#asked);
  }

  /** Whether the seller declared the release that the run speaks. */
  get declared(): boolean {
    return this.#declared !== undefined;
  }

  /** The release that the run speaks, as far as it is known. */
  get current(): Release {
    return this.#declared ?? (this.#statusSeen ? this.#asked : "3.0");
  }

  /** Whether `current` is only a guess from the absence of `status`, which a later answer may end. */
  get provisional(): boolean {
    return this.#declared === undefined && !this.#statusSeen && this.#asked !== "3.0";
  }

  get asked(): Release {
    return this.#asked;
  }

  /** The release that judges an answer with this payload. @param request what it answers, where that is known */
  of(payload: JsonObject | undefined, request?: JsonObject): Release {
    const status = typeof own(payload, "status") === "string";
    if (status) this.#statusSeen = true;
    const named = namedRelease(payload);
    if (named !== undefined) return named;
    // A seller of several releases may serve a request that names none as 3.0 has it.
    const unpinned = request !== undefined && !Object.hasOwn(request, "adcp_version");
    return unpinned && !status && this.declared ? "3.0" : this.current;
  }
}
