/** Output belongs to the cell that caused it, also when it comes late from a timer or a promise. */
import { AsyncLocalStorage } from "node:async_hooks";
import type { Header, MainToWire } from "../threads.ts";
import type { Life } from "./life.ts";

/** A running or finished cell, to which output is attached. */
export interface OutputOwner {
  readonly parent: Header;
  readonly silent: boolean;
  /** What it has running. */
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

/** Shows a value below the cell whose code runs. */
export type Display = (value: unknown) => DisplayHandle;

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

const decoder = new TextDecoder();

type Send = (message: MainToWire) => void;

/** Sends an output of the owner's cell, unless it is to show none. */
export function publish(send: Send, { parent, silent, muted }: OutputOwner, type: string, content: object): void {
  if (!silent && !muted) send({ kind: "publish", parent, type, content });
}

/** Sends what is written to stdout and stderr to the notebook; what no cell owns goes to the kernel's log. */
export function captureStreams(send: Send): void {
  for (const name of ["stdout", "stderr"] as const) {
    const stream = process[name];
    const log = process.stderr.write.bind(process.stderr);
    stream.write = (chunk: string | Uint8Array, encoding?: unknown, done?: unknown): boolean => {
      const callback = typeof encoding === "function" ? encoding : done;
      const text = typeof chunk === "string" ? chunk : decoder.decode(chunk);
      const owner = currentOwner();
      if (owner === undefined) log(text);
      else if (owner.capture !== undefined) owner.capture.write(text);
      else if (!owner.muted) send({ kind: "stream", parent: owner.parent, name, text });
      if (typeof callback === "function") queueMicrotask(() => callback());
      return true;
    };
  }
}
