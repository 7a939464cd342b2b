/** Lazy mode: a switch for evaluation on demand. */
import { ambient } from "../../platform/ambient.ts";

const mode = ambient(() => ({ lazy: false }));

/**
 * Returns whether lazy mode is on, in which values are computed when their data is first read. Off by default.
 * @example needle.isLazyMode(); // false
 */
export const isLazyMode = (): boolean => mode.lazy;

/**
 * Switches lazy mode on or off, for values made from now on.
 * @example
 * needle.setLazyMode(true);
 * const y = new needle.Tensor([1]).add(1);
 * needle.setLazyMode(false);
 * y.cachedData; // null
 * y.numpy(); // [2]
 */
export function setLazyMode(on: boolean): void {
  mode.lazy = on;
}
