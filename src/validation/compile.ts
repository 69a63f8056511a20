import { createRequire } from "node:module";
import type { Ajv, Format, ValidateFunction } from "ajv";
import type { JsonSchema } from "./schema-files.ts";

const require = createRequire(import.meta.url);

/** Compiles schemas; `all` reports every failure, `first` stops at one. */
export class Compiler {
  #all: Ajv | undefined;
  #first: Ajv | undefined;

  all(schema: JsonSchema): ValidateFunction {
    this.#all ??= createAjv(true);
    return this.#all.compile(schema);
  }

  first(schema: JsonSchema): ValidateFunction {
    this.#first ??= createAjv(false);
    return this.#first.compile(schema);
  }
}

/** ajv is loaded here and not with the module: most commands start without needing it. */
function createAjv(allErrors: boolean): Ajv {
  const ajvModule = require("ajv") as typeof import("ajv");
  const formatsModule = require("ajv-formats") as typeof import("ajv-formats");
  const ajv = new ajvModule.Ajv({
    allErrors,
    // Official bundles carry annotations of their own (`x-...`, `notes`), which strict mode refuses.
    strict: false,
    validateSchema: false,
    logger: false,
    // Each error then names the subschema and the value that it is about.
    verbose: true,
    // A key such as `__proto__` must never bring in inherited properties.
    ownProperties: true,
    code: { regExp: Object.assign(boundedRegExp, { code: "boundedRegExp" }) },
  });
  formatsModule.default(ajv);
  for (const [name, format] of Object.entries(ajv.formats)) {
    if (format) ajv.addFormat(name, boundedFormat(format));
  }
  return ajv;
}

/** Characters of the longest string that is matched at all; V8 throws or stalls on strings of some megabytes. */
const LONGEST_MATCHED = 65_536;

function bounded(test: (text: string) => boolean): (text: string) => boolean {
  return (text) => text.length <= LONGEST_MATCHED && test(text);
}

function boundedRegExp(pattern: string, flags: string) {
  const expression = new RegExp(pattern, flags);
  return { test: bounded((text) => expression.test(text)), toString: () => expression.toString() };
}

function boundedFormat(format: Format): Format {
  if (format instanceof RegExp) return bounded((text) => format.test(text));
  if (typeof format === "function") return bounded(format);
  if (typeof format === "object" && typeof format.validate === "function" && format.type !== "number") {
    return { ...format, validate: bounded(format.validate as (text: string) => boolean) } as Format;
  }
  return format;
}
