/** Showing things below a cell. */

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
 * Takes away what the cell has shown so far; with `wait`, only when the next output comes, so that nothing flickers.
 * @example
 * clearOutput({ wait: true });
 */
declare function clearOutput(options?: { readonly wait?: boolean }): void;

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
