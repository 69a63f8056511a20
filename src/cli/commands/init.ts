import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { lines, wrap } from "../../report/layout.ts";
import { type CiFile, githubWorkflow, gitlabJob } from "../ci-files.ts";
import { CONFIG_FILE } from "../config.ts";
import { connectionTo } from "../connection.ts";
import { EXIT } from "../exit.ts";
import type { Handler } from "../invocation.ts";
import { columnsOf } from "../io.ts";
import type { Given } from "../options.ts";
import { packageInfo } from "../package-info.ts";
import { UsageError } from "../usage.ts";

/** Names that stand for what the user did not give. */
const EXAMPLE = { url: "https://seller.example/mcp", account: "acct_123" };

/** Writes a configuration file and a CI job. Neither holds a credential, and no file that is there is touched without --force. */
export const init: Handler = async ({ words, given, explicit }, io) => {
  const [url] = words;
  if (url !== undefined) await mustBePublic(url, given);
  const config: CiFile = {
    path: CONFIG_FILE,
    text: `${JSON.stringify(configOf(url, given), null, 2)}\n`,
    next: "",
  };
  const isGitlab = given.ci === "gitlab" || (given.ci === undefined && existsSync(resolve(io.cwd, ".gitlab-ci.yml")));
  const job = isGitlab ? gitlabJob() : githubWorkflow();
  const files = [config, job];
  const token = io.env.ADCP_TOKEN?.trim();
  if (token && files.some(({ text }) => text.includes(token)))
    throw new UsageError("The token of ADCP_TOKEN stands in what would be written; leave it out of URL and account.");
  const there = files.filter(({ path }) => existsSync(resolve(io.cwd, path)));
  // A configuration that lets runs force their way is no leave to overwrite it.
  if (there.length > 0 && !explicit.has("force"))
    throw new UsageError(
      `${there.map(({ path }) => path).join(" and ")} ${there.length === 1 ? "is" : "are"} there already; --force writes over.`,
    );
  for (const file of files) write(io.cwd, file);
  const missing = [...(url === undefined ? ["url"] : []), ...(given.account === undefined ? ["account"] : [])];
  const columns = columnsOf(io.stdout);
  io.stdout.write(
    lines([
      ...files.map(({ path }) => `wrote ${path}`),
      "",
      "next:",
      ...(missing.length > 0
        ? wrap(
            `put the seller's ${missing.join(" and ")} into ${CONFIG_FILE}: examples stand there now`,
            columns,
            "  - ",
          )
        : []),
      ...wrap("see what a run would send: npx adcp-conformance run --plan", columns, "  - "),
      ...wrap("add the package to the project's development dependencies, so that npm ci installs it", columns, "  - "),
      ...wrap(job.next, columns, "  - "),
      ...wrap(
        'what fails today and may go on failing: npx adcp-conformance run --write-baseline known.yaml, then add the line "baseline": "known.yaml" to the configuration',
        columns,
        "  - ",
      ),
    ]),
  );
  return EXIT.conformant;
};

/** @throws UsageError for a URL that holds a credential, which belongs in no file */
async function mustBePublic(url: string, given: Given): Promise<void> {
  const { url: shown } = await connectionTo(url, { ...given, "allow-http": true }, undefined);
  if (shown.includes("***") || new URL(url).username !== "" || new URL(url).password !== "")
    throw new UsageError("The URL holds a credential: give the token by ADCP_TOKEN, and init the URL without it.");
}

function configOf(url: string | undefined, given: Given): object {
  const { account = EXAMPLE.account, release } = given;
  const isId =
    typeof account === "object" && Object.keys(account).length === 1 && typeof account["account_id"] === "string";
  return {
    url: url ?? EXAMPLE.url,
    account: isId ? account["account_id"] : account,
    release: release ?? "3.1",
    // An upgrade of the tool must not turn a green run red.
    rules: packageInfo().version,
  };
}

function write(cwd: string, { path, text }: CiFile): void {
  const target = resolve(cwd, path);
  try {
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, text);
  } catch (error) {
    throw new UsageError(`${path} cannot be written: ${(error as NodeJS.ErrnoException).code}.`);
  }
}
