/** Requirements that no rule tests, and why. */
export const EXCLUDED: Readonly<Record<string, string>> = {
  "ACC-08": "telling an account that exists from one that does not takes the id of an account that is somebody else's",
  "ACC-09":
    "suspended, closed or unpaid accounts take a test controller at the seller that can bring an account into that state",
};
