import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface Certificate {
  key: string;
  cert: string;
  /** The certificate's file, for variables that name authorities. */
  file: string;
}

/** A self-signed certificate from `openssl`, or undefined where that command is missing or cannot do it. */
export function selfSigned(host: string, validity: "valid" | "expired" = "valid"): Certificate | undefined {
  const folder = mkdtempSync(join(tmpdir(), "adcp-conformance-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  const [key, request, file] = ["key.pem", "request.pem", "cert.pem"].map((each) => join(folder, each)) as [
    string,
    string,
    string,
  ];
  const days = validity === "valid" ? "2" : "-1";
  const algorithm = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", key];
  const name = ["-subj", `/CN=${host}`, "-addext", `subjectAltName=DNS:${host}`];
  const signing = ["-in", request, "-signkey", key, "-days", days, "-copy_extensions", "copyall", "-out", file];
  try {
    execFileSync("openssl", ["req", "-new", ...algorithm, ...name, "-out", request], { stdio: "ignore" });
    execFileSync("openssl", ["x509", "-req", ...signing], { stdio: "ignore" });
  } catch {
    return undefined;
  }
  return { key: readFileSync(key, "utf8"), cert: readFileSync(file, "utf8"), file };
}
