import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { COMMANDS } from "../../src/cli/commands.ts";
import { OPTIONS, type OptionName } from "../../src/cli/options.ts";
import { parse } from "../../src/cli/parse.ts";
import { folder } from "./support.ts";

let empty: ReturnType<typeof folder>;
beforeAll(() => {
  empty = folder();
});
afterAll(() => empty.remove());

function given(...args: string[]) {
  const parsed = parse(args, empty.path);
  if (parsed.kind !== "command") throw new Error(`not a command: ${parsed.kind}`);
  return parsed.invocation.given;
}

function refusal(...args: string[]): string {
  try {
    parse(args, empty.path);
  } catch (error) {
    expect(error).toMatchObject({ name: "UsageError" });
    return (error as Error).message;
  }
  throw new Error(`${JSON.stringify(args)} was accepted`);
}

/** Every option: a command that has it, words that it takes and what they become, words that it refuses, and JSON. */
const TABLE: Record<
  OptionName,
  { on: string; takes: [string[], unknown][]; refuses?: string[][]; json?: [unknown, unknown][]; notJson?: unknown[] }
> = {
  config: { on: "run", takes: [] },
  transport: {
    on: "run",
    takes: [[["--transport", "mcp"], "mcp"]],
    refuses: [["--transport", "grpc"]],
    json: [["auto", "auto"]],
    notJson: [1],
  },
  also: { on: "run", takes: [[["--also", "https://a.example"], "https://a.example"]], notJson: [1, ""] },
  replica: {
    on: "run",
    takes: [
      [
        ["--replica", "https://a.example", "--replica", "https://b.example"],
        ["https://a.example", "https://b.example"],
      ],
    ],
    json: [[["https://a.example"], ["https://a.example"]]],
    notJson: [1],
  },
  "a2a-parameters": { on: "run", takes: [[["--a2a-parameters"], true]], json: [[true, true]], notJson: [1] },
  account: {
    on: "run",
    takes: [
      [["--account", "acct_1"], { account_id: "acct_1" }],
      [
        ["--account", '{"brand":{"domain":"a.example"},"operator":"b"}'],
        { brand: { domain: "a.example" }, operator: "b" },
      ],
      [["--account=-x"], { account_id: "-x" }],
    ],
    refuses: [
      ["--account", "{"],
      ["--account", "{}"],
      ["--account", ""],
      ["--account", " "],
    ],
    json: [
      ["acct_1", { account_id: "acct_1" }],
      [{ account_id: "a" }, { account_id: "a" }],
    ],
    notJson: [["a"], {}, 3, null],
  },
  "second-account": {
    on: "fuzz",
    takes: [[["--second-account", "b"], { account_id: "b" }]],
    json: [["b", { account_id: "b" }]],
    notJson: [false],
  },
  "other-token": {
    on: "run",
    takes: [[["--other-token", "abc"], "abc"]],
    refuses: [["--other-token", "a b"]],
    json: [["abc", "abc"]],
    notJson: [1],
  },
  token: {
    on: "run",
    takes: [
      [["--token", "abc"], "abc"],
      [["--token", "Bearer abc"], "abc"],
      [["--token=-abc=="], "-abc=="],
    ],
    refuses: [["--token", "a b"], ["--token", "ä"], ["--token"], ["--token", "a\nb"]],
    json: [["abc", "abc"]],
    notJson: [7],
  },
  header: {
    on: "run",
    takes: [
      [["--header", "X-A: 1", "--header", "X-B:2"], { "x-a": "1", "x-b": "2" }],
      [["--header", "X-A: a:b"], { "x-a": "a:b" }],
    ],
    refuses: [
      ["--header", "nocolon"],
      ["--header", "a b: c"],
      ["--header", ": c"],
      ["--header", "a: b\nc: d"],
      ["--header", "Content-Length: 3"],
    ],
    json: [
      [{ "X-A": "1" }, { "x-a": "1" }],
      [["X-A: 1"], { "x-a": "1" }],
    ],
    notJson: [{ a: 1 }, ["a"], 1],
  },
  release: {
    on: "run",
    takes: [[["--release", "3.2"], "3.2"]],
    refuses: [
      ["--release", "3"],
      ["--release", "2.0"],
    ],
    json: [["3.0", "3.0"]],
    notJson: [3.1],
  },
  only: {
    on: "list",
    takes: [
      [
        ["--only", "UPS-*,DEL-01", "--only", "discovery"],
        ["UPS-*", "DEL-01", "discovery"],
      ],
    ],
    refuses: [
      ["--only", ","],
      ["--only", "a,,b"],
    ],
    json: [
      ["a,b", ["a", "b"]],
      [
        ["a", "b"],
        ["a", "b"],
      ],
    ],
    notJson: [[1], {}],
  },
  skip: { on: "run", takes: [[["--skip", "a"], ["a"]]], json: [["a", ["a"]]], notJson: [[null]] },
  runs: {
    on: "run",
    takes: [[["--runs", "0"], 0]],
    refuses: [
      ["--runs", "-1"],
      ["--runs", "1.5"],
      ["--runs", "many"],
    ],
    json: [[25, 25]],
    notJson: ["25", -1],
  },
  "max-requests": {
    on: "fuzz",
    takes: [[["--max-requests", "9"], 9]],
    refuses: [["--max-requests", "0"]],
    json: [[1, 1]],
    notJson: [0],
  },
  seed: {
    on: "run",
    takes: [[["--seed", "4294967295"], 4294967295]],
    refuses: [
      ["--seed", "4294967296"],
      ["--seed", "0x1"],
      ["--seed", "1e3"],
    ],
    json: [[0, 0]],
    notJson: ["0"],
  },
  full: { on: "self-test", takes: [[["--full"], true]], json: [[true, true]], notJson: [1] },
  seeds: {
    on: "self-test",
    takes: [[["--seeds", "3"], 3]],
    refuses: [["--seeds", "0"]],
    json: [[1, 1]],
    notJson: ["1"],
  },
  timeout: {
    on: "run",
    takes: [[["--timeout", "500"], 500]],
    refuses: [["--timeout", "0"], ["--timeout=-5"]],
    json: [[1, 1]],
    notJson: [0.5],
  },
  "max-rps": {
    on: "run",
    takes: [[["--max-rps", "0.5"], 0.5]],
    refuses: [["--max-rps", "0"]],
    json: [[2, 2]],
    notJson: [0],
  },
  "max-time": {
    on: "run",
    takes: [[["--max-time", "60"], 60]],
    refuses: [
      ["--max-time", "0"],
      ["--max-time", "Infinity"],
    ],
    json: [[1.5, 1.5]],
    notJson: ["60"],
  },
  "max-wait": {
    on: "run",
    takes: [[["--max-wait", "0"], 0]],
    refuses: [["--max-wait", "x"]],
    json: [[30, 30]],
    notJson: [-1],
  },
  plan: {
    on: "run",
    takes: [
      [["--plan"], true],
      [["--plan=false"], false],
    ],
    refuses: [["--plan=maybe"]],
    json: [[true, true]],
    notJson: ["true"],
  },
  force: { on: "run", takes: [[["--force"], true]], json: [[false, false]], notJson: [0] },
  ci: {
    on: "init",
    takes: [[["--ci", "gitlab"], "gitlab"]],
    refuses: [["--ci", "jenkins"]],
    json: [["github", "github"]],
    notJson: [true],
  },
  "seller-managed": {
    on: "run",
    takes: [
      [
        ["--seller-managed", "a,b"],
        ["a", "b"],
      ],
    ],
    json: [[["a"], ["a"]]],
    notJson: [1],
  },
  format: {
    on: "run",
    takes: [
      [
        ["--format", "terminal,json,junit,html,markdown,ctrf"],
        ["terminal", "json", "junit", "html", "markdown", "ctrf"],
      ],
    ],
    refuses: [
      ["--format", "xml"],
      ["--format", "constructor"],
    ],
    json: [["json", ["json"]]],
    notJson: ["yaml"],
  },
  out: {
    on: "run",
    takes: [
      [["--out", "-"], "-"],
      [["--out", "dir"], "dir"],
    ],
    refuses: [["--out"]],
    json: [["dir", "dir"]],
    notJson: [""],
  },
  baseline: { on: "run", takes: [[["--baseline", "f"], "f"]], json: [["f", "f"]], notJson: [true] },
  "fail-on": {
    on: "run",
    takes: [[["--fail-on", "should"], "should"]],
    refuses: [["--fail-on", "note"]],
    json: [["must", "must"]],
    notJson: [[]],
  },
  "allow-destructive": { on: "run", takes: [[["--allow-destructive"], true]], json: [[true, true]], notJson: [null] },
  "allow-http": { on: "run", takes: [[["--allow-http"], true]], json: [[true, true]], notJson: [1] },
  "no-extra": { on: "run", takes: [[["--no-extra"], true]], json: [[true, true]], notJson: [1] },
  rules: {
    on: "run",
    takes: [[["--rules", "0.1.0"], "0.1.0"]],
    refuses: [
      ["--rules", "1"],
      ["--rules", "v1.2.3"],
    ],
    json: [["0.1.0", "0.1.0"]],
    notJson: [1],
  },
  "write-baseline": {
    on: "run",
    takes: [[["--write-baseline", "f.yaml"], "f.yaml"]],
    json: [["f.yaml", "f.yaml"]],
    notJson: [true],
  },
  shard: {
    on: "run",
    takes: [[["--shard", "2/4"], { k: 2, n: 4 }]],
    refuses: [
      ["--shard", "0/4"],
      ["--shard", "2"],
      ["--shard", "3/2"],
    ],
    json: [["1/2", { k: 1, n: 2 }]],
    notJson: [0.5, "3/2"],
  },
  quiet: { on: "run", takes: [[["--quiet"], true]], json: [[true, true]], notJson: ["yes"] },
  schemas: { on: "run", takes: [[["--schemas", "d"], "d"]], json: [["d", "d"]], notJson: [1] },
  replay: {
    on: "fuzz",
    takes: [[["--replay", "sequence/17"], "sequence/17"]],
    refuses: [
      ["--replay", "17"],
      ["--replay", "sequence/x"],
      ["--replay", "scenario/1"],
    ],
    json: [["walk/0", "walk/0"]],
    notJson: [0],
  },
  phase: {
    on: "self-test",
    takes: [[["--phase", "fuzz"], "fuzz"]],
    refuses: [["--phase", "all"]],
    json: [["scenarios", "scenarios"]],
    notJson: [1],
  },
  correct: { on: "self-test", takes: [[["--correct"], true]], json: [[false, false]], notJson: ["no"] },
  port: {
    on: "seller",
    takes: [[["--port", "0"], 0]],
    refuses: [["--port", "65536"]],
    json: [[8080, 8080]],
    notJson: ["1"],
  },
  fault: { on: "seller", takes: [[["--fault", "f"], "f"]], json: [["f", "f"]], notJson: [1] },
  variant: {
    on: "seller",
    takes: [
      [
        ["--variant", "a", "--variant", "b"],
        ["a", "b"],
      ],
    ],
    json: [["a", ["a"]]],
    notJson: [1],
  },
  "list-faults": { on: "seller", takes: [[["--list-faults"], true]], json: [[true, true]], notJson: [1] },
  "list-variants": { on: "seller", takes: [[["--list-variants"], true]], json: [[true, true]], notJson: [1] },
};

