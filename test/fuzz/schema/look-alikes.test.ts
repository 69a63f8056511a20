import { expect, test } from "vitest";
import { lookAlikes } from "../../../src/fuzz/schema/index.ts";

test("look-alikes of an id are other ids, each one different", () => {
  const found = lookAlikes("cf_Page_1");
  expect(found).not.toContain("cf_Page_1");
  expect(new Set(found).size).toBe(found.length);
});

test("they differ in case, white space, Unicode form and length", () => {
  const found = lookAlikes("cf_page");
  const same = (form: (text: string) => string) => found.filter((text) => form(text) === "cf_page").length;
  expect(same((text) => text.toLowerCase())).toBeGreaterThan(0);
  expect(same((text) => text.trim())).toBeGreaterThan(2);
  expect(same((text) => text.normalize("NFKC"))).toBeGreaterThan(0);
  expect(same((text) => text.slice(0, 7))).toBeGreaterThan(2);
  const composed = found.map((text) => text.normalize("NFC"));
  expect(new Set(composed).size).toBeLessThan(composed.length);
});
