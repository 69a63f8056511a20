import { expect, test } from "vitest";
import { applyPatches, type Patch } from "../../../src/fuzz/schema/index.ts";

const message = Object.freeze({ list: Object.freeze([1, 2, 3]), deep: Object.freeze({ "a/b~": 1, left: true }) });

test("set and remove change what a pointer names, and nothing else", () => {
  const changed = applyPatches(message, [
    { op: "set", pointer: "/deep/a~1b~0", value: 2 },
    { op: "remove", pointer: "/deep/left" },
    { op: "remove", pointer: "/list/0" },
    { op: "set", pointer: "/list/2", value: 4 },
    { op: "set", pointer: "/list/0", value: "two" },
  ]);
  expect(changed).toEqual({ list: ["two", 3, 4], deep: { "a/b~": 2 } });
  expect(message).toEqual({ list: [1, 2, 3], deep: { "a/b~": 1, left: true } });
});

test("set makes the objects that are missing on its way", () => {
  expect(applyPatches({}, [{ op: "set", pointer: "/a/b/0", value: 1 }])).toEqual({ a: { b: { 0: 1 } } });
});

test("removing what is not there changes nothing", () => {
  const gone = ["/other", "/deep/other/still", "/list/3"].map((pointer): Patch => ({ op: "remove", pointer }));
  expect(applyPatches(message, gone)).toEqual(message);
});

test("set at the root replaces the value", () => {
  expect(applyPatches(message, [{ op: "set", pointer: "", value: null }])).toBeNull();
});

test("__proto__ is a name like any other", () => {
  const changed = applyPatches({}, [{ op: "set", pointer: "/ext/__proto__/polluted", value: true }]);
  expect(JSON.stringify(changed)).toBe('{"ext":{"__proto__":{"polluted":true}}}');
  expect(Object.getPrototypeOf((changed as { ext: object }).ext)).toBe(Object.prototype);
  expect({}).not.toHaveProperty("polluted");
  expect(JSON.stringify(applyPatches(changed, [{ op: "remove", pointer: "/ext/__proto__" }]))).toBe('{"ext":{}}');
});

test.each([
  { op: "set", pointer: "/list/5", value: 1 },
  { op: "set", pointer: "/list/-1", value: 1 },
  { op: "set", pointer: "/list/0/name", value: 1 },
  { op: "remove", pointer: "" },
] satisfies Patch[])("a pointer that leads nowhere is an error: $op $pointer", (patch) => {
  expect(() => applyPatches(message, [patch])).toThrow(/pointer|leads|names|root/);
});
