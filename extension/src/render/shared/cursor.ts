/** A place in a matrix that the pointer and the arrow keys move. */

export interface CursorOptions {
  readonly rows: number;
  readonly columns: number;
  /** The element under the pointer. */
  readonly find: (event: PointerEvent) => readonly [row: number, column: number] | null;
  /** Marks the element and says its value; `null` for none. */
  readonly show: (place: readonly [row: number, column: number] | null) => void;
}

const steps: Readonly<Record<string, readonly [down: number, right: number]>> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
  Home: [0, Number.NEGATIVE_INFINITY],
  End: [0, Number.POSITIVE_INFINITY],
};

const within = (n: number, size: number): number => Math.min(Math.max(n, 0), size - 1);

/** Lets the node be focused, and its elements be read by pointer and keyboard. */
export function addCursor(node: HTMLElement | SVGElement, { rows, columns, find, show }: CursorOptions): void {
  let place: readonly [number, number] | null = null;
  const move = (to: readonly [number, number] | null): void => {
    place = to;
    show(to);
  };
  node.setAttribute("tabindex", "0");
  node.addEventListener("keydown", (event) => {
    const { key, ctrlKey, metaKey, altKey } = event as KeyboardEvent;
    const step = steps[key];
    if (step === undefined || ctrlKey || metaKey || altKey) return;
    event.preventDefault();
    const [row, column] = place ?? [0, 0];
    move(place === null ? [0, 0] : [within(row + step[0], rows), within(column + step[1], columns)]);
  });
  node.addEventListener("pointermove", (event) => {
    const at = find(event as PointerEvent);
    if (at !== null && at[0] >= 0 && at[0] < rows && at[1] >= 0 && at[1] < columns) move(at);
  });
  node.addEventListener("pointerleave", () => move(null));
  node.addEventListener("blur", () => move(null));
}
