import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { AxeResults } from "axe-core";
import { parse, type DefaultTreeAdapterTypes as Tree } from "parse5";
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { html } from "../../src/report/html/page.ts";
import { describeInBrowser } from "./browser.ts";
import { exchange, finding, fuzzed, HOSTILE, report, reportOf, rule } from "./sample.ts";

const options = { columns: 80, colour: false };
const page = html(report(), options);
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const OPEN_ALL = "for (const part of document.querySelectorAll('details')) part.open = true";
const PASTE_FIELD = `{
  const field = document.createElement("textarea");
  field.id = "pasted";
  document.body.append(field);
  field.focus();
}`;
/** How many rules are not laid out, since they are far from the screen. */
const SKIPPED = `[...document.querySelectorAll("article.rule")]
  .filter((one) => !one.firstElementChild.checkVisibility({ contentVisibilityAuto: true })).length`;
const PHONE = { width: 360, height: 780 };
const DESKTOP = { width: 1280, height: 900 };

const checkbox = (tab: Page, name: string) => tab.getByRole("checkbox", { name, exact: true });

function elements(node: Tree.Node): Tree.Element[] {
  const children = "childNodes" in node ? node.childNodes.flatMap(elements) : [];
  return "tagName" in node ? [node, ...children] : children;
}
const attribute = (element: Tree.Element, wanted: string) => element.attrs.find(({ name }) => name === wanted)?.value;

