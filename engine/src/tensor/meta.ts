import type { DType } from "./dtype.ts";
import type { Shape } from "./shape.ts";

/** Shape and dtype of a tensor, without its elements. */
export interface Meta {
  readonly shape: Shape;
  readonly dtype: DType;
  /** For a tensor that stands for a JavaScript number: the dtype that the number has in type promotion. */
  readonly wrapped?: DType | null;
}
