import { describe, expect, test } from "vitest";
import { filesBelow, importsOf, textOf } from "./tree.ts";

/** From the top of the house to its ground: a layer imports only from itself and from layers after it. */
const LAYERS = [
  // What a program, or a test suite of a seller's own, imports.
  "src/api",
  "src/cli",
  "src/selftest",
  // What a report tells of, sent again: it reads reports and starts runs.
  "src/replay",
  "src/report",
  "src/fuzz",
  "suites",
  "src/model",
  "src/engine",
  "src/protocol",
  "src/validation",
  "src/transport",
  "schemas",
  "fixtures",
];

const layerOf = (file: string): number => LAYERS.findIndex((layer) => file.startsWith(`${layer}/`));

const modules = ["src", "suites", "fixtures"].flatMap(filesBelow).filter((file) => file.endsWith(".ts"));
const edges = new Map(
  modules.map((file) => [file, [...new Set(importsOf(file).flatMap((one) => one.file ?? []))]] as const),
);

/** A chain of imports that comes back to where it began, if there is one. */
function findCycle(graph: ReadonlyMap<string, readonly string[]>): string[] | undefined {
  const done = new Set<string>();
  const path: string[] = [];
  const walk = (file: string): string[] | undefined => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (done.has(file)) return undefined;
    path.push(file);
    for (const next of graph.get(file) ?? []) {
      const cycle = walk(next);
      if (cycle) return cycle;
    }
    path.pop();
    done.add(file);
    return undefined;
  };
  for (const file of graph.keys()) {
    const cycle = walk(file);
    if (cycle) return cycle;
  }
  return undefined;
}

describe("the layers of the house", () => {
  test("every module stands in one of them", () => {
    expect(modules.filter((file) => layerOf(file) === -1)).toEqual([]);
    expect(modules.length).toBeGreaterThan(100);
  });

  test("a module imports from its own layer and from those below it", () => {
    const upward = [...edges].flatMap(([file, imports]) =>
      imports.filter((target) => layerOf(target) < layerOf(file)).map((target) => `${file} imports ${target}`),
    );
    expect(upward).toEqual([]);
  });

  test("every import of a file names one that is there", () => {
    const known = new Set(modules);
    const lost = [...edges].flatMap(([file, imports]) =>
      imports.filter((target) => !known.has(target)).map((target) => `${file} imports ${target}`),
    );
    expect(lost).toEqual([]);
  });

  test("no chain of imports comes back to where it began", () => {
    expect(findCycle(edges)).toBeUndefined();
    expect(
      findCycle(
        new Map([
          ["a", ["b"]],
          ["b", ["c"]],
          ["c", ["b"]],
        ]),
      ),
    ).toEqual(["b", "c", "b"]);
  });

  test("modules import packages that the published package depends on", () => {
    const manifest = JSON.parse(textOf("package.json")) as Record<string, Record<string, string>>;
    const dependencies = { ...manifest["dependencies"], ...manifest["peerDependencies"] };
    const allowed = (name: string) =>
      name.startsWith("node:") ||
      Object.keys(dependencies).some((dependency) => name === dependency || name.startsWith(`${dependency}/`));
    const foreign = modules.flatMap((file) =>
      importsOf(file)
        .filter((one) => one.file === undefined && !allowed(one.name))
        .map(({ name }) => `${file} imports ${name}`),
    );
    expect(foreign).toEqual([]);
  });

  test("only the transports and the embedded seller speak HTTP", () => {
    const speaks = /^(undici|node:(http|https|http2|net|tls))$/;
    const found = modules.filter(
      (file) => !/^(src\/transport|fixtures)\//.test(file) && importsOf(file).some(({ name }) => speaks.test(name)),
    );
    expect(found).toEqual([]);
  });

  test("what a module imports is written out", () => {
    const computed = modules.filter((file) => /\bimport\((?!\s*")/.test(textOf(file)));
    expect(computed).toEqual([]);
  });
});
