import type { ErrorObject } from "ajv";

const LONGEST_LIST = 12;

const ARTICLES: Record<string, string> = {
  array: "an array",
  integer: "an integer",
  null: "null",
  object: "an object",
};

/** What a keyword asked for, as one clause that begins with "must". */
export function describe({ keyword, params, schema, message }: ErrorObject): string {
  switch (keyword) {
    case "type":
      return `must be ${[params.type].flat().map(withArticle).join(" or ")}`;
    case "required":
      return "must be present";
    case "additionalProperties":
      return "must not be present, since this object takes no other properties";
    case "enum":
      return `must be one of ${list(params.allowedValues)}`;
    case "const":
      return `must be ${JSON.stringify(params.allowedValue)}`;
    case "pattern":
      return `must match ${params.pattern}`;
    case "format":
      return `must have the format ${params.format}`;
    case "minLength":
      return `must have at least ${count(params.limit, "character")}`;
    case "maxLength":
      return `must have at most ${count(params.limit, "character")}`;
    case "minItems":
      return `must have at least ${count(params.limit, "item")}`;
    case "maxItems":
      return `must have at most ${count(params.limit, "item")}`;
    case "minProperties":
      return `must have at least ${count(params.limit, "property", "properties")}`;
    case "minimum":
      return `must be at least ${params.limit}`;
    case "maximum":
      return `must be at most ${params.limit}`;
    case "exclusiveMinimum":
      return `must be more than ${params.limit}`;
    case "exclusiveMaximum":
      return `must be less than ${params.limit}`;
    case "uniqueItems":
      return `must not repeat an item, and items ${params.j} and ${params.i} are equal`;
    case "contains":
      return `must contain ${wanted(schema)}`;
    case "oneOf":
      return "must match exactly one of the alternatives";
    case "anyOf":
      return "must match one of the alternatives";
    default:
      return message ?? `must satisfy ${keyword}`;
  }
}

function withArticle(type: string): string {
  return ARTICLES[type] ?? `a ${type}`;
}

function list(values: unknown[]): string {
  const shown = values
    .slice(0, LONGEST_LIST)
    .map((value) => (typeof value === "string" ? value : JSON.stringify(value)));
  const rest = values.length > LONGEST_LIST ? `, ... (${values.length} values)` : "";
  return shown.join(", ") + rest;
}

function count(limit: number, one: string, many = `${one}s`): string {
  return `${limit} ${limit === 1 ? one : many}`;
}

function wanted(schema: unknown): string {
  const constant = (schema as { const?: unknown }).const;
  return constant === undefined ? "an item of the asked kind" : JSON.stringify(constant);
}
