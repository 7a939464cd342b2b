/** Parameters and buffers of lazy modules, whose shapes are not known yet. */
import { checkNew } from "../../tensor/arguments/guard.ts";
import { checkSizes, zeros } from "../../tensor/create.ts";
import type { DType } from "../../tensor/dtype.ts";
import type { Shape } from "../../tensor/shape.ts";
import { replaceData } from "./data.ts";
import { Buffer, Parameter } from "./parameter.ts";

/** Options of `UninitializedParameter`. */
export interface UninitializedOptions {
  readonly dtype?: DType;
  /** Whether the parameter requires a gradient; true by default. */
  readonly requiresGrad?: boolean;
}

/**
 * A parameter of a lazy module whose shape is not known yet. It has no elements, and the shape [0], until `materialize` makes it an ordinary parameter; it stays
 * the same object, so an optimizer may have it before.
 * @example
 * const w = new nn.UninitializedParameter();
 * w.materialize([2, 3]);
 * w.shape; // [2, 3]
 */
export class UninitializedParameter extends Parameter {
  constructor(options: UninitializedOptions = {}) {
    checkNew(new.target, arguments);
    const { dtype = "float32", requiresGrad = true } = options;
    super(zeros([0], { dtype }), requiresGrad);
  }

  /** Gives the parameter its shape, and zeros as elements, and makes it an ordinary parameter. @throws ArgumentError for a negative size. */
  materialize(shape: Shape): void {
    checkSizes("materialize", shape);
    replaceData(this, zeros(shape, { dtype: this.dtype }));
    Object.setPrototypeOf(this, Parameter.prototype);
  }

  override toString(): string {
    return "UninitializedParameter()";
  }
}

/**
 * A buffer of a lazy module whose shape is not known yet. It has no elements, and the shape [0], until `materialize` makes it an ordinary buffer.
 * @example
 * const mean = new nn.UninitializedBuffer();
 * mean.materialize([3]);
 * mean.toArray(); // [0, 0, 0]
 */
export class UninitializedBuffer extends Buffer {
  constructor(options: Omit<UninitializedOptions, "requiresGrad"> = {}) {
    checkNew(new.target, arguments);
    const { dtype = "float32" } = options;
    super(zeros([0], { dtype }));
  }

  /** Gives the buffer its shape, and zeros as elements, and makes it an ordinary buffer. @throws ArgumentError for a negative size. */
  materialize(shape: Shape): void {
    checkSizes("materialize", shape);
    replaceData(this, zeros(shape, { dtype: this.dtype }));
    Object.setPrototypeOf(this, Buffer.prototype);
  }

  override toString(): string {
    return "UninitializedBuffer()";
  }
}

/** Whether a tensor is a parameter or buffer that has not been initialized. */
export const isUninitialized = (t: unknown): t is UninitializedParameter | UninitializedBuffer =>
  t instanceof UninitializedParameter || t instanceof UninitializedBuffer;
