/** Sends outputs of executions to the wire worker. */
import { StringDecoder } from "node:string_decoder";
import type { Header, StreamName } from "../../shared/jupyter.ts";
import type { MainToWire } from "../../shared/messages.ts";
import { currentExecution, type Execution } from "../execution/execution.ts";

type Send = (message: MainToWire) => void;

/** Sends an output message of an execution, unless it is silent or muted. */
export function publish(send: Send, { parent, silent, muted }: Execution, type: string, content: object): void {
  if (!silent && !muted) send({ kind: "publish", parent, type, content });
}

type Decoders = Readonly<Record<StreamName, StringDecoder>>;

/** The streams stdout and stderr of all executions. Text that belongs to none is written to the kernel's log. */
export class OutputStreams {
  readonly #send: Send;
  readonly #running: () => Execution | null;
  readonly #log: (text: string) => void;
  /** Hold incomplete UTF-8 sequences until the rest arrives. */
  readonly #decoders = new WeakMap<Execution, Decoders>();
  #parent: Header | null = null;
  #name: StreamName = "stdout";

  /** `running` returns the running cell, to which output without an execution belongs, such as that of a module which Node loads. */
  constructor(send: Send, running: () => Execution | null, log: (text: string) => void) {
    this.#send = send;
    this.#running = running;
    this.#log = log;
  }

  /** Returns the execution that output of the running code belongs to. */
  execution(): Execution | null {
    return currentExecution() ?? this.#running();
  }

  /** Writes text to a stream of an execution, or to its capture. */
  write(name: StreamName, text: string, execution: Execution | null = this.execution()): void {
    if (text === "") return;
    if (execution === null) this.#log(text);
    else if (execution.capture !== undefined) execution.capture.write(text);
    else if (!execution.muted) this.post(execution.parent, name, text);
  }

  /** Writes UTF-8 bytes to a stream of an execution. */
  writeBytes(name: StreamName, bytes: Buffer, execution: Execution | null = this.execution()): void {
    if (execution === null) return this.write(name, bytes.toString(), null);
    const decoders = this.#decoders.get(execution) ?? { stdout: new StringDecoder(), stderr: new StringDecoder() };
    this.#decoders.set(execution, decoders);
    this.write(name, decoders[name].write(bytes), execution);
  }

  /** Writes incomplete UTF-8 sequences as replacement characters, at the end of an execution. */
  end(execution: Execution): void {
    const decoders = this.#decoders.get(execution);
    if (decoders === undefined) return;
    this.#decoders.delete(execution);
    for (const name of ["stdout", "stderr"] as const) this.write(name, decoders[name].end(), execution);
  }

  /** Sends text for a stream of a request. */
  post(parent: Header, name: StreamName, text: string): void {
    if (parent !== this.#parent || name !== this.#name) this.#send({ kind: "stream", parent, name });
    this.#parent = parent;
    this.#name = name;
    this.#send(text);
  }
}
