import { Ajv } from "ajv";
import formats from "ajv-formats";
import type { JsonSchema } from "../../src/validation/index.ts";

const APPLICATORS = ["properties", "items", "allOf", "oneOf", "anyOf", "then"];
const ASSERTIONS = new Set(
  `type required enum const pattern format minLength maxLength minimum maximum exclusiveMinimum minItems maxItems
   uniqueItems minProperties additionalProperties contains not oneOf anyOf if`.split(/\s+/),
);
const ANNOTATIONS = new Set("title description default deprecated notes discriminator examples else".split(" "));

/** Notes which keywords of a schema have rejected a message so far. */
export class Coverage {
  readonly #seen = new Set<string>();
  readonly #schema: JsonSchema;
  readonly #validate;

  /** @param schema one without `$ref`. */
  constructor(schema: JsonSchema) {
    const ajv = new Ajv({ strict: false, allErrors: true, validateSchema: false, logger: false });
    formats.default(ajv);
    this.#schema = schema;
    this.#validate = ajv.compile(schema);
  }

  observe(message: unknown): void {
    if (this.#validate(message)) return;
    for (const { keyword, schemaPath, params } of this.#validate.errors ?? []) {
      this.#seen.add(keyword === "required" ? `${schemaPath}:${params.missingProperty}` : schemaPath);
    }
  }

  /** The keywords that have rejected nothing, by their place in the schema. */
  missing(): string[] {
    return [...occurrences(this.#schema, "#")].filter((place) => !this.#seen.has(place));
  }
}

/** Every place of a keyword that can reject a message. Conditions cannot, and what `not` excludes shows as `not`. */
function* occurrences(schema: JsonSchema, at: string): Generator<string> {
  for (const [keyword, value] of Object.entries(schema)) {
    const place = `${at}/${keyword}`;
    if (keyword === "required") yield* (value as string[]).map((name) => `${place}:${name}`);
    else if (ASSERTIONS.has(keyword) && value !== true) yield place;
    else if (keyword === "uniqueItems") yield place;
    else if (!isKnown(keyword)) throw new Error(`The keyword ${place} is one that this test knows nothing of.`);
    if (!APPLICATORS.includes(keyword)) continue;
    if (keyword === "items" || keyword === "then") yield* occurrences(value as JsonSchema, place);
    else for (const [name, child] of Object.entries(value as object)) yield* occurrences(child, `${place}/${name}`);
  }
}

function isKnown(keyword: string): boolean {
  return (
    ASSERTIONS.has(keyword) ||
    APPLICATORS.includes(keyword) ||
    ANNOTATIONS.has(keyword) ||
    /^(x-|_)/.test(keyword) ||
    keyword.startsWith("enum")
  );
}
