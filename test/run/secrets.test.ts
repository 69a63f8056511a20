import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, it } from "vitest";
import { formatNames } from "../../src/report/formats.ts";
import { build } from "./built.ts";
import { command } from "./command.ts";
import { before } from "./front.ts";
import { embedded, type Json, temporaryFolder } from "./support.ts";

beforeAll(build);

const secret = (kind: string): string => `${kind}-${randomBytes(12).toString("hex")}`;

/** How a secret may stand in a file without being there letter for letter. */
const spellings = (text: string): string[] => [
  text,
  encodeURIComponent(text),
  Buffer.from(text).toString("base64").replace(/=+$/, ""),
  Buffer.from(`user:${text}`).toString("base64"),
  [...text].map((letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`).join(""),
];

it("no token, cookie or key gets into any output, whoever planted it and wherever", async () => {
  /** Given to the command: these may stand nowhere, in no spelling. */
  const ours = { token: secret("tok"), header: secret("hdr"), query: secret("qry"), user: secret("usr") };
  /** Handed out by the seller, in places that are known for them. */
  const theirs = {
    cookie: secret("cookie"),
    session: secret("session"),
    body: secret("body"),
    nested: secret("nested"),
  };
  const seller = await embedded({ fault: "duplicates-last-wins" });
  const echoes = Object.values(ours).flatMap(spellings);
  let answers = 0;
  const url = await before(seller, async (_, response, forward) => {
    const { status, body } = await forward();
    const message = JSON.parse(body || "{}") as { result?: Json; error?: Json };
    const extra = {
      access_token: theirs.body,
      ext: { credentials: [{ deep: theirs.nested }], text: JSON.stringify({ set_cookie: theirs.nested }) },
      debug: echoes,
    };
    const payload = message.result?.["structuredContent"] as Json | undefined;
    if (payload) {
      Object.assign(payload, extra);
      const errors = payload["errors"];
      if (Array.isArray(errors)) for (const error of errors) (error as Json)["message"] = `refused ${echoes.join(" ")}`;
      const sources = payload["event_sources"];
      if (Array.isArray(sources))
        for (const source of sources) Object.assign(source as Json, { api_key: theirs.body, note: echoes[0] });
      message.result = { ...message.result, content: [{ type: "text", text: JSON.stringify(payload) }] };
    }
    if (message.result?.["serverInfo"])
      message.result["serverInfo"] = { name: ours.token, version: echoes.join(" ").slice(0, 5_000) };
    const text = JSON.stringify(message);
    const stream = answers++ % 3 === 2 && payload !== undefined;
    response.writeHead(status, {
      "content-type": stream ? "text/event-stream" : "application/json",
      "set-cookie": `sid=${theirs.cookie}; Path=/`,
      "www-authenticate": `Bearer realm="${ours.token}"`,
      "x-request-id": ours.header,
      location: `https://seller.example/?token=${ours.query}`,
      "mcp-session-id": theirs.session,
    });
    response.end(stream ? `event: message\ndata: ${text}\n\n` : body === "" ? "" : text);
    return true;
  });
  const address = new URL(url);
  address.searchParams.set("api_key", ours.query);
  address.username = ours.user;
  const cwd = temporaryFolder();
  const args = [
    "run",
    address.href,
    "--account",
    JSON.stringify(seller.account),
    "--header",
    `X-Api-Key: ${ours.header}`,
  ];
  const run = await command([...args, "--seed", "1", "--format", formatNames.join(","), "--out", "out"], {
    cwd,
    env: { ADCP_TOKEN: ours.token },
  });
  expect(run.code, run.stderr).toBe(1);
  const files = readdirSync(join(cwd, "out"));
  expect(files).toEqual(
    expect.arrayContaining(["report.json", "report.html", "junit.xml", "exchanges.ndjson", "journal.ndjson"]),
  );
  const outputs = [
    ["standard output", run.stdout],
    ["standard error", run.stderr],
    ...files.map((name) => [name, readFileSync(join(cwd, "out", name), "utf8")]),
  ] as [string, string][];
  // The echoes came through: what is searched for could have been found.
  expect(outputs.find(([name]) => name === "exchanges.ndjson")![1]).toContain("access_token");
  expect(answers).toBeGreaterThan(50);
  const leaks = outputs.flatMap(([name, text]) => [
    ...Object.entries(ours).flatMap(([kind, one]) =>
      spellings(one).flatMap((spelling, index) =>
        text.includes(spelling) ? [`${name}: our ${kind}, spelling ${index}`] : [],
      ),
    ),
    ...Object.entries(theirs).flatMap(([kind, one]) => (text.includes(one) ? [`${name}: the seller's ${kind}`] : [])),
  ]);
  expect(leaks).toEqual([]);
});
