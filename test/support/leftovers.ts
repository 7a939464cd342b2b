/** The folder of the servers and browsers that test files share: it is made before the tests, and after them what still runs in it is stopped and it is removed. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { processFile } from "./lab.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** The folder in which the workers start what their test files share. */
    shared: string;
  }
}

/** Sends a signal to a process, and returns whether it is there. Signal 0 only asks. */
function signal(pid: number, name: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
}

/** Ends a process, and waits until it has ended. */
async function end(pid: number): Promise<void> {
  signal(pid, "SIGTERM");
  for (let i = 0; i < 100 && signal(pid, 0); i++) await new Promise((resolve) => setTimeout(resolve, 100));
  signal(pid, "SIGKILL");
}

export default function setUp(project: TestProject): () => Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "tapelab-shared-"));
  project.provide("shared", folder);
  return async () => {
    const servers = readdirSync(folder).map((name) => join(folder, name, processFile));
    const pids = servers.filter((file) => existsSync(file)).map((file) => Number(readFileSync(file, "utf8")));
    await Promise.all(pids.map(end));
    rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
  };
}
