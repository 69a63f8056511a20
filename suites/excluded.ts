/** Requirements that no rule tests, and why. */
export const EXCLUDED: Readonly<Record<string, string>> = {
  "ACC-09":
    "suspended, closed or unpaid accounts take a test controller at the seller that can bring an account into that state",
};
