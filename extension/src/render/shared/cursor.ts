/** A cursor in a matrix, which the pointer and the arrow keys move. */

/** Indices of an element. */
export type Place = readonly [row: number, column: number];

/** Reads out the element under the cursor; `null` shows the usual text again. */
export type Say = (text: string | null) => void;

/** Sizes of a matrix, and how its elements are found and marked. */
export interface CursorOptions {
  readonly rows: number;
  readonly columns: number;
  /** Returns the element under the pointer; indices out of range count as none. */
  readonly find: (event: PointerEvent) => Place | null;
  /** Marks an element and reads it out; `null` removes the mark. */
  readonly show: (place: Place | null) => void;
}

const steps: Readonly<Record<string, readonly [down: number, right: number]>> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
  Home: [0, Number.NEGATIVE_INFINITY],
  End: [0, Number.POSITIVE_INFINITY],
};

const clamp = (n: number, size: number): number => Math.min(Math.max(n, 0), size - 1);

/** Makes a node focusable, and its elements readable by pointer and keyboard. */
export function addCursor(node: HTMLElement | SVGElement, options: CursorOptions): void {
  let current: Place | null = null;
  const move = (to: Place | null): void => {
    current = to;
    options.show(to);
  };
  node.setAttribute("tabindex", "0");
  node.addEventListener("keydown", (event) => {
    const { key, ctrlKey, metaKey, altKey } = event as KeyboardEvent;
    const step = steps[key];
    if (step === undefined || ctrlKey || metaKey || altKey) return;
    event.preventDefault();
    const { rows, columns } = options;
    move(current === null ? [0, 0] : [clamp(current[0] + step[0], rows), clamp(current[1] + step[1], columns)]);
  });
  node.addEventListener("pointermove", (event) => {
    const { rows, columns } = options;
    const at = options.find(event as PointerEvent);
    if (at !== null && at[0] >= 0 && at[0] < rows && at[1] >= 0 && at[1] < columns) move(at);
  });
  node.addEventListener("pointerleave", () => move(null));
  node.addEventListener("blur", () => move(null));
}
