/** Text that is written to the streams of cells. */
import { StringDecoder } from "node:string_decoder";
import type { Header, MainToWire, StreamName } from "../../shared/messages.ts";
import { currentOwner, type OutputOwner } from "../ownership/owner.ts";

type Send = (message: MainToWire) => void;

/** Sends an output of the owner's cell, unless it is to show none. */
export function publish(send: Send, { parent, silent, muted }: OutputOwner, type: string, content: object): void {
  if (!silent && !muted) send({ kind: "publish", parent, type, content });
}

type Decoders = Readonly<Record<StreamName, StringDecoder>>;

/** Writes to the streams of cells; what no cell owns goes to the kernel's log. */
export class CellStreams {
  readonly #send: Send;
  readonly #running: () => OutputOwner | null;
  readonly #log: (text: string) => void;
  /** Bytes that end inside of a character wait here for the rest of it. */
  readonly #decoders = new WeakMap<OutputOwner, Decoders>();
  #parent: Header | null = null;
  #name: StreamName = "stdout";

  /** Output without an owner, as of a module that Node loads, belongs to the running cell. */
  constructor(send: Send, running: () => OutputOwner | null, log: (text: string) => void) {
    this.#send = send;
    this.#running = running;
    this.#log = log;
  }

  /** The cell that output belongs to now. */
  owner(): OutputOwner | null {
    return currentOwner() ?? this.#running();
  }

  write(name: StreamName, text: string, owner: OutputOwner | null = this.owner()): void {
    if (text === "") return;
    if (owner === null) this.#log(text);
    else if (owner.capture !== undefined) owner.capture.write(text);
    else if (!owner.muted) this.post(owner.parent, name, text);
  }

  writeBytes(name: StreamName, bytes: Buffer, owner: OutputOwner | null = this.owner()): void {
    if (owner === null) return this.write(name, bytes.toString(), null);
    const decoders = this.#decoders.get(owner) ?? { stdout: new StringDecoder(), stderr: new StringDecoder() };
    this.#decoders.set(owner, decoders);
    this.write(name, decoders[name].write(bytes), owner);
  }

  /** Writes what is left of characters whose end has not come. */
  end(owner: OutputOwner): void {
    const decoders = this.#decoders.get(owner);
    if (decoders === undefined) return;
    this.#decoders.delete(owner);
    for (const name of ["stdout", "stderr"] as const) this.write(name, decoders[name].end(), owner);
  }

  /** Sends text for a stream of a cell, whoever owns it. */
  post(parent: Header, name: StreamName, text: string): void {
    if (parent !== this.#parent || name !== this.#name) this.#send({ kind: "stream", parent, name });
    this.#parent = parent;
    this.#name = name;
    this.#send(text);
  }
}
