/** Outputs of a cell. */

/** Representations of a value, by MIME type. */
interface MimeBundle {
  readonly [mime: string]: unknown;
}

/** An output that can be replaced. */
interface DisplayHandle {
  /** Replaces the output, in all places where it is shown. */
  update(value: unknown): void;
}

/**
 * Shows a value below the cell: an object by its `Symbol.for("Jupyter.display")` method, a bundle of MIME types, or anything else as text.
 * @example
 * display({ "text/html": "<b>bold</b>", "text/plain": "bold" });
 */
declare function display(value: unknown): DisplayHandle;

/**
 * Clears the outputs of the cell; with `wait`, only when the next output arrives, which avoids flicker.
 * @example
 * clearOutput({ wait: true });
 */
declare function clearOutput(options?: { readonly wait?: boolean }): void;

/**
 * Writes values like `console.log`, and shows an array of objects, or an object of columns, as a table.
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

/** The items of a loop, with a progress bar. */
interface Progress<T> extends Iterable<T> {
  /** Shows a text behind the bar, such as the loss. */
  note(text: string): void;
}

/** The items of a `for await` loop, with a progress bar. */
interface AsyncProgress<T> extends AsyncIterable<T> {
  /** Shows a text behind the bar, such as the loss. */
  note(text: string): void;
}

/**
 * Iterates over the items (or over 0 … n - 1) and shows a progress bar below the cell, with the rate and the remaining time.
 * Nested loops are shown below it while it runs; at the end one line remains.
 * @example
 * const epochs = progress(20);
 * for (const epoch of epochs) epochs.note(`epoch ${epoch}`);
 */
declare function progress(n: number, options?: ProgressOptions): Progress<number>;
declare function progress<T>(items: Iterable<T>, options?: ProgressOptions): Progress<T>;
declare function progress<T>(items: AsyncIterable<T>, options?: ProgressOptions): AsyncProgress<T>;
