import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { isCommand } from "../../src/cli/commands.ts";
import { isOption } from "../../src/cli/options.ts";
import { EXCLUDED } from "../../suites/excluded.ts";
import { suites } from "../../suites/index.ts";
import { filesBelow, ROOT, textOf } from "./tree.ts";

const pages = ["README.md", ...filesBelow("docs").filter((file) => file.endsWith(".md"))];
const found = (page: string, pattern: RegExp) => [...textOf(page).matchAll(pattern)].map(([, one]) => one!);

describe.each(pages)("%s", (page) => {
  test("links to files that are there", () => {
    const links = found(page, /\]\(([^)\s]+)\)/g).filter((link) => !/^(https:|#)/.test(link));
    const lost = links.filter((link) => !existsSync(join(ROOT, dirname(page), link.replace(/#.*$/, ""))));
    expect(lost).toEqual([]);
  });

  test("names options and commands that there are", () => {
    const others = ["global", "no-install"];
    const options = found(page, /(?<![\w-])--([a-z][a-z0-9-]*)/g).filter((name) => !others.includes(name));
    expect(options.filter((name) => !isOption(name))).toEqual([]);
    const commands = found(page, /(?:adcp-conformance|cli\/main\.js) ([a-z][a-z-]*)(?=[\s`])/g);
    expect(commands.filter((name) => name !== "help" && !isCommand(name))).toEqual([]);
  });

  test("names rules that there are", () => {
    const rules = new Set([...suites.flatMap((suite) => Object.keys(suite.rules)), ...Object.keys(EXCLUDED)]);
    const named = found(page, /\b([A-Z][A-Z0-9]{2}-\d\d(?:-[A-Z0-9]+)*)\b/g);
    expect(named.filter((id) => !rules.has(id))).toEqual([]);
  });

  test("names scripts and files that there are", () => {
    const { scripts } = JSON.parse(textOf("package.json")) as { scripts: Record<string, string> };
    expect(found(page, /npm run ([\w:-]+)/g).filter((name) => !Object.hasOwn(scripts, name))).toEqual([]);
    const files = found(page, /`((?:src|suites|fixtures|schemas|docs|test|bench)\/[\w./-]*)`/g);
    expect(files.filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
  });
});
