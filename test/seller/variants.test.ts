import { describe, expect, test } from "vitest";
import { freshState } from "../../fixtures/seller/accounts.ts";
import { changed } from "../../fixtures/seller/behaviour.ts";
import { createSeller } from "../../fixtures/seller/seller.ts";
import { startSeller } from "../../fixtures/seller/start.ts";
import { findVariant, VARIANTS } from "../../fixtures/variants/index.ts";
import type { Preset } from "../../fixtures/variants/variant.ts";
import { sample } from "../sample.ts";
import { officialSchemas } from "./official.ts";
import { rpc } from "./rpc.ts";
import { play } from "./script.ts";

/** What a variant does, seen from its script, and whether it says anything that the official schemas refuse. */
async function played(name?: string) {
  const preset: Preset = { supported: ["3.0", "3.1"], sessions: false, stream: false, a2a: [], changes: [] };
  if (name !== undefined) findVariant(name).apply(preset);
  const behaviour = changed(...preset.changes);
  return play(createSeller(behaviour, preset.supported, freshState(preset.managed)), behaviour);
}

describe("variants", () => {
  test("names are unique and every variant says what it is", () => {
    expect(new Set(VARIANTS.map((variant) => variant.name)).size).toBe(VARIANTS.length);
    for (const { about } of VARIANTS) expect(about).toMatch(/[.]$/);
  });

  test("a name that does not exist is an error", async () => {
    await expect(startSeller({ variant: "no-such-variant" })).rejects.toThrow(/no-such-variant/);
  });

  const conformant = played();
  // These change how the seller runs, not what it answers.
  const silent = [
    "sessions",
    "event-streams",
    "sessions-and-event-streams",
    "waits-for-call-in-flight",
    "a2a-0-3",
    "a2a-1-0",
  ];
  const telling = VARIANTS.map(({ name }) => name).filter((name) => !silent.includes(name));

  test.each(sample(telling))("%s differs from the plain seller", async (name) => {
    const plain = await conformant;
    const steps = await played(name);
    expect(steps.findIndex((step, n) => step.seen !== plain[n]?.seen)).toBeGreaterThanOrEqual(0);
  });

  test.each(sample(VARIANTS).map(({ name }) => name))("%s can be discovered and written over HTTP", async (name) => {
    const seller = await startSeller({ variant: name });
    try {
      const buyer = await rpc(seller.url);
      const account = seller.account;
      const made = await buyer.sync({ account, event_sources: [{ event_source_id: "made", name: "made" }] });
      expect(made).toContainEqual(expect.objectContaining({ event_source_id: "made", action: "created" }));
      expect(await buyer.sync({ account })).toContainEqual(
        expect.objectContaining({ event_source_id: "made", name: "made" }),
      );
    } finally {
      await seller.close();
    }
  });

  const { schemas, why } = officialSchemas();
  // An error that carries adcp_error alone breaks the response schema; the specification's own examples do it.
  const checked = VARIANTS.map(({ name }) => name).filter((name) => name !== "adcp-error-alone");
  test.skipIf(schemas === undefined).each([undefined, ...checked])(
    `%s says nothing that the official schemas refuse${why}`,
    async (name) => {
      for (const step of await played(name)) {
        if (!step.body || step.tool === "list_accounts" || step.tool === "get_products") continue;
        const release = step.release === undefined ? "3.0" : String(step.release);
        expect({ about: step.about, problems: schemas?.check(release, step.tool, step.body) }).toEqual({
          about: step.about,
          problems: [],
        });
      }
    },
  );
});
