/** The kernel's main thread: runs cells and the engine. Usage: node --no-force-async-hooks-checks main.js CONNECTION_FILE */
import { enableCompileCache } from "node:module";
import { getHeapStatistics } from "node:v8";
import { MessageChannel, receiveMessageOnPort, Worker } from "node:worker_threads";
import type {
  Compiled,
  CompiledFile,
  CompileRequest,
  LanguagePorts,
  LanguageToMain,
  MainToLanguage,
  MainToWire,
  WirePorts,
  WireSetup,
  WireToMain,
} from "./shared/messages.ts";

enableCompileCache();
const connectionFile = process.argv[2];
if (connectionFile === undefined) {
  process.stderr.write("usage: node main.js CONNECTION_FILE\n");
  process.exit(2);
}

/** V8 counts the largest size of its young generation as part of the heap's limit; what lives longer cannot use it. */
const youngBytes = 192 * 2 ** 20;
/** Processes that are known at a time. */
const maxChildren = 1024;
const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";
const seen = new Int32Array(new SharedArrayBuffer(4));
const typed = new Int32Array(new SharedArrayBuffer(4));
const children = new Int32Array(new SharedArrayBuffer(4 * maxChildren));
const heapLimit = getHeapStatistics().heap_size_limit - youngBytes;
const setup: WireSetup = { connectionFile, seen, typed, children, heapLimit };
const wire = new Worker(new URL(`./wire/worker.${extension}`, import.meta.url), {
  workerData: setup,
  resourceLimits: { maxYoungGenerationSizeMb: 8 },
});
// V8 lets a heap grow far beyond what lives in it, the more the higher its limit is
const language = new Worker(new URL(`./language/worker.${extension}`, import.meta.url), {
  resourceLimits: { maxYoungGenerationSizeMb: 16, maxOldGenerationSizeMb: 1000 },
});
const mainToLanguage = new MessageChannel();
const wireToLanguage = new MessageChannel();
const files = new MessageChannel();
const compiled = new Int32Array(new SharedArrayBuffer(4));
const languagePorts: LanguagePorts = {
  main: mainToLanguage.port2,
  wire: wireToLanguage.port2,
  files: files.port2,
  compiled,
};
language.postMessage(languagePorts, [languagePorts.main, languagePorts.wire, languagePorts.files]);
const inputs = new MessageChannel();
const signals = new MessageChannel();
const ports: WirePorts = { language: wireToLanguage.port1, input: inputs.port2, signals: signals.port1 };
wire.postMessage(ports, [ports.language, ports.input, ports.signals]);

// without the other two threads there is no kernel: Jupyter restarts one that ends
for (const worker of [wire, language])
  worker.on("error", (error) => {
    process.stderr.write(`${error.stack ?? error.message}\n`);
    // an orderly exit would wait for the wire's inspector session
    process.kill(process.pid, "SIGKILL");
  });

const send = (message: MainToWire): void => wire.postMessage(message);

const compiling = new Map<number, (result: Compiled) => void>();
let calls = 0;
mainToLanguage.port1.on("message", ({ id, result }: LanguageToMain) => {
  compiling.get(id)?.(result);
  compiling.delete(id);
});
function compile(request: CompileRequest): Promise<Compiled> {
  const message: MainToLanguage = { id: ++calls, ...request };
  mainToLanguage.port1.postMessage(message);
  return new Promise((resolve) => compiling.set(message.id, resolve));
}

/** Waits for the language worker, as `require` has no other way. */
function compileFile(path: string): CompiledFile {
  // an answer to a question that an interrupt cut off
  while (receiveMessageOnPort(files.port1) !== undefined);
  Atomics.store(compiled, 0, 0);
  files.port1.postMessage(path);
  for (;;) {
    Atomics.wait(compiled, 0, 0);
    Atomics.store(compiled, 0, 0);
    const answer: { readonly message: CompiledFile } | undefined = receiveMessageOnPort(files.port1);
    if (answer !== undefined) return answer.message;
  }
}

const early: WireToMain[] = [];
const hold = (m: WireToMain): number => early.push(m);
wire.on("message", hold);

const { startRuntime } = await import("./main/start.ts");
const receive = await startRuntime({ send, compile, compileFile, seen, typed, children, answers: inputs.port1 });
wire.off("message", hold);
wire.on("message", receive);
for (const message of early) receive(message);

// last, as a kernel that starts is not interrupted
new Worker(new URL(`./main/interrupts/sigint.${extension}`, import.meta.url), {
  workerData: signals.port2,
  transferList: [signals.port2],
  resourceLimits: { maxYoungGenerationSizeMb: 1 },
}).unref();
