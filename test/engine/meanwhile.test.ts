import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Pool } from "undici";
import { expect, onTestFinished, test } from "vitest";
import { Meanwhile } from "../../src/engine/meanwhile.ts";

test("what is put off is done after the next request was sent, and before its answer is awaited to the end", async () => {
  const server = createServer((_, response) => response.end("ok")).listen(0, "127.0.0.1");
  await once(server, "listening");
  const pool = new Pool(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const log: string[] = [];
  const later = new Meanwhile<string>((one) => log.push(one));
  const sent = () => void log.push("sent");
  subscribe("undici:client:sendHeaders", sent);
  onTestFinished(async () => {
    unsubscribe("undici:client:sendHeaders", sent);
    await pool.destroy();
    server.close();
  });
  const call = async () => (await pool.request({ method: "GET", path: "/" })).body.text();
  for (let n = 0; n < 3; n++) {
    await call();
    later.add("done");
  }
  await new Promise<void>((resolve) => new Meanwhile(resolve).add());
  expect(log).toEqual(["sent", "sent", "done", "sent", "done", "done"]);
});

test("what is put off is done as well where no request follows", async () => {
  await expect(new Promise<string>((resolve) => new Meanwhile(resolve).add("done"))).resolves.toBe("done");
});
