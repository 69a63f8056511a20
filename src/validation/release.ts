/** The AdCP releases that the tool knows, oldest first. */
export const RELEASES = ["3.0", "3.1", "3.2"] as const;

export type Release = (typeof RELEASES)[number];
