/** Views: tensors that share the storage of another tensor, their base. */
import type { Edge } from "./graph.ts";
import type { Tensor } from "./tensor.ts";

/**
 * The origin of a view: an op with one output, an op with several outputs, or an op that was not recorded on a base that requires a gradient. In-place
 * changes treat them differently.
 */
export type ViewKind = "single-output" | "multi-output" | "no-grad";

/** What a view remembers of its base. */
export interface ViewInfo {
  /** The tensor that is viewed, which is itself no view. */
  readonly base: Tensor;
  readonly kind: ViewKind;
  /** The `source` of the base for which the view's own `source` was recorded. */
  baseSource: Edge | null;
  /** The version of the storage when the view was made. */
  readonly version: number;
}
