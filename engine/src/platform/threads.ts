/** Starting threads that share memory, in Node. */

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

/** Returns how many threads the machine runs at once; 1 where no threads can be started. */
export function hardwareThreads(): number {
  if (typeof process === "undefined" || process.getBuiltinModule === undefined) return 1;
  return process.getBuiltinModule("node:os").availableParallelism();
}

/** Returns the number of threads that the environment variable `TAPELAB_THREADS` sets; `null` unless it is an integer of at least 1. */
export function threadsFromEnvironment(): number | null {
  const text = typeof process === "undefined" ? undefined : process.env["TAPELAB_THREADS"];
  const n = Number(text);
  return text !== undefined && Number.isInteger(n) && n >= 1 ? n : null;
}

/** Starts a thread that runs `code`, in which `workerData` is `data`, and returns whether it could. The thread ends with the process. */
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
  // an error ends the thread, and other threads run its chunks
  worker.on("error", () => {});
  return true;
}
