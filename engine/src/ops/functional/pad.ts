/** Padding with a constant, or with elements of the tensor. */

import { defineComposite } from "../../dispatch/define.ts";
import { requireTensor } from "../../dispatch/operand.ts";
import { ArgumentError, ShapeError } from "../../tensor/errors.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { constantPadNd, paddedShape } from "../shape/pad.ts";
import { type Border, type BorderMode, padBorder } from "./border.ts";

/** The elements that padding adds: a constant, the mirror image without the edge, the edge, or those of the opposite side. */
export type PadMode = "constant" | BorderMode;

/** Options of `pad`. */
export interface PadOptions {
  readonly mode?: PadMode;
  /** The constant; 0 by default. */
  readonly value?: number | null;
}

/** The most elements that can be added on a side of a dimension of `size` elements. */
const most: Readonly<Record<BorderMode, (size: number) => number>> = {
  reflect: (size) => size - 1,
  replicate: (size) => (size > 0 ? Number.POSITIVE_INFINITY : 0),
  circular: (size) => size,
};

/** @throws ShapeError for more elements than a dimension can show. */
function checkBorder(x: Tensor, { mode, sides }: Border): void {
  sides.forEach(([before, after], k) => {
    const dim = x.ndim - sides.length + k;
    if (Math.max(before, after) > most[mode](x.shape[dim]))
      throw new ShapeError("pad", `${mode} padding by ${before} and ${after} is too much for dimension ${dim}`, [
        x.shape,
      ]);
  });
}

/**
 * Returns the tensor with elements added before and after its last dimensions. `pad` has their numbers before and after the last dimension, then of the one
 * before it, and so on; a negative number removes elements. `mode` `"constant"` adds `value`, `"reflect"` the mirror image without the edge,
 * `"replicate"` the edge, and `"circular"` the elements of the opposite side; these pad the last one, two or three dimensions of a tensor that has one or two
 * more. Gradients of elements that are repeated add up.
 * @throws ArgumentError for a wrong number of amounts, and for a value with another mode than `"constant"`; ShapeError when a dimension is too small.
 * @example pad(tensor([[1, 2, 3]]), [1, 2], { mode: "reflect" }).toArray(); // [[2, 1, 2, 3, 2, 1]]
 */
export const pad: (input: Tensor, pad: readonly number[], options?: PadOptions) => Tensor = defineComposite(
  {
    name: "pad",
    torch: "nn.functional.pad",
    access: "function",
    signature: 'input, pad, mode="constant", value=null',
    tex: "y_i = x_{p(i)}",
    samples: (r) => [
      { input: r.normal([2, 3]), pad: [1, -1, 2, 0], value: 1.5 },
      { input: r.normal([2, 3]), pad: [2, 1], mode: "reflect" },
      { input: r.normal([1, 2, 3]), pad: [2, 1, 3, 1], mode: "replicate" },
      { input: r.normal([1, 2, 3]), pad: [2, 1, -1, 1], mode: "circular" },
    ],
  },
  (input: Tensor, pad: readonly number[], { mode = "constant", value = null }: PadOptions = {}): Tensor => {
    const x = requireTensor("pad", input);
    const shape = paddedShape("pad", x.shape, pad);
    if (mode === "constant") return constantPadNd(x, pad, value ?? 0);
    if (!(mode in most))
      throw new ArgumentError(
        "pad",
        `mode must be "constant", "reflect", "replicate" or "circular", but got ${JSON.stringify(mode)}`,
      );
    if (value !== null) throw new ArgumentError("pad", `mode "${mode}" takes no value, but got ${value}`);
    const padded = pad.length / 2;
    if (padded < 1 || padded > 3 || (x.ndim !== padded + 1 && x.ndim !== padded + 2))
      throw new ShapeError("pad", `mode "${mode}" pads the last dimensions of a tensor with one or two more`, [
        x.shape,
        pad,
      ]);
    // the dimension in front of the padded ones holds channels, of which there must be some
    if (x.shape.slice(-padded - 1).includes(0) || shape.slice(-padded).includes(0))
      throw new ShapeError("pad", `mode "${mode}" needs elements in all dimensions but that of the batch`, [x.shape]);
    // circular padding repeats what is left after removals
    const wraps = mode === "circular" && pad.some((n) => n < 0);
    const kept = wraps
      ? constantPadNd(
          x,
          pad.map((n) => Math.min(n, 0)),
        )
      : x;
    const added = wraps ? pad.map((n) => Math.max(n, 0)) : pad;
    const sides = Array.from({ length: padded }, (_, k): readonly [number, number] => {
      const at = 2 * (padded - 1 - k);
      return [added[at], added[at + 1]];
    });
    checkBorder(kept, { mode, sides });
    return sides.every(([before, after]) => before === 0 && after === 0) ? kept : padBorder(kept, { mode, sides });
  },
);
