/** Starts the other threads of the kernel and connects them with the main thread. */
import { getHeapStatistics } from "node:v8";
import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from "node:worker_threads";
import { pathPrefixOf } from "../shared/cell-paths.ts";
import type { Compiled, CompiledFile, CompileRequest } from "../shared/compilation.ts";
import { codeFolder } from "../shared/folders.ts";
import type { LanguageToMain, MainToLanguage, MainToWire, WireToMain } from "../shared/messages.ts";
import type { LanguagePorts, WirePorts, WireSetup } from "../shared/ports.ts";

/** V8 counts the maximal size of the young generation towards the heap limit, but old objects cannot use it. */
const youngGenerationBytes = 192 * 2 ** 20;

/** Number of child processes that are tracked at a time. */
const maxChildren = 1024;

const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";

/** Returns the URL of the entry point of a thread. */
const entryPoint = (name: string): URL => new URL(`${name}.${extension}`, codeFolder);

/** The connections of the main thread to the wire and language workers. */
export interface Threads {
  readonly send: (message: MainToWire) => void;
  /** Beginning of the paths by which the debugger names cells. */
  readonly cellPathPrefix: string;
  /** Compiles a cell. */
  readonly compile: (request: CompileRequest) => Promise<Compiled>;
  /** Compiles a file and blocks until it is done, as `require` has to. */
  readonly compileFile: (path: string) => CompiledFile;
  /** Set to 1 when the main thread has seen an interrupt. */
  readonly interruptSeen: Int32Array;
  /** Set to the milliseconds in which running code stops by itself after an interrupt. */
  readonly interruptPatience: Int32Array;
  /** Set to 1, with a notification, when the answer to an input request was posted. */
  readonly inputReady: Int32Array;
  /** Set to the answer whether to stop at a breakpoint on the tape, with a notification. */
  readonly stopAnswer: Int32Array;
  /** Ids of running child processes; 0 marks a free slot. */
  readonly childPids: Int32Array;
  /** Called when a cell or file was compiled, before it runs. Returns when a debugger that is attached has set its breakpoints. */
  readonly announceScript: (file: string) => void;
  /** Receives the answers to input requests. */
  readonly answers: MessagePort;
  /** Passes the messages of the wire worker to a receiver, those that have arrived before first. */
  readonly deliverTo: (receive: (message: WireToMain) => void) => void;
  /** Starts the thread that waits for SIGINT. */
  readonly watchForSignals: () => void;
}

const sharedInts = (length: number): Int32Array<SharedArrayBuffer> => new Int32Array(new SharedArrayBuffer(4 * length));

/** Starts the wire worker and the language worker. */
export function startThreads(connectionFile: string): Threads {
  const setup: WireSetup = {
    connectionFile,
    cellPathPrefix: pathPrefixOf(connectionFile),
    interruptSeen: sharedInts(1),
    interruptPatience: sharedInts(1),
    inputReady: sharedInts(1),
    childPids: sharedInts(maxChildren),
    debuggerAttached: sharedInts(1),
    breakpointsSet: sharedInts(1),
    stopAnswer: sharedInts(1),
    heapLimit: getHeapStatistics().heap_size_limit - youngGenerationBytes,
  };
  const wire = new Worker(entryPoint("wire/worker"), {
    workerData: setup,
    resourceLimits: { maxYoungGenerationSizeMb: 8 },
  });
  // the higher its limit, the further V8 lets a heap grow beyond the objects that are alive
  const language = new Worker(entryPoint("language/worker"), {
    resourceLimits: { maxYoungGenerationSizeMb: 16, maxOldGenerationSizeMb: 1000 },
  });
  const cells = new MessageChannel();
  const files = new MessageChannel();
  const requests = new MessageChannel();
  const inputs = new MessageChannel();
  const signals = new MessageChannel();
  const fileCompiled = sharedInts(1);
  const languagePorts: LanguagePorts = {
    main: cells.port2,
    wire: requests.port2,
    files: files.port2,
    fileCompiled,
    debuggerAttached: setup.debuggerAttached,
  };
  language.postMessage(languagePorts, [languagePorts.main, languagePorts.wire, languagePorts.files]);
  const ports: WirePorts = { language: requests.port1, input: inputs.port2, signals: signals.port1 };
  wire.postMessage(ports, [ports.language, ports.input, ports.signals]);
  for (const worker of [wire, language]) worker.on("error", endProcess);

  const early: WireToMain[] = [];
  const hold = (message: WireToMain): number => early.push(message);
  wire.on("message", hold);
  return {
    ...setup,
    send: (message) => wire.postMessage(message),
    compile: cellCompiler(cells.port1),
    announceScript: (file) => announceScript(file, wire, setup),
    compileFile: (path) => compileFile(path, files.port1, fileCompiled),
    answers: inputs.port1,
    deliverTo: (receive) => {
      wire.off("message", hold);
      wire.on("message", receive);
      for (const message of early) receive(message);
    },
    watchForSignals: () =>
      new Worker(entryPoint("main/interrupts/sigint"), {
        workerData: signals.port2,
        transferList: [signals.port2],
        resourceLimits: { maxYoungGenerationSizeMb: 1 },
      }).unref(),
  };
}

/** Ends the process after an error of a worker: without its other threads there is no kernel, and Jupyter restarts one that ends. */
function endProcess(error: Error): void {
  process.stderr.write(`${error.stack ?? error.message}\n`);
  // an orderly exit would wait for the inspector session of the wire worker
  process.kill(process.pid, "SIGKILL");
}

/** Returns a function that has the language worker compile a cell. */
function cellCompiler(language: MessagePort): Threads["compile"] {
  const pending = new Map<number, (result: Compiled) => void>();
  let calls = 0;
  language.on("message", ({ id, result }: LanguageToMain) => {
    pending.get(id)?.(result);
    pending.delete(id);
  });
  return (request) => {
    const message: MainToLanguage = { id: ++calls, ...request };
    language.postMessage(message);
    return new Promise((resolve) => pending.set(message.id, resolve));
  };
}

/** Time after which a script runs without its breakpoints. */
const maxBindMs = 10_000;

function announceScript(file: string, wire: Worker, { debuggerAttached, breakpointsSet }: WireSetup): void {
  if (Atomics.load(debuggerAttached, 0) === 0) return;
  Atomics.store(breakpointsSet, 0, 0);
  wire.postMessage({ kind: "compiled", file } satisfies MainToWire);
  // the inspector interrupts this wait to set the breakpoints
  Atomics.wait(breakpointsSet, 0, 0, maxBindMs);
}

function compileFile(path: string, files: MessagePort, fileCompiled: Int32Array): CompiledFile {
  // discards the answer to a request that an interrupt has cut off
  while (receiveMessageOnPort(files) !== undefined);
  Atomics.store(fileCompiled, 0, 0);
  files.postMessage(path);
  for (;;) {
    Atomics.wait(fileCompiled, 0, 0);
    Atomics.store(fileCompiled, 0, 0);
    const answer: { readonly message: CompiledFile } | undefined = receiveMessageOnPort(files);
    if (answer !== undefined) return answer.message;
  }
}
