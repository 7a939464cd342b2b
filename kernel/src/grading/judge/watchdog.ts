/**
 * Ends a process that takes too long or too much memory, from a thread of its own, as the judge waits by blocking calls meanwhile. Time that the process waits for a
 * processor, because others use them, does not count, so that a busy machine gives the same marks.
 */
import { Worker } from "node:worker_threads";

/** The reason why a process was ended. */
export type Ended = "time" | "memory" | null;

const poll = 20;

/** The thread. Its memory: the process to watch (0 for none), milliseconds and bytes that it may use, the reason why it was ended, and the number of the watch. */
const code = `
const { workerData } = require("node:worker_threads");
const { readFileSync, readdirSync } = require("node:fs");
const memory = new BigInt64Array(workerData);
const idle = new Int32Array(new SharedArrayBuffer(4));
// the process may be the child of a child: of the programs that set its limits
function descendants(pid) {
  const found = [pid];
  for (let i = 0; i < found.length; i++)
    try {
      for (const child of readFileSync("/proc/" + found[i] + "/task/" + found[i] + "/children", "utf8").trim().split(" ")) if (child !== "") found.push(Number(child));
    } catch {}
  return found;
}
function bytesOf(pid) {
  try { return Number(readFileSync("/proc/" + pid + "/statm", "utf8").split(" ")[1]) * 4096; } catch { return 0; }
}
// milliseconds for which the process was ready to run, but did not
function delayOf(pid) {
  try { return Number(readFileSync("/proc/" + pid + "/schedstat", "utf8").split(" ")[1]) / 1e6; } catch { return 0; }
}
let [watch, began, delayBefore] = [-1n, 0, 0];
for (;;) {
  Atomics.wait(idle, 0, 0, ${poll});
  const pid = Number(Atomics.load(memory, 0));
  if (pid === 0) continue;
  const all = descendants(pid);
  const [number, now] = [Atomics.load(memory, 4), performance.now()];
  const delay = all.reduce((sum, p) => sum + delayOf(p), 0);
  if (number !== watch) [watch, began, delayBefore] = [number, now, delay];
  const late = now - began - (delay - delayBefore) > Number(Atomics.load(memory, 1));
  const large = all.some((p) => bytesOf(p) > Number(Atomics.load(memory, 2)));
  if (!late && !large) continue;
  Atomics.store(memory, 3, late ? 1n : 2n);
  Atomics.compareExchange(memory, 0, BigInt(pid), 0n);
  for (const p of all.reverse()) try { process.kill(p, "SIGKILL"); } catch {}
}`;

/** Watches one process at a time. */
export class Watchdog {
  readonly #memory = new BigInt64Array(new SharedArrayBuffer(40));
  readonly #worker: Worker;

  constructor() {
    this.#worker = new Worker(code, { eval: true, workerData: this.#memory.buffer, stdin: false });
    this.#worker.unref();
  }

  /** Watches a process until `release`. */
  watch(pid: number, milliseconds: number, bytes: number): void {
    Atomics.store(this.#memory, 3, 0n);
    Atomics.add(this.#memory, 4, 1n);
    Atomics.store(this.#memory, 1, BigInt(Math.ceil(milliseconds)));
    Atomics.store(this.#memory, 2, BigInt(bytes));
    Atomics.store(this.#memory, 0, BigInt(pid));
  }

  /** Stops watching, and returns the reason if the process was ended. */
  release(): Ended {
    Atomics.store(this.#memory, 0, 0n);
    const reason = Atomics.load(this.#memory, 3);
    return reason === 1n ? "time" : reason === 2n ? "memory" : null;
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }
}
