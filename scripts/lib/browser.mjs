/** The browser for the tests: any Chrome or Chromium on PATH, else one that is downloaded. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { inRoot, venvNode, windows } from "./paths.mjs";
import { Failure, step } from "./run.mjs";

const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];
const places = windows
  ? ["C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe"]
  : ["/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"];

function onMachine() {
  if (process.env.TAPELAB_BROWSER) return process.env.TAPELAB_BROWSER;
  for (const name of names) {
    const { status, stdout } = spawnSync(windows ? "where" : "which", [name], { encoding: "utf8" });
    // on Ubuntu, chromium-browser is a script that fails without the snap
    if (status === 0 && spawnSync(stdout.trim().split("\n")[0], ["--version"]).status === 0) return stdout.trim().split("\n")[0];
  }
  return places.find((path) => existsSync(path)) ?? null;
}

const advice = "Install Chrome or Chromium and put it on PATH, or set TAPELAB_BROWSER to its path; then run npm test again.";

function byApt() {
  const apt = spawnSync("apt-get", ["--version"]).status === 0;
  if (!apt || process.getuid?.() !== 0) return;
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  try {
    step("Refreshing the package lists", "apt-get", ["update"], { env });
    step("Installing Chromium", "apt-get", ["install", "-y", "--no-install-recommends", "chromium"], { env });
  } catch (error) {
    process.stdout.write(`${error.message.split("\n").slice(-3).join("\n")}\n`);
  }
}

/** Returns the path of a browser, and downloads one if there is none. */
export async function findBrowser() {
  if (onMachine() === null) byApt();
  const found = onMachine();
  if (found !== null) return found;
  step("Downloading a browser", venvNode(), [inRoot("node_modules", "playwright-core", "cli.js"), "install", "chromium"], { advice });
  const { chromium } = await import("playwright-core");
  if (!existsSync(chromium.executablePath())) throw new Failure(`No browser was found for the tests.\n${advice}`);
  return chromium.executablePath();
}
