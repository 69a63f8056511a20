import { startSeller } from "../fixtures/seller/start.ts";
import { packageInfo } from "../src/cli/package-info.ts";
import { histogram } from "../src/engine/histogram.ts";
import type { RunResult } from "../src/engine/result.ts";
import { run } from "../src/engine/run.ts";
import { oracle } from "../src/model/index.ts";
import { fileOf, formatNames, reporter } from "../src/report/formats.ts";
import { toReport } from "../src/report/report.ts";
import { createMcpTransport } from "../src/transport/mcp.ts";
import { createValidator } from "../src/validation/index.ts";
import { suites } from "../suites/index.ts";

const FAULT = "update-not-stored";
const URL_SHOWN = "https://seller.example/mcp";
const STARTED = Date.parse("2026-01-02T03:04:05.000Z");

const about = (commands: string) => `# An example

What a run of adcp-conformance on a seller with a defect writes: the embedded seller with the fault \`${FAULT}\`. Open
\`report.html\` first.

${commands}

Times, keys, the run's id and the seller's address are replaced, so that the files change only when the tool does. Made
by \`npm run example\`; \`npm run example -- --check\` says whether they are stale, and so does a test.
`;

/** The files of \`reports/example\`, by name: a run on a faulty embedded seller, in every format. */
export async function makeExample(): Promise<Map<string, string>> {
  const report = toReport(settled(await runFaulty()), packageInfo());
  const files = new Map<string, string>();
  const shown: string[] = [];
  for (const name of formatNames) {
    const file = fileOf(name) ?? `${name}.txt`;
    files.set(file, (await reporter(name))(report, { columns: 100, colour: false }));
    shown.push(`- \`${file}\`: \`--format ${name}\``);
  }
  return files.set("README.md", about(shown.join("\n")));
}

async function runFaulty(): Promise<RunResult> {
  const seller = await startSeller({ fault: FAULT });
  const { url, account } = seller;
  try {
    return await run({
      url,
      connect: ({ nextNumber, onExchange }) => createMcpTransport({ url, nextNumber, onExchange }),
      ...{ suites, oracle, validator: createValidator(), account, release: "3.1", seed: 1, only: [], skip: [] },
      ...{ noExtra: false, sellerManaged: [], allowDestructive: false, force: false, planOnly: false },
      ...{ failOn: "must", maxWait: 0 },
    });
  } finally {
    await seller.close();
  }
}

/** The result with all that is new in every run replaced by what is the same each time. */
function settled(result: RunResult): RunResult {
  const origin = new URL(result.target.url);
  const text = numbered(
    JSON.stringify(result)
      .replaceAll(result.target.url, URL_SHOWN)
      .replaceAll(origin.host, new URL(URL_SHOWN).host)
      .replaceAll(result.run_id, "0badcafe")
      .replaceAll(result.run_id.toUpperCase(), "0BADCAFE"),
  );
  const parsed = JSON.parse(text) as RunResult;
  const duration = (n: number) => 2 + ((n * n) % 13) + (n % 97 === 0 ? 40 : 0);
  const all = Array.from({ length: result.requests }, (_, index) => duration(index + 1)).sort((a, b) => a - b);
  const at = (share: number) => all[Math.ceil(share * all.length) - 1]!;
  return {
    ...parsed,
    started_at: new Date(STARTED).toISOString(),
    duration_ms: 3_000,
    timings: { p50_ms: at(0.5), p95_ms: at(0.95), max_ms: at(1), histogram: histogram(all) },
    exchanges: parsed.exchanges.map((one) => ({
      ...one,
      at: new Date(STARTED + one.n * 7).toISOString(),
      duration_ms: duration(one.n),
    })),
  };
}

/** Keys and nonces are numbered by their first appearance, and points in time become one. */
function numbered(text: string): string {
  const known = new Map<string, string>();
  const number = (one: string, make: (n: number) => string): string => {
    if (!known.has(one)) known.set(one, make(known.size + 1));
    return known.get(one)!;
  };
  return text
    .replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/g, (uuid) =>
      number(uuid, (n) => `00000000-0000-4000-8000-${n.toString(16).padStart(12, "0")}`),
    )
    .replaceAll(/(?<![0-9a-f-])[0-9a-f]{15,}(?![0-9a-f-])/g, (nonce) =>
      /^0+[0-9a-f]{1,3}$/.test(nonce) ? nonce : number(nonce, (n) => n.toString(16).padStart(nonce.length, "0")),
    )
    .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, new Date(STARTED).toISOString());
}
