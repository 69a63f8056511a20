import { describe, expect, test } from "vitest";
import { breakout, hostileText } from "../../suites/snippets.ts";

const HOSTILE = hostileText(true);

const entities = (text: string) => text.replace(/[&<>"']/g, (one) => `&#${one.charCodeAt(0)};`);
const unicode = (text: string) => JSON.stringify(text).replaceAll("<", "\\u003c");
const single = (text: string) =>
  `'${text.replace(/[\\'\n<]/g, (one) => `\\x${one.charCodeAt(0).toString(16).padStart(2, "0")}`)}'`;

/** What is in a snippet, and whether the text breaks out of it there. */
const SNIPPETS: [about: string, type: string, snippet: (text: string) => string, broken: boolean][] = [
  ["JSON with \\u003c", "javascript", (text) => `init(${unicode(text)});`, false],
  ["JSON in an object", "javascript", (text) => `init({ name: ${unicode(text)}, n: 1 });`, false],
  ["a single-quoted string, escaped", "javascript", (text) => `init(${single(text)});`, false],
  ["URL-encoded in a string", "javascript", (text) => `init("${encodeURIComponent(text)}");`, false],
  ["base64", "javascript", (text) => `init(atob("${Buffer.from(text).toString("base64")}"));`, false],
  ["entities in a string", "javascript", (text) => `init("${entities(text).replace(/[\n\\]/g, " ")}");`, false],
  ["absent", "javascript", () => `init("es_1");`, false],
  [
    "a comment of one line, line breaks taken out",
    "javascript",
    (text) => `// ${text.replace(/\n/g, " ").replaceAll("<", "")}\ninit();`,
    false,
  ],
  [
    "escaped, beside a regular expression with a quote",
    "javascript",
    (text) => `x.replace(/"/g, "'"); init(${unicode(text)});`,
    false,
  ],
  ["escaped, in a module", "javascript", (text) => `import "a";\ninit(${unicode(text)});`, false],
  ["JSON as it is", "javascript", (text) => `init(${JSON.stringify(text)});`, true],
  ["a double-quoted string", "javascript", (text) => `init("${text}");`, true],
  ["a single-quoted string", "javascript", (text) => `init('${text}');`, true],
  ["a template", "javascript", (text) => `init(\`${text}\`);`, true],
  ["a template, JSON inside", "javascript", (text) => `init(\`${unicode(text)}\`);`, true],
  ["a comment", "javascript", (text) => `/* ${text.replaceAll("</script>", "")} */ init();`, true],
  ["a comment of one line", "javascript", (text) => `// ${text.replaceAll("<", "")}\ninit();`, true],
  ["code", "javascript", (text) => `init(); ${text.replaceAll("<", "")}`, true],
  [
    "quotes escaped, backslashes not",
    "javascript",
    (text) => `init("${text.replace(/\n/g, " ").replaceAll('"', '\\"').replaceAll("<", "")}");`,
    true,
  ],
  ["a module, as it is", "javascript", (text) => `import "a";\ninit("${text}");`, true],

  ["entities in an attribute", "html", (text) => `<img alt="${entities(text)}" src="https://a.example/">`, false],
  ["entities in a single-quoted attribute", "html", (text) => `<img alt='${entities(text)}'>`, false],
  ["entities in text", "html", (text) => `<p>${entities(text)}</p>`, false],
  ["quotes as they are in text", "html", (text) => `<p>${text.replaceAll("<", "&lt;")}</p>`, false],
  ["URL-encoded in src", "html", (text) => `<img src="https://a.example/?n=${encodeURIComponent(text)}">`, false],
  ["JSON with \\u003c in a script element", "html", (text) => `<script>init(${unicode(text)})</script>`, false],
  ["the same, called javascript", "javascript", (text) => `<script>init(${unicode(text)})</script>`, false],
  ["a handler, escaped twice", "html", (text) => `<img onload="init(${entities(unicode(text))})">`, false],
  ["an attribute, as it is", "html", (text) => `<img alt="${text}">`, true],
  ["an attribute without quotes, spaces kept", "html", (text) => `<img alt=${entities(text)}>`, true],
  ["only < escaped, in an attribute", "html", (text) => `<img alt="${text.replaceAll("<", "&lt;")}">`, true],
  ["text, as it is", "html", (text) => `<p>${text}</p>`, true],
  ["JSON in a script element", "html", (text) => `<script>init(${JSON.stringify(text)})</script>`, true],
  ["a string of a script element", "html", (text) => `<script>init("${text.replaceAll("<", "")}")</script>`, true],
  ["the same, called javascript", "javascript", (text) => `<script>init("${text.replaceAll("<", "")}")</script>`, true],
  ["a comment of HTML", "html", (text) => `<!-- ${text} --><p>x</p>`, true],
  ["a handler, escaped for HTML alone", "html", (text) => `<img onload="init('${entities(text)}')">`, true],

  [
    "encodeURIComponent",
    "pixel_url",
    (text) => `https://a.example/e.gif?n=${encodeURIComponent(text)}&o={ORDER}`,
    false,
  ],
  ["form encoding", "pixel_url", (text) => `https://a.example/e.gif?${new URLSearchParams({ n: text })}`, false],
  ["a query, as it is", "pixel_url", (text) => `https://a.example/e.gif?n=${text}`, true],
  ["encodeURI", "pixel_url", (text) => `https://a.example/e.gif?n=${encodeURI(text)}`, true],
  [
    "an img element, escaped",
    "pixel_url",
    (text) => `<img src="https://a.example/?n=${encodeURIComponent(text)}">`,
    false,
  ],
];

describe("text of the buyer's in a snippet", () => {
  test.each(SNIPPETS)("%s (%s)", (_, snippet_type, snippet, broken) => {
    const made = (text: string) => ({ snippet_type, snippet: snippet(text) });
    expect(breakout(made("harmless"), made(HOSTILE)) !== undefined).toBe(broken);
  });

  test.each([undefined, null, 1, {}, { snippet: 1 }, { snippet_type: "html", snippet: ["<"] }])(
    "%o is no snippet",
    (setup) => {
      expect(breakout(setup, setup)).toBeUndefined();
    },
  );

  test("a snippet of hostile size and form is read in time", () => {
    const token = HOSTILE.slice(0, HOSTILE.indexOf('"'));
    for (const part of ["<", "<a ", "<script>", '<a b="', "<!--", "</script ", "((((", "`${"]) {
      const snippet = token + part.repeat(Math.floor(190_000 / part.length));
      for (const snippet_type of ["html", "javascript", "pixel_url"]) {
        expect(() => breakout({ snippet_type, snippet: "a" }, { snippet_type, snippet })).not.toThrow();
      }
    }
  });
});
