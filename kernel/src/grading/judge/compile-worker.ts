/** The thread of the compiler, which the judge ends when a cell takes too long to compile. */
import { enableCompileCache } from "node:module";
import { type MessagePort, workerData } from "node:worker_threads";
import type { CompileRequest } from "../../shared/compilation.ts";

const { port, signal } = workerData as { readonly port: MessagePort; readonly signal: Int32Array };

enableCompileCache();
// tslab warns when a program need not be built again
console.warn = () => {};
const { Language } = await import("../../language/language.ts");
let language = new Language({ instrumentsAwaits: false });

port.on("message", ({ id, request }: { readonly id: number; readonly request: CompileRequest | null }) => {
  try {
    // without a request, a new notebook begins
    if (request === null) language = new Language({ instrumentsAwaits: false });
    port.postMessage({ id, compiled: request === null ? {} : language.compile(request) });
  } catch (error) {
    port.postMessage({ id, failure: error instanceof Error ? error.message : String(error) });
  }
  Atomics.store(signal, 0, 1);
  Atomics.notify(signal, 0);
});
Atomics.store(signal, 0, 1);
Atomics.notify(signal, 0);
