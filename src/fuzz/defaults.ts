/** Sequences, edges of the schema and requests of `fuzz`, and seconds that it takes at most. */
export const ALONE = { runs: 200, edges: 400, specials: true, maxRequests: 2000, maxTime: 60 } as const;
