/** The JupyterLab and the browser of a worker: they start with the first test file that needs them, and all files after it use them too. */
import type { BrowserContext } from "playwright-core";
import { inject } from "vitest";
import { openBrowser } from "./browser.ts";
import { type FileCopy, type Lab, startLab } from "./lab.ts";

/** A running server, and the browser of its pages. */
export interface Place {
  readonly lab: Lab;
  readonly browser: BrowserContext;
}

let lab: Promise<Lab> | null = null;
let browser: Promise<BrowserContext> | null = null;

/** Returns the browser of this worker, which has no pages. One that has ended is replaced. */
export async function sharedBrowser(): Promise<BrowserContext> {
  const known = await browser?.catch(() => null);
  if (known?.browser()?.isConnected() !== true) browser = openBrowser(undefined, inject("shared"));
  return (await browser) as BrowserContext;
}

async function sharedLab(files: readonly FileCopy[]): Promise<Lab> {
  const known = await lab?.catch(() => null);
  if (known?.isRunning() === true) known.resetFolder(files);
  else lab = startLab(files, undefined, inject("shared"));
  return (await lab) as Lab;
}

/** Returns the JupyterLab and the browser of this worker; the server's folder has copies of the files, and nothing else. */
export async function sharedPlace(files: readonly FileCopy[]): Promise<Place> {
  const [server, context] = await Promise.all([sharedLab(files), sharedBrowser()]);
  return { lab: server, browser: context };
}

/** Kinds of data that pages store in a browser. Its cache stays, as with a person who opens JupyterLab again. */
const stored = "cookies,file_systems,indexeddb,local_storage,service_workers,cache_storage";

/** Closes the pages of the browser, stops the kernels, and removes what pages have stored in the browser and on the server. */
export async function clear({ lab: server, browser: context }: Place): Promise<void> {
  const blank = await context.newPage();
  const devtools = await context.newCDPSession(blank);
  const opened = context.pages().filter((page) => page !== blank);
  await Promise.all(opened.map((page) => page.close()));
  await devtools.send("Storage.clearDataForOrigin", { origin: server.url, storageTypes: stored });
  await blank.close();
  await server.stopKernels();
  server.resetSettings();
}
