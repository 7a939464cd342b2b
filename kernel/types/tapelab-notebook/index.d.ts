/** What every cell has without an import. */

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

/**
 * Iterates over the items (or over 0 … n - 1) and shows a bar below the cell.
 * @example
 * const epochs = progress(20);
 * for (const epoch of epochs) epochs.note(`epoch ${epoch}`);
 */
declare function progress(n: number, options?: ProgressOptions): Progress<number>;
declare function progress<T>(items: Iterable<T>, options?: ProgressOptions): Progress<T>;

/** What arithmetic on tensors is rewritten to. */
declare const $tapelab: Pick<typeof import("tapelab"), "add" | "sub" | "mul" | "div" | "remainder" | "pow" | "neg">;
