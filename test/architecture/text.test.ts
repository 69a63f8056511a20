import { homedir } from "node:os";
import { describe, expect, test } from "vitest";
import { allFiles, ROOT, textOf } from "./tree.ts";

const BINARY = /\.(png|ico|woff2?|gz)$/;
const files = allFiles().filter((file) => !BINARY.test(file));
const holding = (pattern: RegExp) => files.filter((file) => pattern.test(textOf(file)));

// Written in pieces, so that this file is not its own finding.
const slash = "/";
const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

describe("the text of the repository", () => {
  test("is found", () => {
    expect(files).toContain("package.json");
    expect(files).toContain("test/architecture/text.test.ts");
    expect(files).toContain(".ci/run");
  });

  test("names no folder of the machine it is written on", () => {
    // A folder at the top of the disk, like one named app, may well stand in an example.
    const folders = [ROOT.replace(/[/\\]$/, ""), homedir()].filter((folder) => folder.split(/[/\\]/).length > 2);
    const named = new RegExp(folders.map((folder) => `(?<![\\w.])${escaped(folder)}(?=[/\\\\"'\\s])`).join("|"));
    if (folders.length > 0) {
      expect(named.test(`see ${folders[0]}${slash}x`)).toBe(true);
      expect(holding(named)).toEqual([]);
    }
    expect(holding(new RegExp(`(?<![\\w.])${slash}work${slash}|(?<!\\w)shared${slash}`))).toEqual([]);
  });

  test("names no package registry's host", () => {
    const hosts = ["registry\\.npm", "npmmirror", "yarnpkg", "unpkg", "jsr\\.io", "pypi\\.org", "deb\\.debian"];
    expect(holding(new RegExp(`${slash}${slash}[\\w.-]*(${hosts.join("|")})`))).toEqual([]);
  });

  test("holds no credential that looks real", () => {
    const keys = ["gh[pousr]_\\w{30,}", "npm_\\w{30,}", "AKIA[0-9A-Z]{16}", "-----BEGIN [A-Z ]*PRIVATE KEY-----\\n"];
    expect(holding(new RegExp(keys.join("|")))).toEqual([]);
  });

  test("has no carriage returns, tabs in code, or trailing white space in code", () => {
    const code = files.filter((file) => file.endsWith(".ts"));
    expect(code.filter((file) => /\r|^\t|[ \t]$/m.test(textOf(file)))).toEqual([]);
  });
});
