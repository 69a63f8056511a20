import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe } from "vitest";

const CHROMIUM = process.env["CHROMIUM_PATH"] ?? "/usr/bin/chromium";
const present = existsSync(CHROMIUM);

// Where changes are gated, a browser that is missing is a failure and no reason to look away.
const describeIf = present || process.env["CI"] ? describe : describe.skip;
if (!present)
  process.stderr.write(
    `no Chromium at ${CHROMIUM}: tests in a browser ${process.env["CI"] ? "fail" : "are skipped"}\n`,
  );

/** What happened in a page that should not. */
export interface Visit {
  page: Page;
  /** Errors, refused scripts and styles, dialogs, and requests other than for the page itself. */
  incidents: string[];
}

interface Visitor {
  /** Opens a document from disk, as a person would. */
  open(html: string, options?: BrowserContextOptions): Promise<Visit>;
}

/** Tests in a browser. They are skipped where there is none. */
export function describeInBrowser(name: string, tests: (visitor: Visitor) => void): void {
  describeIf(name, () => {
    let browser: Browser;
    let folder: string;
    let count = 0;

    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), "adcp-conformance-page-"));
      browser = await chromium.launch({
        executablePath: CHROMIUM,
        args: [
          ...["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"],
          ...["--disable-component-update", "--disable-sync"],
        ],
      });
    });
    afterAll(async () => {
      await browser?.close();
      rmSync(folder, { recursive: true, force: true });
    });

    tests({
      async open(html, options = {}) {
        const file = join(folder, `${++count}.html`);
        writeFileSync(file, html);
        const url = pathToFileURL(file).href;
        const context = await browser.newContext(options);
        const page = await context.newPage();
        const incidents: string[] = [];
        page.on("pageerror", (error) => incidents.push(`error: ${error.message}`));
        page.on("console", (message) => incidents.push(`console: ${message.text()}`));
        page.on(
          "request",
          (request) => void (request.url().split("#")[0] === url || incidents.push(`request: ${request.url()}`)),
        );
        page.on("dialog", (dialog) => {
          incidents.push(`dialog: ${dialog.message()}`);
          void dialog.dismiss();
        });
        await page.goto(url);
        return { page, incidents };
      },
    });
  });
}
