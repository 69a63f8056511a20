import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { FAULTS, findFault } from "../../fixtures/faults/index.ts";
import { freshState } from "../../fixtures/seller/accounts.ts";
import { type Change, changed } from "../../fixtures/seller/behaviour.ts";
import { createSeller } from "../../fixtures/seller/seller.ts";
import { startSeller } from "../../fixtures/seller/start.ts";
import { sample } from "../sample.ts";
import { rpc } from "./rpc.ts";
import { play } from "./script.ts";

const RELEASES = ["3.0", "3.1", "3.2"] as const;

async function steps(...changes: Change[]) {
  const behaviour = changed(...changes);
  return play(createSeller(behaviour, RELEASES, freshState()), behaviour);
}

describe("faults", () => {
  test("the script tells two conformant sellers apart by nothing", async () => {
    const [one, other] = [await steps(), await steps()];
    expect(other.map((step) => step.seen)).toEqual(one.map((step) => step.seen));
  });

  test("names are unique, in kebab case, and every fault says what it breaks", () => {
    expect(new Set(FAULTS.map((fault) => fault.name)).size).toBe(FAULTS.length);
    for (const fault of FAULTS) {
      expect(fault.name).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
      expect(fault.breaks.length).toBeGreaterThan(0);
      for (const rule of fault.breaks) expect(rule).toMatch(/^[A-Z][A-Z0-9]{2,3}-\d\d(-[A-Z]+)?$/);
      expect(fault.about).toMatch(/[.]$/);
    }
  });

  test("a name that does not exist is answered with similar ones", () => {
    expect(() => findFault("duplicates-last-win")).toThrow(/duplicates-last-wins/);
  });

  const conformant = steps();
  test.each(sample(FAULTS).map((fault) => [fault.name, fault] as const))(
    "%s can be told from the conformant seller",
    async (_, fault) => {
      const right = await conformant;
      const wrong = await steps(fault.change);
      const differs = wrong.find((step, n) => step.seen !== right[n]?.seen || step.about !== right[n]?.about);
      expect(differs?.about).toBeDefined();
    },
  );
});

describe("faults over HTTP", () => {
  test.each(sample(FAULTS).map((fault) => fault.name))("%s starts, answers and stops", async (fault) => {
    const seller = await startSeller({ fault });
    try {
      const buyer = await rpc(seller.url);
      const params = {
        name: "sync_event_sources",
        arguments: { idempotency_key: randomUUID(), account: seller.account },
      };
      const answer = await buyer.post("tools/call", params);
      expect(answer.result ?? answer.error).toBeTypeOf("object");
    } finally {
      await seller.close();
    }
  });
});
