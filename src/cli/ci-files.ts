import { hasReporter } from "../report/formats.ts";

export interface CiFile {
  path: string;
  text: string;
  /** What the user has to do about it. */
  next: string;
}

const OUT = "reports/conformance";
const isThere = (name: string): boolean => hasReporter(name);
const formats = (): string => ["terminal", "junit", "markdown", "html"].filter(isThere).join(",");
const command = (): string => `npx --no-install adcp-conformance run --out ${OUT} --format ${formats()}`;

/** A workflow for GitHub. Everything about the seller stands in the configuration file, and the token in a secret. */
export const githubWorkflow = (): CiFile => ({
  path: ".github/workflows/adcp-conformance.yml",
  text: `name: AdCP conformance
on:
  push:
    branches: [main]
  pull_request:
  workflow_dispatch:
permissions:
  contents: read
# Two runs on one account would disturb one another.
concurrency:
  group: adcp-conformance
  cancel-in-progress: false
jobs:
  conformance:
    # A fork does not get the token.
    if: github.event_name != 'pull_request' || github.event.pull_request.head.repo.full_name == github.repository
    runs-on: ubuntu-latest
    timeout-minutes: 20
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-node@v4
        with:
          node-version: 22
      - run: npm ci
      - run: ${command()}
        env:
          ADCP_TOKEN: \${{ secrets.ADCP_TOKEN }}
${isThere("markdown") ? `      - if: always()\n        run: cat ${OUT}/report.md >> "$GITHUB_STEP_SUMMARY"\n` : ""}      - uses: actions/upload-artifact@v4
        if: always()
        with:
          name: adcp-conformance
          path: ${OUT}
`,
  next: "store the seller's token as the secret ADCP_TOKEN of the repository, if it needs one",
});

/** The same for GitLab. */
export const gitlabJob = (): CiFile => ({
  path: ".gitlab/adcp-conformance.yml",
  text: `adcp-conformance:
  image: node:22
  # Two runs on one account would disturb one another.
  resource_group: adcp-conformance
  timeout: 20 minutes
  script:
    - npm ci
    - ${command()}
  artifacts:
    when: always
    paths:
      - ${OUT}
${isThere("junit") ? `    reports:\n      junit: ${OUT}/junit.xml\n` : ""}`,
  next: "include it in .gitlab-ci.yml (include: {local: .gitlab/adcp-conformance.yml}), and store the seller's token as the masked variable ADCP_TOKEN, if it needs one",
});
