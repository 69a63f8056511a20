import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { invocationOf, NAMES, silentIo } from "../../src/api/invocation.ts";
import { COMMANDS } from "../../src/cli/commands.ts";
import { folder } from "../cli/support.ts";

let place: ReturnType<typeof folder>;
beforeEach(() => {
  place = folder();
});
afterEach(() => place.remove());

describe("the options of the programmatic interface", () => {
  it("are those of the command, but for what it prints", () => {
    const others = ["plan", "quiet", "config"];
    const names: string[] = Object.values(NAMES);
    expect(COMMANDS.run!.options.filter((name) => !others.includes(name) && !names.includes(name))).toEqual([
      "write-baseline",
    ]);
    expect(names.filter((name) => !COMMANDS.run!.options.some((option) => option === name))).toEqual([]);
  });

  it("are read as those of a configuration file are", () => {
    const { words, given, explicit } = invocationOf(
      {
        url: "https://seller.example/mcp",
        account: "a",
        only: ["UPS-*"],
        shard: "1/2",
        header: { "X-Key": "k" },
        seed: 3,
      },
      place.path,
    );
    expect(words).toEqual(["https://seller.example/mcp"]);
    expect(given).toMatchObject({
      account: { account_id: "a" },
      only: ["UPS-*"],
      shard: { k: 1, n: 2 },
      header: { "x-key": "k" },
      seed: 3,
    });
    expect(explicit.has("account")).toBe(true);
  });

  it("write nothing unless a folder is named", () => {
    expect(invocationOf({}, place.path).given).toEqual({ out: "-", format: ["json"] });
    expect(invocationOf({ out: "o", format: "json" }, place.path).given).toEqual({
      out: "o",
      format: ["json"],
      quiet: true,
    });
  });

  it("read a configuration file only where one is named, and go before it", () => {
    writeFileSync(join(place.path, "adcp-conformance.config.json"), '{"url":"https://other.example","seed":1}');
    expect(invocationOf({}, place.path)).not.toHaveProperty("configuredUrl");
    const told = invocationOf({ config: "adcp-conformance.config.json", seed: 2 }, place.path);
    expect(told).toMatchObject({ configuredUrl: "https://other.example", given: { seed: 2 } });
  });

  it.each([
    [{ acount: "a" }, "There is an unknown option. Did you mean account?"],
    [{ seed: -1 }, "seed must be a whole number from 0 to 4294967295."],
    [{ failOn: "may" }, "failOn must be one of must, should."],
    [{ token: "with space s3cret" }, "token must be a token of visible ASCII"],
    [{ url: 7 }, "url must be a string."],
    [{ config: "nowhere.json" }, "The configuration file nowhere.json cannot be read"],
  ])("%j is refused, and not repeated", (options, message) => {
    let said = "";
    try {
      invocationOf(options as object, place.path);
    } catch (error) {
      expect(error).toMatchObject({ name: "UsageError" });
      said = (error as Error).message;
    }
    expect(said).toContain(message);
    expect(said).not.toContain("s3cret");
  });

  it("hear a signal that came before the run, and one that comes later", () => {
    const abort = new AbortController();
    let heard = 0;
    const forget = silentIo("/", abort.signal).onSignal(() => heard++);
    expect(heard).toBe(0);
    abort.abort();
    expect(heard).toBe(1);
    forget();
    silentIo("/", abort.signal).onSignal(() => heard++);
    expect(heard).toBe(2);
  });
});
