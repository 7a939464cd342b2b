/** Whether the last backward ended before it had reached all nodes, by an error or as the program was terminated. */
import type { Node } from "./node.ts";

/** The number of the last walk to accumulate gradients, if it was interrupted. */
let walk: number | null = null;

/** Notes the number of an outermost walk that was interrupted; `null` for one that came to its end. */
export function noteInterrupted(number: number | null): void {
  walk = number;
}

/** Whether the last backward was on its way to the node when it was interrupted. */
export const wasInterrupted = (node: Node | null): boolean => node !== null && walk !== null && node.walk === walk;
