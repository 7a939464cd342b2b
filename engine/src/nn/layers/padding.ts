/** Padding layers. */

import { type PadMode, pad } from "../../ops/functional/pad.ts";
import { checkNew } from "../../tensor/arguments/guard.ts";
import { ArgumentError } from "../../tensor/errors.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { Module } from "../base/module.ts";

/** One amount for all sides, or the amounts before and after the last dimension, then of the one before it, and so on. */
export type Padding = number | readonly number[];

/** Base class of the padding layers. */
abstract class PadBase extends Module {
  readonly padding: readonly number[];
  constructor(name: string, rank: number, padding: Padding) {
    const amounts = typeof padding === "number" ? new Array<number>(2 * rank).fill(padding) : padding;
    if (amounts.length !== 2 * rank)
      throw new ArgumentError(name, `padding must be one number, or ${2 * rank}, but got ${JSON.stringify(padding)}`);
    super();
    this.padding = amounts;
  }
  /** Returns the tensor padded in a mode. */
  protected padded(x: Tensor, mode: PadMode, value: number | null = null): Tensor {
    return pad(x, this.padding, { mode, value });
  }
  override extraRepr(): string {
    return `[${this.padding.join(", ")}]`;
  }
}

/**
 * Adds a constant before and after the last dimension of [N, C, L] or [C, L]. Negative amounts remove elements.
 * @throws ArgumentError for another number of amounts.
 * @example new nn.ConstantPad1d(1, 2).forward(ones([1, 3])).shape; // [1, 5]
 */
export class ConstantPad1d extends PadBase {
  readonly value: number;
  constructor(padding: Padding, value: number) {
    checkNew(new.target, arguments);
    super("ConstantPad1d", 1, padding);
    this.value = value;
  }
  override forward(x: Tensor): Tensor {
    return this.padded(x, "constant", this.value);
  }
  override extraRepr(): string {
    return `${super.extraRepr()}, value=${this.value}`;
  }
}

/**
 * Adds a constant before and after the last two dimensions of [N, C, H, W] or [C, H, W]. Negative amounts remove elements.
 * @throws ArgumentError for another number of amounts.
 * @example new nn.ConstantPad2d(1, 2).forward(ones([1, 3, 3])).shape; // [1, 5, 5]
 */
export class ConstantPad2d extends PadBase {
  readonly value: number;
  constructor(padding: Padding, value: number) {
    checkNew(new.target, arguments);
    super("ConstantPad2d", 2, padding);
    this.value = value;
  }
  override forward(x: Tensor): Tensor {
    return this.padded(x, "constant", this.value);
  }
  override extraRepr(): string {
    return `${super.extraRepr()}, value=${this.value}`;
  }
}

/**
 * Adds a constant before and after the last three dimensions of [N, C, D, H, W] or [C, D, H, W]. Negative amounts remove elements.
 * @throws ArgumentError for another number of amounts.
 * @example new nn.ConstantPad3d(1, 2).forward(ones([1, 3, 3, 3])).shape; // [1, 5, 5, 5]
 */
export class ConstantPad3d extends PadBase {
  readonly value: number;
  constructor(padding: Padding, value: number) {
    checkNew(new.target, arguments);
    super("ConstantPad3d", 3, padding);
    this.value = value;
  }
  override forward(x: Tensor): Tensor {
    return this.padded(x, "constant", this.value);
  }
  override extraRepr(): string {
    return `${super.extraRepr()}, value=${this.value}`;
  }
}

/**
 * Adds zeros before and after the last dimension of [N, C, L] or [C, L]. Negative amounts remove elements.
 * @throws ArgumentError for another number of amounts.
 * @example new nn.ZeroPad1d(1).forward(ones([1, 3])).shape; // [1, 5]
 */
export class ZeroPad1d extends PadBase {
  constructor(padding: Padding) {
    checkNew(new.target, arguments);
    super("ZeroPad1d", 1, padding);
  }
  override forward(x: Tensor): Tensor {
    return this.padded(x, "constant", 0);
  }
}

/**
 * Adds zeros before and after the last two dimensions of [N, C, H, W] or [C, H, W]. Negative amounts remove elements.
 * @throws ArgumentError for another number of amounts.
 * @example new nn.ZeroPad2d(1).forward(ones([1, 3, 3])).shape; // [1, 5, 5]
 */
export class ZeroPad2d extends PadBase {
  constructor(padding: Padding) {
    checkNew(new.target, arguments);
    super("ZeroPad2d", 2, padding);
  }
  override forward(x: Tensor): Tensor {
    return this.padded(x, "constant", 0);
  }
}

/**
 * Adds zeros before and after the last three dimensions of [N, C, D, H, W] or [C, D, H, W]. Negative amounts remove elements.
 * @throws ArgumentError for another number of amounts.
 * @example new nn.ZeroPad3d(1).forward(ones([1, 3, 3, 3])).shape; // [1, 5, 5, 5]
 */
export class ZeroPad3d extends PadBase {
  constructor(padding: Padding) {
    checkNew(new.target, arguments);
    super("ZeroPad3d", 3, padding);
  }
  override forward(x: Tensor): Tensor {
    return this.padded(x, "constant", 0);
  }
}

