/** Starting threads, in Node: those that share memory, and those that run a module. */

interface Worker {
  unref(): void;
  on(event: "error", listener: () => void): void;
  terminate(): Promise<number>;
}
interface MessagePort {
  postMessage(message: unknown, transfer: readonly ArrayBufferLike[]): void;
  unref(): void;
  close(): void;
}
interface WorkerThreads {
  readonly Worker: new (
    code: string,
    options: {
      eval: true;
      workerData: unknown;
      stdin: false;
      execArgv: string[];
      transferList?: readonly MessagePort[];
    },
  ) => Worker;
  readonly MessageChannel: new () => { readonly port1: MessagePort; readonly port2: MessagePort };
  receiveMessageOnPort(port: MessagePort): { readonly message: unknown } | undefined;
}
interface Builtins {
  readonly env: Readonly<Record<string, string | undefined>>;
  getBuiltinModule?(name: "node:worker_threads"): WorkerThreads;
  getBuiltinModule?(name: "node:os"): { availableParallelism(): number };
  getBuiltinModule?(name: "node:fs"): { existsSync(path: URL): boolean };
}
declare const process: Builtins | undefined;
declare const URL: new (text: string) => URL;
interface URL {
  readonly href: string;
}

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
/** A thread that runs a module, and the port to it. */
export interface ModuleThread {
  send(message: unknown): void;
  /** Waits for the next message of the thread; `undefined` once it has ended without another one. */
  receive(): unknown;
  terminate(): void;
}

/** Data of a module that `startModule` runs. */
export interface ModuleData {
  readonly port: {
    postMessage(message: unknown, transfer: readonly ArrayBufferLike[]): void;
    on(event: "message", listener: (message: unknown) => void): void;
  };
  /** Wakes the thread that started the module, after each message to it. */
  readonly notify: () => void;
  readonly data: unknown;
}

/** The beginning of a thread: it counts messages in `flag[0]`, and marks the end of the thread in `flag[1]`, for which the thread that started it may wait. */
const moduleCode = `
const { url, port, flag, data } = workerData;
const notify = () => {
  Atomics.add(flag, 0, 1);
  Atomics.notify(flag, 0);
};
process.on("exit", () => {
  Atomics.store(flag, 1, 1);
  notify();
});
import(url).then(({ run }) => run({ port, notify, data }));
`;

/**
 * Starts a thread that calls the function `run` of a module with `ModuleData`; `null` where there are no threads, or no such module. The thread ends with the
 * process. Messages
 * are received by waiting, so that a program without `await` can do so.
 * @throws the DataCloneError for data that cannot be copied.
 */
export function startModule(url: string, data: unknown): ModuleThread | null {
  if (typeof process === "undefined" || process.getBuiltinModule === undefined) return null;
  try {
    if (!process.getBuiltinModule("node:fs").existsSync(new URL(url))) return null;
    const { Worker, MessageChannel, receiveMessageOnPort } = process.getBuiltinModule("node:worker_threads");
    const { port1, port2 } = new MessageChannel();
    const flag = new Int32Array(new SharedArrayBuffer(8));
    const worker = new Worker(`const { workerData } = require("node:worker_threads");\n${moduleCode}`, {
      eval: true,
      workerData: { url, port: port2, flag, data },
      stdin: false,
      execArgv: [],
      transferList: [port2],
    });
    worker.unref();
    port1.unref();
    worker.on("error", () => {});
    return {
      send: (message) => {
        port1.postMessage(message, []);
      },
      receive() {
        for (;;) {
          const seen = Atomics.load(flag, 0);
          const received = receiveMessageOnPort(port1);
          if (received !== undefined) return received.message;
          if (Atomics.load(flag, 1) === 1) return undefined;
          Atomics.wait(flag, 0, seen);
        }
      },
      terminate() {
        port1.close();
        void worker.terminate();
      },
    };
  } catch (error) {
    // data that cannot be copied is a fault of the program; a sandbox refuses threads
    if (error instanceof Error && error.name === "DataCloneError") throw error;
    return null;
  }
}
