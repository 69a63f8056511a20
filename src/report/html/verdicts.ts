import type { RuleVerdict } from "../../engine/result.ts";

/** In the order in which a person wants to know of them: the worst first. */
export const VERDICTS: readonly { verdict: RuleVerdict; title: string; glyph: string; about: string }[] = [
  { verdict: "failed", title: "Failed", glyph: "✕", about: "broken, and a must" },
  {
    verdict: "warned",
    title: "Warned",
    glyph: "!",
    about: "[ADVISORY] broken, and a should: it does not fail the seller by itself",
  },
  { verdict: "not_tested", title: "Not tested", glyph: "?", about: "this run could not get there" },
  { verdict: "noted", title: "Observed", glyph: "i", about: "[ADVISORY] seen and told, never graded" },
  {
    verdict: "not_applicable",
    title: "Not applicable",
    glyph: "–",
    about: "the seller, the release or the run does not have it",
  },
  { verdict: "passed", title: "Passed", glyph: "✓", about: "tested, and held every time" },
];
