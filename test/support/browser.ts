/** Opens the browser of the tests: a Chrome or Chromium of the machine. */
import { spawnSync } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BrowserContext, chromium, type Page } from "playwright-core";
import type { Lab } from "./lab.ts";

/** Returns the path of a browser: `TAPELAB_BROWSER`, which `npm test` sets, else a browser on PATH. */
function executable(): string {
  const named = process.env["TAPELAB_BROWSER"];
  if (named) return named;
  for (const name of ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"]) {
    const found = spawnSync(process.platform === "win32" ? "where" : "which", [name], { encoding: "utf8" });
    if (found.status === 0) return found.stdout.trim().split("\n")[0];
  }
  throw new Error("no Chrome or Chromium was found on PATH; npm test gets one, or set TAPELAB_BROWSER to its path");
}

const flags = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--force-device-scale-factor=1",
];

/** Milliseconds that a page is waited for, which are many where a machine is busy. */
export const patience = 60_000;

/** The size of a page. */
export interface PageSize {
  readonly width: number;
  readonly height: number;
}

/** Opens a headless browser with its own profile, in the given folder. */
export async function openBrowser(
  size: PageSize = { width: 1280, height: 1000 },
  parent: string = tmpdir(),
): Promise<BrowserContext> {
  const context = await chromium.launchPersistentContext(mkdtempSync(join(parent, "tapelab-browser-")), {
    executablePath: executable(),
    headless: true,
    args: flags,
    viewport: size,
    permissions: ["clipboard-read", "clipboard-write"],
  });
  context.setDefaultTimeout(patience);
  return context;
}

/** Opens a notebook of the server, and waits until its cells are in the page. */
export async function openNotebook(
  context: BrowserContext,
  lab: Lab,
  path: string,
  size: PageSize | null = null,
): Promise<Page> {
  const page = await context.newPage();
  if (size !== null) await page.setViewportSize(size);
  await page.goto(`${lab.url}/doc/tree/${path}?token=${lab.token}&reset`);
  await page.locator(".jp-Notebook .jp-Cell").first().waitFor();
  return page;
}
