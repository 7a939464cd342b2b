/** Output belongs to the cell that caused it, also when it comes late from a timer or a promise. */
import { AsyncLocalStorage } from "node:async_hooks";
import type { Header } from "../../shared/messages.ts";
import type { Life } from "./cancel-scope.ts";

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
