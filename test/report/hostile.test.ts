import { validate } from "ctrf";
import { type DefaultTreeAdapterTypes as Html, parse as parseHtml } from "parse5";
import { describe, expect, it } from "vitest";
import { formatNames, reporter } from "../../src/report/formats.ts";
import { reportValidator } from "../../src/report/read.ts";
import type { Report } from "../../src/report/report.ts";
import { parseMarkdown, shapeOf } from "./parse-markdown.ts";
import { junitErrors, parseXml, type XmlNode } from "./parse-xml.ts";
import { HOSTILE, reportOf } from "./sample.ts";

const render = async (name: string, report: Report) => (await reporter(name))(report, { columns: 80, colour: false });

/** What remains of a format when all text is taken out of it, read by a parser that others rely on as well. */
const SHAPES: Record<string, (text: string) => unknown> = {
  terminal: (text) =>
    text
      .match(/^\S.*/gm)
      ?.map((line) => line.replace(/[:(,].*/, ""))
      .filter((line) => !line.startsWith("adcp")),
  json: (text) => jsonShape(JSON.parse(text)),
  ctrf: (text) => jsonShape(JSON.parse(text)),
  adcp: (text) => jsonShape(JSON.parse(text)),
  junit: (text) => xmlShape(parseXml(text)),
  html: (text) => htmlShape(parseHtml(text)),
  markdown: (text) => shapeOf(parseMarkdown(text)),
  github: (text) => commands(text).map(({ command, properties }) => [command, Object.keys(properties)]),
};

/** What a schema or the format's own rules have against it. */
const ISSUES: Record<string, (text: string) => unknown> = {
  json: (text) => {
    const valid = reportValidator();
    return valid(JSON.parse(text)) ? [] : valid.errors;
  },
  ctrf: (text) => validate(JSON.parse(text)).errors ?? [],
  junit: junitErrors,
};

const xmlShape = ({ name, attributes, children }: XmlNode): unknown => [
  name,
  Object.keys(attributes),
  children.map(xmlShape),
];

function htmlShape(node: Html.Node, depth = 0): string[] {
  if (node.nodeName === "#text") return [];
  const attributes = "attrs" in node ? node.attrs.map(({ name }) => ` ${name}`).join("") : "";
  const children = "childNodes" in node ? node.childNodes.flatMap((child) => htmlShape(child, depth + 1)) : [];
  return [`${" ".repeat(depth)}${node.nodeName}${attributes}`, ...children];
}

function jsonShape(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(jsonShape);
  if (typeof value !== "object" || value === null) return typeof value;
  return Object.values(value).map(jsonShape);
}

/** What the runner of GitHub Actions makes of a log. */
function commands(log: string) {
  return log.split(/\r\n|\r|\n/).flatMap((line) => {
    const match = /^\s*::([a-z-]+)(?: ([^:]*))?::(.*)$/i.exec(line);
    if (!match) return line === "" ? [] : [{ command: "plain text", properties: {}, message: line }];
    const decoded = (text: string) => text.replaceAll("%0D", "\r").replaceAll("%0A", "\n").replaceAll("%25", "%");
    const properties = (match[2] ?? "").split(",").map((pair) => {
      const [key, value = ""] = pair.split("=", 2);
      return [key!.trim(), decoded(value.replaceAll("%3A", ":").replaceAll("%2C", ","))];
    });
    return [{ command: match[1]!, properties: Object.fromEntries(properties), message: decoded(match[3]!) }];
  });
}

it("has a parser for every format", () => {
  expect(Object.keys(SHAPES).sort()).toEqual([...formatNames].sort());
});

describe.each(formatNames)("the format %s", (name) => {
  const shape = SHAPES[name]!;
  const usual = render(name, reportOf("words")).then(shape);

  it.each(HOSTILE.map((text) => [JSON.stringify(text.slice(0, 40)), text]))(
    "is neither broken nor forged nor injected into by %s",
    async (_, text) => {
      const told = await render(name, reportOf(text));
      expect(shape(told)).toEqual(await usual);
      expect((await ISSUES[name]?.(told)) ?? []).toEqual([]);
      expect(told).not.toMatch(/[\p{Cs}\p{Cf}\p{Zl}\p{Zp}\ufffe\uffff]|[^\P{Cc}\n]/u);
      expect(told).not.toMatch(/##\w*\[/);
      if (name !== "github") expect(told).not.toMatch(/^\s*::/m);
      expect(told.length).toBeLessThan(5_000_000);
    },
  );
});
