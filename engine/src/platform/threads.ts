/** Threads that share memory, where the runtime is Node. */

interface Worker {
  unref(): void;
  on(event: "error", listener: () => void): void;
}
interface Builtins {
  readonly env: Readonly<Record<string, string | undefined>>;
  getBuiltinModule?(name: "node:worker_threads"): {
    Worker: new (
      code: string,
      options: { eval: true; workerData: unknown; stdin: false; execArgv: string[] },
    ) => Worker;
  };
  getBuiltinModule?(name: "node:os"): { availableParallelism(): number };
}
declare const process: Builtins | undefined;

/** How many threads the machine runs at once; 1 where no more can be had. */
export function hardwareThreads(): number {
  if (typeof process === "undefined" || process.getBuiltinModule === undefined) return 1;
  return process.getBuiltinModule("node:os").availableParallelism();
}

/** What the environment variable says; `null` where it is not a number of at least 1. */
export function threadsWanted(): number | null {
  const text = typeof process === "undefined" ? undefined : process.env["TAPELAB_THREADS"];
  const n = Number(text);
  return text !== undefined && Number.isInteger(n) && n >= 1 ? n : null;
}

/** Starts a thread that runs the code, in which `workerData` is the data; it ends with the program. */
export function startThread(code: string, data: unknown): boolean {
  if (typeof process === "undefined" || process.getBuiltinModule === undefined) return false;
  const { Worker } = process.getBuiltinModule("node:worker_threads");
  const worker = new Worker(`const { workerData } = require("node:worker_threads");\n${code}`, {
    eval: true,
    workerData: data,
    stdin: false,
    execArgv: [],
  });
  worker.unref();
  // a thread that cannot run is missed by nobody: its chunks are taken by others
  worker.on("error", () => {});
  return true;
}