describe.each(Object.entries(TABLE))("--%s", (name, { on, takes, refuses = [], json = [], notJson = [] }) => {
  it("becomes a value, wherever it stands", () => {
    for (const [words, value] of takes) {
      expect(given(on, ...words)).toEqual({ [name]: value });
      expect(given(...words, on)).toEqual({ [name]: value });
    }
  });

  it("is refused when its value is wrong, in words that name it and do not repeat the value", () => {
    for (const words of refuses) {
      const message = refusal(on, ...words);
      expect(message).toContain(`--${name}`);
      expect(message).not.toContain("\n");
    }
  });

  it("is read from the configuration file likewise", () => {
    const option = OPTIONS[name as OptionName];
    for (const [value, wanted] of json) expect(option.json(value)).toEqual(wanted);
    for (const value of notJson)
      expect(() => option.json(value)).toThrow(expect.objectContaining({ name: "UsageError" }));
  });
});

describe("the command line", () => {
  it("knows every option of every command", () => {
    const used = new Set(Object.values(COMMANDS).flatMap(({ options }) => options));
    expect([...used].toSorted()).toEqual(Object.keys(OPTIONS).toSorted());
  });

  it("takes the last of an option that is given twice", () => {
    expect(given("run", "--seed", "1", "--seed", "2")).toEqual({ seed: 2 });
  });

  it.each([
    [["rnu"], "There is no such command. Did you mean run?"],
    [["https://user:s3cret@seller.example/mcp"], "There is no such command. For a URL: adcp-conformance run <url>."],
    [["--quiet"], "A command is missing"],
    [["run", "--tokne", "s3cret"], "--tokne is an unknown option. Did you mean --token?"],
    [["run", "--max-rsp=3"], "--max-rsp is an unknown option. Did you mean --max-rps"],
    [["run", "--port", "3"], "--port is no option of run, but of seller."],
    [["run", "a", "b"], "run takes one word, not 2"],
    [["explain"], "explain needs <rule>"],
    [["run", "--transport", "mpc"], "--transport must be one of auto, mcp, a2a. Did you mean mcp"],
    [["run", "--account", '{"a":s3cret}'], "--account is no well-formed JSON: a JSON value expected at character 6."],
  ])("%j: %s", (args, message) => {
    expect(refusal(...args)).toContain(message);
  });

  it.each([
    [["run", "--token", "-s3cret"]],
    [["run", "--token", "--s3cret"]],
    [["run", "-s3cret"]],
    [["s3cret"]],
    [["run", "https://a.example", "s3cret"]],
    [["run", "--header", "Authorization:", "Bearer", "s3cret"]],
    [["run", "--header", "s3cret"]],
    [["run", "--header", "s3 cret: s3cret"]],
    [["run", "--token", "s3cret s3cret"]],
    [["run", "--seed", "s3cret"]],
    [["run", "--release", "s3cret"]],
    [["run", "--format", "s3cret"]],
    [["run", "--account", '{"token":"s3cret"']],
    [["run", "--plan=s3cret"]],
  ])("%j is refused without repeating a word that may be a credential", (args) => {
    expect(refusal(...args)).not.toMatch(/s3 ?cret/);
  });

  it("is not confused by names of JavaScript", () => {
    expect(refusal("run", "--toString=1")).toContain("--toString is an unknown option");
    expect(refusal("run", "--__proto__=1")).toContain("unknown option");
    expect(refusal("constructor")).toContain("There is no such command");
  });

  it("shows help for help, for nothing, and for a command", () => {
    expect(parse([], empty.path)).toEqual({ kind: "help" });
    expect(parse(["-h"], empty.path)).toEqual({ kind: "help" });
    expect(parse(["help", "run"], empty.path)).toEqual({ kind: "help", command: "run" });
    expect(parse(["seller", "--help"], empty.path)).toEqual({ kind: "help", command: "seller" });
    expect(parse(["--version"], empty.path)).toEqual({ kind: "version" });
  });
});