/**
 * Adds the mirror image without the edge before and after the last dimension of [N, C, L] or [C, L]. Gradients of elements that are repeated add up.
 * @throws ArgumentError for another number of amounts.
 * @example new nn.ReflectionPad1d(1).forward(ones([1, 3])).shape; // [1, 5]
 */
export class ReflectionPad1d extends PadBase {
  constructor(padding: Padding) {
    checkNew(new.target, arguments);
    super("ReflectionPad1d", 1, padding);
  }
  override forward(x: Tensor): Tensor {
    return this.padded(x, "reflect");
  }
}

/**
 * Adds the mirror image without the edge before and after the last two dimensions of [N, C, H, W] or [C, H, W]. Gradients of elements that are repeated add up.
 * @throws ArgumentError for another number of amounts.
 * @example new nn.ReflectionPad2d(1).forward(ones([1, 3, 3])).shape; // [1, 5, 5]
 */
export class ReflectionPad2d extends PadBase {
  constructor(padding: Padding) {
    checkNew(new.target, arguments);
    super("ReflectionPad2d", 2, padding);
  }
  override forward(x: Tensor): Tensor {
    return this.padded(x, "reflect");
  }
}

/**
 * Adds the mirror image without the edge before and after the last three dimensions of [N, C, D, H, W] or [C, D, H, W]. Gradients of elements that are repeated
 * add up.
 * @throws ArgumentError for another number of amounts.
 * @example new nn.ReflectionPad3d(1).forward(ones([1, 3, 3, 3])).shape; // [1, 5, 5, 5]
 */
export class ReflectionPad3d extends PadBase {
  constructor(padding: Padding) {
    checkNew(new.target, arguments);
    super("ReflectionPad3d", 3, padding);
  }
  override forward(x: Tensor): Tensor {
    return this.padded(x, "reflect");
  }
}

/**
 * Adds the elements of the edge before and after the last dimension of [N, C, L] or [C, L]. Gradients of elements that are repeated add up.
 * @throws ArgumentError for another number of amounts.
 * @example new nn.ReplicationPad1d(1).forward(ones([1, 3])).shape; // [1, 5]
 */
export class ReplicationPad1d extends PadBase {
  constructor(padding: Padding) {
    checkNew(new.target, arguments);
    super("ReplicationPad1d", 1, padding);
  }
  override forward(x: Tensor): Tensor {
    return this.padded(x, "replicate");
  }
}

/**
 * Adds the elements of the edge before and after the last two dimensions of [N, C, H, W] or [C, H, W]. Gradients of elements that are repeated add up.
 * @throws ArgumentError for another number of amounts.
 * @example new nn.ReplicationPad2d(1).forward(ones([1, 3, 3])).shape; // [1, 5, 5]
 */
export class ReplicationPad2d extends PadBase {
  constructor(padding: Padding) {
    checkNew(new.target, arguments);
    super("ReplicationPad2d", 2, padding);
  }
  override forward(x: Tensor): Tensor {
    return this.padded(x, "replicate");
  }
}

/**
 * Adds the elements of the edge before and after the last three dimensions of [N, C, D, H, W] or [C, D, H, W]. Gradients of elements that are repeated add up.
 * @throws ArgumentError for another number of amounts.
 * @example new nn.ReplicationPad3d(1).forward(ones([1, 3, 3, 3])).shape; // [1, 5, 5, 5]
 */
export class ReplicationPad3d extends PadBase {
  constructor(padding: Padding) {
    checkNew(new.target, arguments);
    super("ReplicationPad3d", 3, padding);
  }
  override forward(x: Tensor): Tensor {
    return this.padded(x, "replicate");
  }
}

/**
 * Adds the elements of the opposite side before and after the last dimension of [N, C, L] or [C, L]. Gradients of elements that are repeated add up.
 * @throws ArgumentError for another number of amounts.
 * @example new nn.CircularPad1d(1).forward(ones([1, 3])).shape; // [1, 5]
 */
export class CircularPad1d extends PadBase {
  constructor(padding: Padding) {
    checkNew(new.target, arguments);
    super("CircularPad1d", 1, padding);
  }
  override forward(x: Tensor): Tensor {
    return this.padded(x, "circular");
  }
}

/**
 * Adds the elements of the opposite side before and after the last two dimensions of [N, C, H, W] or [C, H, W]. Gradients of elements that are repeated add up.
 * @throws ArgumentError for another number of amounts.
 * @example new nn.CircularPad2d(1).forward(ones([1, 3, 3])).shape; // [1, 5, 5]
 */
export class CircularPad2d extends PadBase {
  constructor(padding: Padding) {
    checkNew(new.target, arguments);
    super("CircularPad2d", 2, padding);
  }
  override forward(x: Tensor): Tensor {
    return this.padded(x, "circular");
  }
}

/**
 * Adds the elements of the opposite side before and after the last three dimensions of [N, C, D, H, W] or [C, D, H, W]. Gradients of elements that are repeated
 * add up.
 * @throws ArgumentError for another number of amounts.
 * @example new nn.CircularPad3d(1).forward(ones([1, 3, 3, 3])).shape; // [1, 5, 5, 5]
 */
export class CircularPad3d extends PadBase {
  constructor(padding: Padding) {
    checkNew(new.target, arguments);
    super("CircularPad3d", 3, padding);
  }
  override forward(x: Tensor): Tensor {
    return this.padded(x, "circular");
  }
}
