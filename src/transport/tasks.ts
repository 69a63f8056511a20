import type { TaskState } from "@a2a-js/sdk";
import { objectOf } from "./json.ts";

/** What a client does about a task in some state: ask again, ask nobody, or take what is there. */
export type Phase = "at_work" | "interrupted" | "final";

const PHASES: Record<Exclude<keyof typeof TaskState, "TASK_STATE_UNSPECIFIED" | "UNRECOGNIZED">, Phase> = {
  TASK_STATE_SUBMITTED: "at_work",
  TASK_STATE_WORKING: "at_work",
  TASK_STATE_INPUT_REQUIRED: "interrupted",
  TASK_STATE_AUTH_REQUIRED: "interrupted",
  TASK_STATE_COMPLETED: "final",
  TASK_STATE_FAILED: "final",
  TASK_STATE_CANCELED: "final",
  TASK_STATE_REJECTED: "final",
};

const PHASE_OF = new Map(Object.entries(PHASES).map(([name, phase]) => [normalState(name), phase]));

/** A state's name in A2A 0.3; those of 1.0 have a prefix, capitals and underscores. */
function normalState(name: string): string {
  return name
    .replace(/^TASK_STATE_/, "")
    .toLowerCase()
    .replaceAll("_", "-");
}

/** The state of a task, in the words of A2A 0.3; undefined where it names none. */
export function stateOf(task: unknown): string | undefined {
  const state = objectOf(objectOf(task)?.status)?.state;
  return typeof state === "string" ? normalState(state) : undefined;
}

/** What the state of a task means; undefined for a state that A2A does not have. */
export const phaseOf = (state: string | undefined): Phase | undefined =>
  state === undefined ? undefined : PHASE_OF.get(state);

const ENVELOPES = ["task", "message", "statusUpdate", "artifactUpdate"];

/**
 * A result without the object that A2A 1.0 puts around a task or a message. It is taken off once: one inside another is
 * nobody's result.
 */
export function unwrapped(result: unknown): Record<string, unknown> | undefined {
  const object = objectOf(result);
  const [key, more] = Object.keys(object ?? {});
  if (!object || key === undefined || more !== undefined || !ENVELOPES.includes(key)) return object;
  const inner = objectOf(object[key]);
  return inner && Object.keys(inner).some((name) => ENVELOPES.includes(name)) ? undefined : inner;
}
