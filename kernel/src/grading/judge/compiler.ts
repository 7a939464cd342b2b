/** Compiles the cells of a notebook in a thread, with a time limit for each. No code runs. */

import { fileURLToPath } from "node:url";
import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from "node:worker_threads";
import type { Compiled, CompileRequest } from "../../shared/compilation.ts";

const startSeconds = 60;
const leastSeconds = 20;

/** The reply of the thread. */
type CompileReply = { readonly id: number } & ({ readonly compiled: Compiled } | { readonly failure: string });

/** A cell that did not compile. */
export class CompileError extends Error {
  override readonly name: string = "CompileError";
}

/** The compiler of one notebook. Cells that are compiled later see the declarations of the earlier ones. */
export class Compiler {
  #seconds = startSeconds;
  readonly #signal = new Int32Array(new SharedArrayBuffer(4));
  #worker: Worker | null = null;
  #port: MessagePort | null = null;
  /** Cells that compiled, which a new thread compiles again. */
  #done: CompileRequest[] = [];
  #count = 0;
  #requests = 0;

  /** Begins a notebook, whose cells may take so many seconds each. */
  reset(seconds: number): void {
    // a machine may be busy
    this.#seconds = Math.max(leastSeconds, seconds);
    this.#done = [];
    this.#count = 0;
    if (this.#worker === null) this.#start();
    else if (this.#request(null, startSeconds) === null) this.#restart();
  }

  #start(): void {
    const { port1, port2 } = new MessageChannel();
    Atomics.store(this.#signal, 0, 0);
    this.#worker = new Worker(fileURLToPath(new URL("./compile-worker.js", import.meta.url)), {
      workerData: { port: port2, signal: this.#signal },
      transferList: [port2],
      stdin: false,
      resourceLimits: { maxOldGenerationSizeMb: 1500 },
    });
    this.#worker.unref();
    this.#worker.on("error", () => {});
    port1.unref();
    this.#port = port1;
    if (!this.#waited(startSeconds)) throw new Error("the compiler did not start");
  }

  #restart(): void {
    void this.#worker?.terminate();
    this.#start();
  }

  #waited(seconds: number): boolean {
    return Atomics.wait(this.#signal, 0, 0, seconds * 1000) !== "timed-out";
  }

  /** Returns the reply to a request; `null` if it takes too long. */
  #request(request: CompileRequest | null, seconds: number): Compiled | null {
    const id = ++this.#requests;
    Atomics.store(this.#signal, 0, 0);
    this.#port?.postMessage({ id, request });
    if (!this.#waited(seconds)) return null;
    const received = receiveMessageOnPort(this.#port as MessagePort)?.message as CompileReply | undefined;
    if (received?.id !== id) throw new Error("the compiler gave no reply");
    if ("failure" in received) throw new CompileError(received.failure);
    return received.compiled;
  }

  /** Compiles a cell. @throws CompileError for errors of syntax and types, and for a cell that takes too long */
  compile(code: string): Compiled {
    const request: CompileRequest = { code, count: ++this.#count, unfinished: [] };
    const compiled = this.#request(request, this.#seconds);
    if (compiled === null) {
      this.#restart();
      for (const done of this.#done) this.#request(done, startSeconds);
      throw new CompileError(`the compiler took longer than ${this.#seconds} s`);
    }
    const [first] = compiled.diagnostics;
    if (first !== undefined) throw new CompileError(`${first.message} (line ${first.line})`);
    this.#done.push(request);
    return compiled;
  }
}
