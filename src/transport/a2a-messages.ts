import { randomUUID } from "node:crypto";
import type { Endpoint } from "./agent-card.ts";

/** The JSON-RPC methods of the two versions. */
export const METHODS = {
  "1.0": { send: "SendMessage", get: "GetTask" },
  "0.3": { send: "message/send", get: "tasks/get" },
} as const;

/** The call of a skill: its arguments as JSON text, put in as it stands. */
export interface Invocation {
  skill: string;
  input: string;
  /** The name under which the arguments stand. */
  key: "input" | "parameters";
  /** How many data parts hold the call: one, unless it is to be wrong. */
  parts: number;
}

/** The params of the method that sends a message with one data part, as JSON text. */
export function sendParams({ version, tenant }: Endpoint, { skill, input, key, parts }: Invocation): string {
  const data = `{"skill":${JSON.stringify(skill)},"${key}":${input}}`;
  const [part, head, configuration] =
    version === "1.0"
      ? [`{"data":${data}}`, '"role":"ROLE_USER"', '"historyLength":0']
      : [`{"kind":"data","data":${data}}`, '"kind":"message","role":"user"', '"blocking":true,"historyLength":0'];
  const all = Array.from({ length: parts }, () => part).join(",");
  const message = `{"messageId":"${randomUUID()}",${head},"parts":[${all}]}`;
  // A task's history would only repeat what was sent.
  return `{${of(tenant)}"message":${message},"configuration":{${configuration}}}`;
}

/** The params of the method that asks for a task, as JSON text. */
export const getParams = ({ tenant }: Endpoint, id: string): string => `{${of(tenant)}"id":${JSON.stringify(id)}}`;

const of = (tenant: string | undefined): string => (tenant === undefined ? "" : `"tenant":${JSON.stringify(tenant)},`);
