import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  createValidator,
  type JsonSchema,
  loadSchema,
  type MessageName,
  RELEASES,
  type Release,
} from "../../src/validation/index.ts";
import { resolveRefs } from "../../src/validation/resolve.ts";
import { bundledSchemas } from "../../src/validation/schema-files.ts";
import { Coverage } from "./coverage.ts";
import { coveredPart } from "./covered-part.ts";
import { type Fill, messages } from "./generate.ts";
import { ADCP_SCHEMAS, MESSAGES, officialVerdict, SDK_SCHEMAS } from "./official.ts";
import { variants } from "./variants.ts";

/** How many messages are made for each choice of arms. */
const SAMPLES: Record<Fill, number> = { all: 4, some: 4, none: 1 };

/** Valid messages of a schema, and each of them with one thing changed. */
function* corpus(schema: JsonSchema, seed: number): Generator<unknown> {
  for (const [fill, numRuns] of Object.entries(SAMPLES) as [Fill, number][]) {
    for (const message of messages(schema, fill).flatMap((shape) => fc.sample(shape, { seed, numRuns }))) {
      yield message;
      yield* variants(schema, message);
    }
  }
}

interface Comparison {
  disagreements: string[];
  valid: number;
  invalid: number;
  neverRejecting: string[];
}

/** Asks several judges about every message of a schema's corpus. */
function compare(
  schema: JsonSchema,
  judges: Record<string, (message: unknown) => boolean>,
  skip: (message: unknown) => boolean = () => false,
): Comparison {
  const coverage = new Coverage(schema);
  const result: Comparison = { disagreements: [], valid: 0, invalid: 0, neverRejecting: [] };
  for (const message of corpus(schema, 7)) {
    if (skip(message)) continue;
    coverage.observe(message);
    const verdicts = Object.entries(judges).map(([name, accepts]) => [name, accepts(message)] as const);
    if (verdicts[0]![1]) result.valid++;
    else result.invalid++;
    if (new Set(verdicts.map(([, verdict]) => verdict)).size > 1 && result.disagreements.length < 5) {
      result.disagreements.push(
        `${JSON.stringify(Object.fromEntries(verdicts))} ${JSON.stringify(message).slice(0, 2000)}`,
      );
    }
  }
  result.neverRejecting = coverage.missing();
  return result;
}

function expectAgreement({ disagreements, valid, invalid }: Comparison): void {
  expect(disagreements).toEqual([]);
  expect(valid).toBeGreaterThan(50);
  expect(invalid).toBeGreaterThan(50);
}

/** The verdicts of this package and of an official bundle, the latter by ajv alone and by this package's validator. */
function judges(directory: string, message: MessageName, release: Release) {
  const own = createValidator();
  const bundle = createValidator({ schemas: directory });
  return {
    own: (value: unknown) => own.validate(message, release, value).length === 0,
    official: officialVerdict(directory, message, release),
    bundle: (value: unknown) => bundle.validate(message, release, value).length === 0,
  };
}

function officialPart(directory: string, message: MessageName, release: Release): JsonSchema {
  const source = bundledSchemas(directory);
  const { schema } = resolveRefs(source.message(message, release), source);
  return message === "get-adcp-capabilities-response" ? coveredPart(schema) : schema;
}

describe("the official 3.0 schemas of the npm package @adcp/sdk", () => {
  // The package carries 3.0.6. There a seller with an `account` section always names its billing; from 3.0.26 on, one that
  // sells media names it, and has the section. Messages on which those two rules differ are left out.
  const differs = (message: unknown) => {
    const { account, supported_protocols } = (message ?? {}) as { account?: object; supported_protocols?: unknown };
    const sellsMedia = Array.isArray(supported_protocols) && supported_protocols.includes("media_buy");
    const namesBilling = typeof account === "object" && account !== null && "supported_billing" in account;
    return account === undefined ? sellsMedia : !namesBilling;
  };

  for (const message of MESSAGES) {
    const skip = message === "get-adcp-capabilities-response" ? differs : undefined;
    it(`agree with ours on ${message}`, () => {
      expectAgreement(compare(loadSchema(message, "3.0"), judges(SDK_SCHEMAS, message, "3.0"), skip));
      expectAgreement(compare(officialPart(SDK_SCHEMAS, message, "3.0"), judges(SDK_SCHEMAS, message, "3.0"), skip));
    });
  }
});

const absent = ADCP_SCHEMAS ? "" : " (skipped: ADCP_SCHEMAS is unset)";
describe.skipIf(!ADCP_SCHEMAS)(`the official schemas of ADCP_SCHEMAS${absent}`, () => {
  const directory = ADCP_SCHEMAS ?? "";
  for (const release of RELEASES) {
    for (const message of MESSAGES) {
      it(`${release}: agree with ours on ${message}, made from ours`, () => {
        expectAgreement(compare(loadSchema(message, release), judges(directory, message, release)));
      });

      it(`${release}: agree with ours on ${message}, made from theirs`, () => {
        const comparison = compare(officialPart(directory, message, release), judges(directory, message, release));
        expectAgreement(comparison);
        expect(comparison.neverRejecting).toEqual([]);
      });
    }
  }
});

describe("the generated messages", () => {
  for (const release of RELEASES) {
    for (const message of MESSAGES) {
      it(`${release}: exercise every keyword of ${message}`, () => {
        expect(compare(loadSchema(message, release), { any: () => true }).neverRejecting).toEqual([]);
      });
    }
  }

  it("are mostly valid before anything is changed in them", () => {
    const validator = createValidator();
    for (const release of RELEASES) {
      for (const message of MESSAGES) {
        const shapes = messages(loadSchema(message, release), "some");
        const made = shapes.flatMap((shape) => fc.sample(shape, { seed: 7, numRuns: 50 }));
        const valid = made.filter((value) => validator.validate(message, release, value).length === 0);
        expect(valid.length / made.length, `${release} ${message}`).toBeGreaterThan(0.5);
      }
    }
  });
});
