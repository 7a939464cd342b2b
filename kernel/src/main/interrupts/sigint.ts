/**
 * Waits for SIGINT, as Jupyter's signal mode sends it. The main thread would see the signal only when its loop is free; Node's vm can watch
 * for it in whatever thread a script runs, so this thread runs one that does nothing else.
 */
import { runInThisContext, Script } from "node:vm";
import { type MessagePort, workerData } from "node:worker_threads";

const port = workerData as MessagePort;
const wait = new Script("Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)");

function watch(): void {
  for (;;)
    try {
      wait.runInThisContext({ breakOnSigint: true });
    } catch {
      port.postMessage(null);
    }
}

// the outer script is never broken: it keeps the signal watched while the inner one starts again
Object.assign(globalThis, { watch });
runInThisContext("watch()", { breakOnSigint: true });
