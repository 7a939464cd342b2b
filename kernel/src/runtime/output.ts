/** Output belongs to the cell that caused it, also when it comes late from a timer or a promise. */
import { AsyncLocalStorage } from "node:async_hooks";
import { StringDecoder } from "node:string_decoder";
import type { Header, MainToWire, StreamName } from "../threads.ts";
import type { Life } from "./life.ts";

/** A running or finished cell, to which output is attached. */
export interface OutputOwner {
  readonly parent: Header;
  readonly silent: boolean;
  /** The pending work of the owner. */
  readonly life: Life;
  /** Set by an interrupt: what still runs of the cell prints nothing more. */
  muted: boolean;
  /** What its displays wait for. */
  readonly pending: Promise<void>[];
  /** Takes its output instead of the cell. */
  readonly capture?: Capture;
}

/** An output that can be changed. */
export interface DisplayHandle {
  update(value: unknown): void;
}

/** Shows a value below the cell whose code runs; the metadata is kept beside it in the notebook. */
export type Display = (value: unknown, metadata?: Readonly<Record<string, unknown>>) => DisplayHandle;

/** Something that takes what is printed and shown. */
export interface Capture {
  write(text: string): void;
  readonly show: Display;
  clear(): void;
}

const context = new AsyncLocalStorage<OutputOwner>();

/** Runs `body` so that everything it starts writes to `owner`. */
export const owned = <T>(owner: OutputOwner, body: () => T): T => context.run(owner, body);

/** Whose code runs now. */
export const currentOwner = (): OutputOwner | undefined => context.getStore();

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
