/** Ends one scenario early. What it did not reach is `not_tested` for `reason`. */
export class ScenarioEnd extends Error {
  override readonly name = "ScenarioEnd";
  readonly reason: string;
  constructor(reason: string) {
    super(reason);
    this.reason = reason;
  }
}

/** Ends the run early; what is left is `not_tested` for `reason`, and the account is put in order as far as is safe. */
export class RunEnd extends Error {
  override readonly name = "RunEnd";
  readonly reason: string;
  constructor(reason: string) {
    super(reason);
    this.reason = reason;
  }
}

/** Ends what is played after the scenarios, and nothing else: its budget is spent, or it knows enough. */
export class PhaseEnd extends Error {
  override readonly name = "PhaseEnd";
}
