/** The execution that running code belongs to: a cell, a run of `interact`, or a handler of a comm message. */
import { AsyncLocalStorage } from "node:async_hooks";
import type { Header } from "../../shared/jupyter.ts";
import type { CancelScope } from "./cancel-scope.ts";

/** A running or finished execution, to which the outputs of its code are attached, late ones from timers and promises too. */
export interface Execution {
  /** Header of the request that started it. */
  readonly parent: Header;
  readonly silent: boolean;
  /** Its pending work. */
  readonly scope: CancelScope;
  /** Whether its output is discarded, as it is after an interrupt. */
  muted: boolean;
  /** Displays whose pictures are still being drawn. */
  readonly pending: Promise<void>[];
  /** Receives the output in place of the cell. */
  readonly capture?: Capture;
}

/** An output that can be replaced. */
export interface DisplayHandle {
  update(value: unknown): void;
}

/** Shows a value below the cell whose code runs; the metadata is saved with the output in the notebook. */
export type Display = (value: unknown, metadata?: Readonly<Record<string, unknown>>) => DisplayHandle;

/** A receiver of printed text and of displays. */
export interface Capture {
  write(text: string): void;
  readonly show: Display;
  clear(): void;
}

const context = new AsyncLocalStorage<Execution>();

/** Runs `body` as code of an execution, together with everything that it starts. */
export const runIn = <T>(execution: Execution, body: () => T): T => context.run(execution, body);

/** Returns the execution that the running code belongs to, if any. */
export const currentExecution = (): Execution | undefined => context.getStore();
