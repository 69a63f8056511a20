/**
 * The embedded seller as a process of its own: argument 1 has the options as JSON, ADCP_TOKEN the token to ask for, if any.
 * Writes one line of JSON with its URL and accounts, and ends when its standard input closes, so that it never outlives the
 * process that started it, however that one ends.
 */
import { startSeller } from "../../fixtures/seller/start.ts";

// An interrupt goes to the parent too, which still has to put the account in order.
process.on("SIGINT", () => {});

const token = process.env.ADCP_TOKEN;
const { url, a2aUrl, account, secondAccount } = await startSeller({
  ...JSON.parse(process.argv[2] ?? "{}"),
  ...(token && { token }),
});
process.stdout.on("error", () => {});
process.stdout.write(`${JSON.stringify({ url, a2aUrl, account, secondAccount })}\n`);
for (const event of ["end", "close", "error"]) process.stdin.on(event, () => process.exit(0));
process.stdin.resume();
