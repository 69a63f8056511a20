import type { Exchange } from "../transport/exchange.ts";
import { phaseOf, stateOf, unwrapped } from "../transport/tasks.ts";
import { isObject, type JsonObject, own } from "./json.ts";

/** The parts of an A2A result, defensively read. */
export interface TaskResult {
  /** In the words of A2A 0.3; absent where the seller answered with a message and made no task. */
  state?: string;
  /** The data parts of each artifact, and of the message in the status (or of the message that is the answer). */
  artifacts: JsonObject[][];
  said: JsonObject[];
  /** All text parts, joined. */
  prose: string;
}

/** Reads the parts of an A2A result; `undefined` where it is neither a task nor a message. */
export function readTask(result: unknown): TaskResult | undefined {
  const object = unwrapped(result);
  const state = stateOf(object);
  if (state === undefined) {
    if (!Array.isArray(own(object, "parts"))) return undefined;
    return { artifacts: [], said: dataOf(object), prose: textOf(object) };
  }
  const list = own(object, "artifacts");
  const artifacts = Array.isArray(list) ? list : [];
  const message = own(own(object, "status"), "message");
  const prose = [...artifacts, message].map(textOf).filter((text) => text !== "");
  return { state, artifacts: artifacts.map(dataOf), said: dataOf(message), prose: prose.join("\n") };
}

/** What a client takes for the task's data (a2a-response-extraction). */
export interface Extracted {
  data?: JsonObject;
  /** The data stands in `response` alone, which is a defect of the server: a client does not take it. */
  wrapped?: true;
}

export function extractTask(result: unknown): Extracted {
  const task = readTask(result);
  if (task?.state === undefined) return {};
  const phase = phaseOf(task.state);
  if (phase === undefined) return {};
  const last = phase === "final" ? task.artifacts[0]?.at(-1) : undefined;
  if (last) return isWrapper(last) ? { wrapped: true } : { data: last };
  const first = task.said[0];
  return first ? { data: first } : {};
}

function isWrapper(data: JsonObject): boolean {
  return Object.keys(data).length === 1 && isObject(own(data, "response"));
}

const partsOf = (container: unknown): unknown[] => {
  const parts = own(container, "parts");
  return Array.isArray(parts) ? parts : [];
};

/** A data part is known by its field: 0.3 names its kind besides. */
const dataOf = (container: unknown): JsonObject[] =>
  partsOf(container)
    .map((part) => own(part, "data"))
    .filter(isObject);

const textOf = (container: unknown): string =>
  partsOf(container)
    .map((part) => own(part, "text"))
    .filter((text) => typeof text === "string")
    .join("\n");

/** The text of an answer. The history of a task, which repeats what the buyer itself said, is left out. */
export function answerText({ facts, response }: Exchange): string {
  const task = facts.kind === "a2a" && facts.reply === "result" ? unwrapped(facts.result) : undefined;
  if (own(task, "history") === undefined) return response?.body ?? "";
  const { history: _, ...rest } = task as JsonObject;
  return JSON.stringify(rest);
}

/** What a task, its artifacts and their parts carry as metadata. */
export function metadataOf(result: unknown): unknown[] {
  const task = unwrapped(result);
  const list = own(task, "artifacts");
  const artifacts = Array.isArray(list) ? list : [];
  return [task, ...artifacts, ...artifacts.flatMap(partsOf)].map((one) => own(one, "metadata"));
}
