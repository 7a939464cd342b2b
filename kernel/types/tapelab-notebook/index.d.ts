/** What every cell has without an import. */

/// <reference path="untyped.d.ts" />

/** Representations of one thing by MIME type. */
interface MimeBundle {
  readonly [mime: string]: unknown;
}

/** An output that can be changed. */
interface DisplayHandle {
  /** Replaces what is shown, wherever it is shown. */
  update(value: unknown): void;
}

/**
 * Shows a value below the cell: an object with its own display, a bundle of MIME types, or anything else as text.
 * @example
 * display({ "text/html": "<b>bold</b>", "text/plain": "bold" });
 */
declare function display(value: unknown): DisplayHandle;

/**
 * Writes the values as `console.log` does; but an array of objects, or an object of columns, becomes a table.
 * @example
 * print([{ epoch: 1, loss: 0.52 }, { epoch: 2, loss: 0.31 }]);
 */
declare function print(...values: readonly unknown[]): void;

/** Options of `progress`. */
interface ProgressOptions {
  /** Text before the bar. */
  readonly label?: string;
  /** Number of items, for an iterable without a length. */
  readonly total?: number;
}

/** A loop's items, with a bar that can show a note. */
interface Progress<T> extends Iterable<T> {
  /** Text behind the bar, such as the loss. */
  note(text: string): void;
}

/** The same for items that come asynchronously. */
interface AsyncProgress<T> extends AsyncIterable<T> {
  note(text: string): void;
}

/**
 * Iterates over the items (or over 0 … n - 1) and shows a bar below the cell, with the rate and the time left.
 * Loops inside of the loop are shown below it while it runs; at the end one line stays.
 * @example
 * const epochs = progress(20);
 * for (const epoch of epochs) epochs.note(`epoch ${epoch}`);
 */
declare function progress(n: number, options?: ProgressOptions): Progress<number>;
declare function progress<T>(items: Iterable<T>, options?: ProgressOptions): Progress<T>;
declare function progress<T>(items: AsyncIterable<T>, options?: ProgressOptions): AsyncProgress<T>;

/** Options of `prompt`. */
interface PromptOptions {
  /** Hides what is typed. */
  readonly password?: boolean;
}

/**
 * Asks the person who runs the cell, and waits for the answer.
 * @throws Error where the front end does not allow input, as when a notebook is run by a program.
 */
declare function prompt(message?: string, options?: PromptOptions): string;

/** What came from the other side of a comm. */
interface CommEvent {
  readonly data: Readonly<Record<string, unknown>>;
  readonly metadata: Readonly<Record<string, unknown>>;
  /** Binary parts, as they were sent. */
  readonly buffers: readonly Uint8Array[];
}

/** What a message of a comm may carry besides its data. */
interface CommOptions {
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly buffers?: readonly Uint8Array[];
}

/** One end of a connection between the kernel and the front end. */
interface Comm {
  readonly id: string;
  readonly target: string;
  /** Whether neither side has closed it. */
  readonly isOpen: boolean;
  send(data: Readonly<Record<string, unknown>>, options?: CommOptions): void;
  close(data?: Readonly<Record<string, unknown>>, options?: CommOptions): void;
  onMessage(listener: (event: CommEvent) => unknown): this;
  onClose(listener: (event: CommEvent) => unknown): this;
}

/** Opens a comm to a target of the front end. */
declare function createComm(target: string, data?: Readonly<Record<string, unknown>>, options?: CommOptions): Comm;

/** Calls `opened` for each comm that the front end opens to the target. */
declare function onComm(target: string, opened: (comm: Comm, event: CommEvent) => unknown): void;

/** What arithmetic on tensors is rewritten to. */
declare const $tapelab: Pick<typeof import("tapelab"), "add" | "sub" | "mul" | "div" | "remainder" | "pow" | "neg"> & {
  readonly meta: ImportMeta;
};
