import { describe, expect, it } from "vitest";
import { plainHeaders, redactText, redactValue } from "../../src/transport/credential-keys.ts";

/** The names that AdCP's runner output contract lists. */
const NAMES = [
  ...["authorization", "credential", "credentials", "token", "apikey", "api_key", "api-key", "password", "secret"],
  ...["client_secret", "client-secret", "refresh_token", "access-token", "bearer", "session_token", "offering-token"],
  ...["cookie", "set-cookie", "set_cookie"],
];

describe("the value of a key that names a credential", () => {
  it.each([...NAMES, ...NAMES.map((name) => name.toUpperCase())])("%s is left out at any depth", (name) => {
    const value = { a: [{ [name]: { deep: "s3cr3t" } }], [name]: "s3cr3t", text: JSON.stringify({ [name]: "s3cr3t" }) };
    const told = { a: [{ [name]: "[redacted]" }], [name]: "[redacted]", text: `{"${name}":"[redacted]"}` };
    expect(redactValue(value)).toEqual(told);
    expect(JSON.parse(redactText(JSON.stringify(value)))).toEqual(told);
    expect(JSON.parse(redactText(JSON.stringify(value, null, 2)))).toEqual(told);
  });

  it.each([
    ["escaped letters", '{"tok\\u0065n" : "s3cr3t"}'],
    ["quotes and brackets in it", '{"token":["}","\\"]",{"a":"s3cr3t"}]}'],
    ["a second key of that name", '{"token":"s3cr3t","token":"s3cr3t"}'],
    ["another key over it", '{"a":{"token":"s3cr3t"},"a":1}'],
    ["the end of the text in it", '{"a":1,"token":"s3cr3t and mo'],
    ["the end of the text in a list", '{"a":1,"token":["s3cr3t",'],
    ["JSON in JSON in JSON", JSON.stringify({ a: JSON.stringify({ b: JSON.stringify({ token: "s3cr3t" }) }) })],
    ["an event stream", 'event: message\ndata: {"a":1,\ndata: "token":\ndata: "s3cr3t"}\n\n'],
    ["a quotation mark in prose before it", 'He said "hi\n{"token":"s3cr3t"}'],
    ["a number", '{"token":731}', "731"],
  ])("is found with %s", (_, text, secret = "s3cr3t") => {
    expect(redactText(text)).not.toContain(secret);
    expect(redactText(text)).toContain("[redacted]");
  });

  it("is all that changes", () => {
    const texts = [
      '{ "n": 1e400, "big": 12345678901234567890,\n "idempotency_key": "k", "a": "\\u00e9", "test_event_code": "c" }',
      "data: {}\n\n",
      '"token" is a word; so is "secret"',
      "",
      "the token: abc",
    ];
    for (const text of texts) expect(redactText(text)).toBe(text);
    expect(redactText('{"a": 1e400, "token": 1, "b":"\\u0041"}')).toBe(
      '{"a": 1e400, "token": "[redacted]", "b":"\\u0041"}',
    );
  });

  it("is found in texts that were made to take long", () => {
    const long = 200_000;
    const texts = [
      `{"a":"${"x".repeat(100 * long)}","token":"s3cr3t"}`,
      `{"token":"${"s3cr3t\\\\".repeat(10 * long)}"}`,
      `"\n`.repeat(long),
      `"token${'\\"'.repeat(10 * long)}`,
      `"token\\q${'\\"'.repeat(10 * long)}"`,
      '"token"'.repeat(long),
      '{"token":'.repeat(long),
      `"token${"\\".repeat(long)}`,
      `{"token":"${"\\".repeat(long)}`,
      '"token'.repeat(long),
    ];
    for (const text of texts) expect(redactText(text)).not.toContain("s3cr3t");
    let nested = '{"token":"s3cr3t"}';
    for (let depth = 0; depth < 12; depth++) nested = JSON.stringify(nested);
    expect(redactText(nested)).not.toContain("s3cr3t");
  });
});

describe("headers", () => {
  it("are those of the contract's list, whatever their case", () => {
    const plain = { "Content-Type": "application/json", "retry-after": "1", "www-authenticate": "Bearer" };
    expect(plainHeaders({ ...plain, "set-cookie": "a=b", "x-s3cr3t": "1", server: "x" })).toEqual(plain);
  });
});
