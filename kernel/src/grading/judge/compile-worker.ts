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
/** Whether the compiler has failed, after which nothing of it is used again. */
let hasFailed = false;

/** Begins a notebook; the reply is empty. */
function begin(): object {
  language = new Language({ instrumentsAwaits: false, before: hasFailed ? null : language });
  hasFailed = false;
  return {};
}

port.on("message", ({ id, request }: { readonly id: number; readonly request: CompileRequest | null }) => {
  try {
    // without a request, a new notebook begins
    port.postMessage({ id, compiled: request === null ? begin() : language.compile(request) });
  } catch (error) {
    hasFailed = true;
    port.postMessage({ id, failure: error instanceof Error ? error.message : String(error) });
  }
  Atomics.store(signal, 0, 1);
  Atomics.notify(signal, 0);
});
Atomics.store(signal, 0, 1);
Atomics.notify(signal, 0);
