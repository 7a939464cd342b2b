/** What a view is a view of. */
import type { Tensor } from "./tensor.ts";

/** How a view came about: one of an op, one of several of an op, or off the tape from something on it. */
export type ViewKind = "one" | "several" | "untaped";

/** What a tensor is a view of. */
export interface Base {
  readonly tensor: Tensor;
  readonly kind: ViewKind;
  /** Where the base stood on the tape when the view's own place was right. */
  source: Tensor["source"];
  /** How often the elements had been changed when the view was made. */
  readonly version: number;
}
