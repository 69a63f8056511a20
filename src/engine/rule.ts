import type { Release } from "../validation/release.ts";

/** `must`: a broken one makes the seller non-conformant; `should`: it warns; `note`: observed, never graded. */
export type Level = "must" | "should" | "note";

/** What carries the requirement: RFC 2119 text, a schema, plain words of the page, or the meaning of the fields. */
export type Basis = "must" | "should" | "schema" | "page" | "derived";

/** Where a requirement stands: a page's section, or a schema and a JSON pointer into it. */
export interface Citation {
  title: string;
  url: string;
  basis: Basis;
}

/** One requirement of the seller. Its id is the key under which its suite holds it, and never changes its meaning. */
export interface Rule {
  level: Level;
  basis: Basis;
  /** What the seller has to do, one clause in our own words. */
  statement: string;
  source: { title: string; url: string };
  /** The releases that have the rule; absent: all of them. */
  releases?: readonly Release[];
  /** A rule of ours about what a seller hands back: it decides `security`, not the verdict. */
  security?: true;
  /** The version of this tool since which it is graded; absent: the first one. */
  since?: string;
}

export interface RuleOptions {
  releases?: readonly Release[];
  basis?: Basis;
  security?: true;
  since?: string;
}

const rule =
  (level: Level) =>
  (statement: string, citation: Citation, options: RuleOptions = {}): Rule => ({
    level,
    basis: options.basis ?? citation.basis,
    statement,
    source: { title: citation.title, url: citation.url },
    ...(options.releases && { releases: options.releases }),
    ...(options.security && { security: options.security }),
    ...(options.since !== undefined && { since: options.since }),
  });

export const must = rule("must");
export const should = rule("should");
export const note = rule("note");
