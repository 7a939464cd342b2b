/**
 * Thread that waits for SIGINT, which Jupyter sends in its signal mode. The main thread would see the signal only when its event loop is
 * free. Node's `vm` watches for it in whichever thread runs a script with `breakOnSigint`, so this thread runs a script that only waits.
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

// the outer script keeps the signal handled while the inner one is started again; the signal breaks the innermost script alone
Object.assign(globalThis, { watch });
runInThisContext("watch()", { breakOnSigint: true });
