import { becameOf } from "../../suites/hostile-texts.ts";
import type { Stage } from "../engine/phase.ts";
import { refused } from "../model/refusal.ts";
import { rowsOf } from "../protocol/event-source.ts";
import { TASK } from "../protocol/request.ts";
import type { Budget } from "./budget.ts";
import { Namespace } from "./namespace.ts";
import { isPlain } from "./plain.ts";
import { defective, editedSources } from "./play-step.ts";
import type { Edge } from "./walk.ts";

/** Sends valid edges as sources of one request. @returns whether all were taken, and nothing was broken */
export async function edgesTogether(stage: Stage, budget: Budget, edges: readonly Edge[]): Promise<boolean> {
  let all = true;
  const { broken, ended } = await stage.trial("edges of a request", async () => {
    budget.mustGoOn();
    const namespace = new Namespace(stage.buyer);
    const sources = edges.flatMap(({ step }, n) => {
      if (step.do !== "odd") return [];
      return editedSources(step.sources, step.patches).map((source) => ({ ...source, event_source_id: `s${n + 1}` }));
    });
    const named = namespace.sources(sources);
    const plain = named.every((source) => isPlain(source, stage.seller));
    const written = plain
      ? await stage.buyer.sync(named, { mayRefuse: true })
      : await stage.buyer.probe((request) => request, named);
    for (const source of named) stage.check("SEC-03", becameOf("unusual text", source, written));
    const failed = rowsOf(written.answer.payload).some(({ action }) => action === "failed");
    all = written.answer.outcome.kind === "accepted" && !failed;
  });
  return all && !ended && broken.length === 0;
}

/** Sends defects one after another, and looks once. @returns whether all were refused, and nothing was broken or changed */
export async function defectsTogether(stage: Stage, budget: Budget, edges: readonly Edge[]): Promise<boolean> {
  const { buyer } = stage;
  let all = true;
  const { broken, ended } = await stage.trial("defects of a request", async () => {
    await buyer.discover();
    const before = buyer.state;
    const namespace = new Namespace(buyer);
    for (const { step } of edges) {
      if (step.do !== "defect") continue;
      budget.mustGoOn();
      const { sources, edit } = defective(step, namespace);
      const answer = await buyer.call(TASK, edit(buyer.request(sources ? { event_sources: sources } : {})));
      all &&= refused({ answer }).verdict === "held";
    }
    await buyer.discover();
    all &&= buyer.changesSince(before).length === 0;
  });
  if (!all || ended || broken.length > 0) return false;
  stage.check("REQ-27", { verdict: "held" });
  return true;
}