describe("HTML report", () => {
  it("loads nothing: a strict policy, and no address but links", () => {
    const all = elements(parse(page));
    const policy = all.find((one) => attribute(one, "http-equiv") === "Content-Security-Policy")!;
    expect(attribute(policy, "content")).toMatch(
      /^default-src 'none'; script-src 'sha256-[^']+'; style-src 'sha256-[^']+';/,
    );
    expect(attribute(policy, "content")).not.toMatch(/unsafe|https?:|\*/);
    expect(all.filter((one) => attribute(one, "src") !== undefined || one.tagName === "link")).toEqual([]);
    expect(all.filter(({ tagName }) => tagName === "script" || tagName === "style")).toHaveLength(2);
    expect(all.flatMap(({ attrs }) => attrs).filter(({ name }) => /^on|^style$/.test(name))).toEqual([]);
    for (const { attrs } of all)
      for (const { name, value } of attrs) if (name === "href") expect(value).toMatch(/^#|^https:\/\//);
  });

  it("has an address for every rule and every exchange that it shows, once", () => {
    const ids = elements(parse(page)).flatMap((one) => attribute(one, "id") ?? []);
    expect(ids.toSorted()).toEqual([...new Set(ids)].toSorted());
    for (const { id } of report().rules) expect(ids).toContain(id);
    const targets = elements(parse(page)).flatMap((one) => attribute(one, "href")?.match(/^#(.+)/)?.[1] ?? []);
    expect(targets.filter((target) => !ids.includes(target))).toEqual([]);
  });

  it("stays below 5 MB, and says what it leaves out", () => {
    const long = "\u2603".repeat(50_000);
    const exchanges = Array.from({ length: 2_000 }, (_, n) => exchange(n + 1, { long: "x".repeat(20_000) }));
    const findings = Array.from({ length: 25 }, (_, n) =>
      finding({ message: `finding ${n}.`, actual: { long, n }, exchanges: [n + 1, n + 2, n + 100] }),
    );
    const rules = Array.from({ length: 300 }, (_, n) => rule(`A-${n}`, { verdict: "failed", findings }));
    const told = html(report({ rules, exchanges }), options);
    expect(Buffer.byteLength(told)).toBeLessThan(5_000_000);
    expect(told).toMatch(
      /Not on this page, which is kept small: \d+ exchanges and findings of \d+ rules\. All of it is in report\.json/,
    );
    expect(told).toContain("15 findings of this rule are in report.json and not on this page.");
    expect(told).toContain('id="A-299"');
  });

  it("stays below 5 MB with 100,000 exchanges", () => {
    const one = exchange(1, { text: "x".repeat(500) });
    const exchanges = Array.from({ length: 100_000 }, (_, n) => ({ ...one, n: n + 1 }));
    const rules = Array.from({ length: 250 }, (_, r) =>
      rule(`A-${r}`, {
        verdict: "failed",
        findings: Array.from({ length: 20 }, (_, f) => {
          const first = (r * 20 + f) * 20 + 1;
          return finding({ message: `finding ${f}.`, exchanges: Array.from({ length: 20 }, (_, n) => first + n) });
        }),
      }),
    );
    const told = html(report({ rules, exchanges }), options);
    expect(Buffer.byteLength(told)).toBeLessThan(5_000_000);
    expect(Buffer.byteLength(told)).toBeGreaterThan(2_000_000);
    expect(told).toMatch(/Not on this page, which is kept small: \d+ exchanges and findings/);
  });

  it("does not choke on what is nested deep", () => {
    const deep = exchange(1, {});
    deep.response!.body = `${'{"a":'.repeat(10_000)}1${"}".repeat(10_000)}`;
    expect(html(report({ exchanges: [deep] }), options).length).toBeLessThan(300_000);
  });
});

describeInBrowser("the page in a browser", ({ open }) => {
  it.each([
    ["light", DESKTOP],
    ["dark", DESKTOP],
    ["light", PHONE],
    ["dark", PHONE],
  ] as const)("is accessible in %s colours at %o, and fits", async (colorScheme, viewport) => {
    const { page: tab, incidents } = await open(html(full(), options), { colorScheme, viewport });
    await tab.evaluate(OPEN_ALL);
    // What is not laid out has no place on the page yet, and seems to lie over other things.
    await tab.evaluate(
      "for (const one of document.querySelectorAll('article')) one.style.contentVisibility = 'visible'",
    );
    await tab.evaluate(AXE);
    const { violations, passes } = (await tab.evaluate(
      "axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })",
    )) as AxeResults;
    expect(
      violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(" | ")}`),
    ).toEqual([]);
    expect(passes.map(({ id }) => id)).toEqual(
      expect.arrayContaining(["color-contrast", "landmark-one-main", "region"]),
    );
    expect(await tab.evaluate("document.documentElement.scrollWidth")).toBe(viewport.width);
    expect(incidents).toEqual([]);
  });

  it("tells verdict, totals, target, release, date and what was not tested on its first screen", async () => {
    const { page: tab } = await open(page, { viewport: DESKTOP });
    for (const text of [
      "Not conformant",
      "1 must rule failed; security findings.",
      "https://seller.example/mcp",
      "AdCP 3.1, MCP 2025-11-25",
      "2026-01-02 03:04:05 UTC",
      "nothing may be deleted on this account",
    ]) {
      const box = await tab.getByText(text, { exact: true }).first().boundingBox();
      expect(box!.y + box!.height, text).toBeLessThan(DESKTOP.height);
    }
    const totals = await tab.locator("table.totals tr", { hasText: "Failed" }).locator("td").allInnerTexts();
    expect(totals).toEqual(["1", "", "", "1"]);
  });

  it("filters rules by level, suite, verdict and text, and says how many are left", async () => {
    const { page: tab } = await open(html(full(), options), { viewport: DESKTOP });
    const shown = () => tab.locator("article.rule:visible").evaluateAll((all) => all.map(({ id }) => id));
    const every = await shown();
    expect(every.toSorted()).toEqual(
      full()
        .rules.map(({ id }) => id)
        .toSorted(),
    );
    await checkbox(tab, "must").uncheck();
    expect(await shown()).toEqual(["SEC-01", "UPS-05", "UPS-09"]);
    await checkbox(tab, "observed").uncheck();
    expect(await shown()).toEqual(["SEC-01", "UPS-05"]);
    await tab.getByLabel("Suite").selectOption("security");
    expect(await shown()).toEqual(["SEC-01"]);
    expect(await tab.getByRole("status").textContent()).toBe(`1 of ${every.length} rules`);
    await tab.getByRole("button", { name: "Show all" }).click();
    expect(await shown()).toEqual(every);
    await tab.getByLabel("Text").fill("ups-1 twice");
    expect(await shown()).toEqual(["UPS-12"]);
  });

  it("goes to the rule of an address, though a filter hides it, and from the map by keyboard", async () => {
    const { page: tab } = await open(page, { viewport: PHONE });
    await checkbox(tab, "passed").uncheck();
    expect(await tab.locator("#UPS-01").isVisible()).toBe(false);
    await tab.evaluate('location.hash = "#UPS-01"');
    await tab.waitForFunction('document.activeElement?.id === "UPS-01"');
    expect(await tab.locator("#UPS-01").isVisible()).toBe(true);
    await tab
      .getByRole("link", { name: "UPS-12 failed: a request that names one id twice is not silently accepted" })
      .focus();
    await tab.keyboard.press("Enter");
    await tab.waitForFunction('document.activeElement?.id === "UPS-12"');
    const box = (await tab.locator("#UPS-12").boundingBox())!;
    expect(box.y).toBeGreaterThan(0);
    expect(box.y).toBeLessThan(PHONE.height / 2);
  });

  it("copies the curl line and the MCP calls", async () => {
    const { page: tab } = await open(page, { viewport: DESKTOP });
    const rules = tab.locator("#UPS-12");
    const [first] = report().rules[0]!.findings;
    for (const [name, text] of [
      ["Copy curl", first!.reproduce.curl],
      ["Copy MCP", JSON.stringify(first!.reproduce.calls, null, 2)],
    ] as const) {
      await rules.getByRole("button", { name }).click();
      await rules.getByText("Copied").waitFor();
      await tab.evaluate(PASTE_FIELD);
      await tab.keyboard.press("Control+V");
      expect(await tab.locator("#pasted").inputValue()).toBe(text);
      await tab.evaluate('document.getElementById("pasted").remove()');
      await rules.getByRole("button", { name }).waitFor();
    }
  });

  it("shows every rule where scripts do not run", async () => {
    const { page: tab } = await open(page, { javaScriptEnabled: false });
    expect(await tab.locator("article.rule").count()).toBe(report().rules.length);
    expect(await tab.locator("#filters").isVisible()).toBe(false);
    expect(await tab.locator("button.copy").first().isVisible()).toBe(false);
  });

  it("prints without what only works on a screen, and looks as it should to a camera", async () => {
    const { page: tab } = await open(html(full(), options), { viewport: DESKTOP });
    const shot = await tab.screenshot({ fullPage: true });
    expect(shot.subarray(1, 4).toString()).toBe("PNG");
    expect(shot.length).toBeGreaterThan(50_000);
    await tab.emulateMedia({ media: "print" });
    expect(await tab.locator("nav").isVisible()).toBe(false);
    expect(await tab.locator("#filters").isVisible()).toBe(false);
    expect((await tab.pdf()).subarray(0, 5).toString()).toBe("%PDF-");
  });

  it("stays fluent with 2,000 exchanges", async () => {
    const exchanges = Array.from({ length: 2_000 }, (_, n) => exchange(n + 1, { n }));
    const rules = Array.from({ length: 200 }, (_, n) =>
      rule(`A-${n}`, {
        verdict: "failed",
        findings: [finding({ exchanges: Array.from({ length: 10 }, (_, i) => n * 10 + i + 1) })],
      }),
    );
    const { page: tab, incidents } = await open(html(report({ rules, exchanges }), options), { viewport: DESKTOP });
    expect(await tab.locator(".sequence details").count()).toBe(2_000);
    // Of what is far below the screen, nothing is laid out.
    const skipped = await tab.evaluate(SKIPPED);
    expect(skipped).toBeGreaterThan(150);
    await tab.evaluate('location.hash = "#A-199"');
    await tab.waitForFunction('document.activeElement?.id === "A-199"');
    await tab.getByLabel("Text").fill("A-7");
    await tab.waitForFunction('document.getElementById("count").textContent === "11 of 200 rules"');
    expect(incidents).toEqual([]);
  });

  const short = HOSTILE.filter((text) => text.length < 1_000);
  it.each([
    ...short.filter((text) => /[<>&"]|^javascript/.test(text)).map((text) => [JSON.stringify(text.slice(0, 40)), text]),
    ["all hostile texts together", short.join(" ")],
    ["ten megabytes", "x".repeat(10_000_000)],
  ])("lets %s do nothing", async (_, text) => {
    const { page: tab, incidents } = await open(html(reportOf(text), options), { viewport: PHONE });
    await tab.evaluate(OPEN_ALL);
    await tab.evaluate("for (const button of document.querySelectorAll('button')) button.click()");
    expect(incidents).toEqual([]);
    expect(await tab.evaluate("document.querySelectorAll('script, style, img, base, iframe, object').length")).toBe(2);
    expect(await tab.locator("h1").textContent()).toBe("Not conformant");
    expect(await tab.evaluate("document.documentElement.scrollWidth")).toBe(PHONE.width);
    expect(await tab.locator("article.rule").count()).toBe(9);
  });
});

/** A report that has something in every part of the page. */
function full() {
  const told = report({
    harness_errors: [{ scenario: "a scenario", message: "undefined is not a function" }],
    timings: {
      p50_ms: 3,
      p95_ms: 9,
      max_ms: 1_200,
      histogram: [
        { up_to_ms: 1, count: 0 },
        { up_to_ms: 2, count: 40 },
        { up_to_ms: 5, count: 3 },
        { up_to_ms: null, count: 1 },
      ],
    },
  });
  told.fuzz = fuzzed({ warnings: ["nothing was discovered"] });
  const [first] = told.rules[0]!.findings;
  Object.assign(first!, { flaky: true, phase: "fuzz", expected: { a: 1, b: "x" }, actual: { a: 2, b: "x", c: null } });
  Object.assign(first!.reproduce, { path: "7:0:1", typescript: "await buyer.sync([]);" });
  return told;
}