describe("the configuration file", () => {
  it("is found in the working directory; the command line outweighs it; other commands' options are left alone", () => {
    const { path, remove } = folder();
    const file = join(path, "adcp-conformance.config.json");
    writeFileSync(file, '\uFEFF{ "$schema": "x", "url": "https://a.example", "seed": 1, "timeout": 5, "port": 3 }');
    const parsed = parse(["run", "--seed", "2"], path);
    expect(parsed).toMatchObject({
      invocation: { configuredUrl: "https://a.example", given: { seed: 2, timeout: 5 } },
    });
    expect(parsed).not.toHaveProperty("invocation.given.port");
    const other = join(path, "other.json");
    writeFileSync(other, '{"seed":9}');
    expect(parse(["run", "--config", "other.json"], path)).toMatchObject({ invocation: { given: { seed: 9 } } });
    remove();
  });

  it.each([
    ['{\n  "seed": 1,\n}', "c.json:3:1: a property name in double quotes expected."],
    ['{\n  "sede": 1\n}', 'c.json:2:3: "sede" is no option. Did you mean seed'],
    ['{\n  "maxRps": 1\n}', 'c.json:2:3: "maxRps" is no option. Did you mean max-rps'],
    ['{\n  "seed": "1"\n}', 'c.json:2:11: "seed" must be a whole number from 0 to 4294967295.'],
    ['{ "release": 3.1 }', 'c.json:1:14: "release" must be one of 3.0, 3.1, 3.2. It is a string'],
    ['{ "seed": 1, "seed": 2 }', "c.json:1:14: this property stands here twice."],
    ['{ "s3cret-value-of-a-token": 1 }', "c.json:1:3: this is no option."],
    ['{ "config": "x" }', "c.json:1:3: "],
    ['{ "url": 3 }', 'c.json:1:10: "url" must be a string.'],
    ["[]", "c.json:1:1: an object expected."],
    ["", "c.json:1:1: a JSON value expected, but the text ends."],
    ['{"token": "abc', "c.json:1:11: a closed string without raw control characters expected."],
    ['{"seed": 1} x', "c.json:1:13: nothing more expected."],
  ])("%j: %s", (text, message) => {
    const { path, remove } = folder();
    writeFileSync(join(path, "c.json"), text);
    try {
      expect(() => parse(["run", "--config", "c.json"], path)).toThrow(message);
    } finally {
      remove();
    }
  });

  it("has to be there when it is named", () => {
    expect(refusal("run", "--config", "missing.json")).toBe(
      "The configuration file missing.json cannot be read: there is none.",
    );
  });
});
